//! Base rates carried from schedule to schedule, and predicted curves.

use rappel_lab::LabError;
use rappel_lab::improve::{predicted, transfer};
use rappel_lab::schedule::{
    Dur, Schedule, constant, cosine, fraction, hold, inverse_sqrt, linear, one_minus_sqrt, rest,
};

/// The best base rates that are published, for runs of 100, 400 and 1000 steps.
fn published() -> Vec<(Schedule, [f64; 3])> {
    let stable =
        |part: f64, decay: fn(f64, f64, Dur) -> Schedule| hold(1.0, fraction(1.0 - part)).then(decay(1.0, 0.0, rest()));
    let line = |from: f64, to: f64, n: Dur| linear(from, to, n);
    vec![
        (constant(1.0), [0.040234, 0.018176, 0.010856]),
        (inverse_sqrt(1.0, 1), [0.238750, 0.212086, 0.199089]),
        (cosine(1.0, 0.0, rest()), [0.094695, 0.048242, 0.030624]),
        (stable(0.2, line), [0.049544, 0.025374, 0.016163]),
        (stable(0.2, one_minus_sqrt), [0.052427, 0.026846, 0.017079]),
        (stable(0.4, line), [0.058957, 0.030070, 0.019121]),
        (linear(1.0, 0.0, rest()), [0.097255, 0.049563, 0.031497]),
    ]
}

#[test]
fn factors_are_those_of_the_table() {
    let all = published();
    for (from, of_from) in &all {
        for (to, of_to) in &all {
            for (i, before) in [100_u32, 400, 1000].into_iter().enumerate() {
                for (k, after) in [100_u32, 400, 1000].into_iter().enumerate() {
                    let (one, two) = (from.over(before).expect("valid"), to.over(after).expect("valid"));
                    let factor = transfer((&one, before as usize), (&two, after as usize)).expect("rates");
                    let expected = of_to[k] / of_from[i];
                    // The table has six decimals, of two rates.
                    let tolerance = 5e-7 * (1.0 / of_from[i] + 1.0 / of_to[k]) * expected;
                    assert!(
                        (factor - expected).abs() <= 1.01 * tolerance,
                        "{from}, {before} to {to}, {after}: {factor}"
                    );
                }
            }
        }
    }
}

/// A schedule written twice as high needs half the factor.
#[test]
fn heights_are_as_written() {
    let (one, two) = (cosine(1.0, 0.0, 50).over(50).expect("valid"), cosine(2.0, 0.0, 50).over(50).expect("valid"));
    assert!((transfer((&one, 50), (&two, 50)).expect("rates") - 0.5).abs() <= 1e-14);
}

#[test]
fn a_prediction_ends_at_the_bound() {
    for (schedule, _) in published() {
        let plan = schedule.over(100).expect("valid");
        let curve = predicted(&plan, 100).expect("rates");
        let best = plan.last_iterate(100).expect("rates").best();
        assert_eq!(curve.len(), 100);
        assert!((curve[99] - best.bound).abs() <= 1e-12, "{schedule}");
        // It does not depend on the height.
        let higher = predicted(&(3.0 * schedule).over(100).expect("valid"), 100).expect("rates");
        assert!(curve.iter().zip(&higher).all(|(a, b)| (a - b).abs() <= 1e-12 * a));
    }
}

#[test]
fn schedules_without_a_bound_are_refused() {
    let (good, bad) = (constant(1.0).over(10).expect("valid"), linear(1.0, -1.0, 10).over(10).expect("valid"));
    assert!(matches!(transfer((&good, 10), (&bad, 10)), Err(LabError::Schedule(_))));
    assert!(matches!(transfer((&bad, 10), (&good, 10)), Err(LabError::Schedule(_))));
    assert!(matches!(transfer((&good, 0), (&good, 10)), Err(LabError::Schedule(_))));
    assert!(matches!(predicted(&bad, 10), Err(LabError::Schedule(_))));
}
