//! The published table of the bound, and what it is of.

use proptest::prelude::*;
use rappel_schedule::{
    Clock, LastIterate, Schedule, ScheduleError, constant, cosine, fraction, hold, inverse_sqrt, linear,
    one_minus_sqrt, rest,
};

#[test]
fn the_table_of_schedules() {
    let wsd =
        |part: f64, decay: fn(rappel_schedule::Dur) -> Schedule| hold(1.0, fraction(1.0 - part)).then(decay(rest()));
    let line = |n: rappel_schedule::Dur| linear(1.0, 0.0, n);
    let root = |n: rappel_schedule::Dur| one_minus_sqrt(1.0, 0.0, n);
    for (s, expected) in [
        (constant(1.0), [(0.040234, 0.248543), (0.018176, 0.137545), (0.010856, 0.092111)]),
        (inverse_sqrt(1.0, 1), [(0.238750, 0.225314), (0.212086, 0.122264), (0.199089, 0.081275)]),
        (cosine(1.0, 0.0, rest()), [(0.094695, 0.209114), (0.048242, 0.103386), (0.030624, 0.065243)]),
        (wsd(0.2, line), [(0.049544, 0.223028), (0.025374, 0.109323), (0.016163, 0.068707)]),
        (wsd(0.2, root), [(0.052427, 0.218713), (0.026846, 0.107288), (0.017079, 0.067518)]),
        (wsd(0.4, line), [(0.058957, 0.210703), (0.030070, 0.103762), (0.019121, 0.065331)]),
        (linear(1.0, 0.0, rest()), [(0.097255, 0.203608), (0.049563, 0.100630), (0.031497, 0.063434)]),
    ] {
        for (steps, (rate, bound)) in [100_u32, 400, 1000].into_iter().zip(expected) {
            let best = s.over(steps).expect("valid").last_iterate(steps as usize).expect("rates").best();
            // The table has six decimals.
            assert!((best.rate - rate).abs() <= 5.000001e-7, "{s} over {steps}: {}", best.rate);
            assert!((best.bound - bound).abs() <= 5.000001e-7, "{s} over {steps}: {}", best.bound);
        }
    }
}

#[test]
fn a_constant_rate_has_a_bound_in_harmonic_numbers() {
    let (mut harmonic, gamma) = (0.0, 0.3);
    let series = LastIterate::series(&[gamma; 50]).expect("rates");
    for t in 1..=50_u32 {
        let expected = 1.0 / (2.0 * gamma * f64::from(t)) + gamma / 2.0 * (1.0 + harmonic);
        assert!((series[t as usize - 1] - expected).abs() <= 1e-14, "{t}");
        harmonic += 1.0 / f64::from(t);
    }
}

#[test]
fn rates_without_a_bound_are_refused() {
    for (rates, step) in
        [(vec![1.0, -0.1], 1), (vec![f64::NAN], 0), (vec![1.0, 1.0, f64::INFINITY], 2), (vec![0.0; 3], 3), (vec![], 0)]
    {
        let error = LastIterate::new(&rates).expect_err("refused");
        assert!(matches!(error, ScheduleError::Rate { step: s, .. } if s == step), "{error}");
    }
    assert!(LastIterate::with_norms(&[1.0], |_| -1.0, 1.0).is_err());
    for distance in [0.0, -1.0, f64::NAN] {
        assert!(LastIterate::with_norms(&[1.0], |_| 1.0, distance).is_err());
    }
    assert!(linear(1.0, -1.0, 10).bind(&Clock::new()).expect("valid").last_iterate(10).is_err());
}

proptest! {
    /// Against the formula as it is printed.
    #[test]
    fn the_bound_is_the_formula(rates in prop::collection::vec(0.01..1.0_f64, 1..40), base in 0.1..3.0_f64, zeros in 0..3_usize, distance in 0.5..2.0_f64) {
        let norm = |t: usize| 1.0 + (t % 3) as f64;
        let last = rates.len();
        let sum = |k: usize| (k..last).map(|t| base * rates[t]).sum::<f64>();
        let squares = |k: usize| (k..last).map(|t| (base * rates[t] * norm(t)).powi(2)).sum::<f64>();
        let tail: f64 = (0..last - 1).map(|k| base * rates[k] / sum(k + 1) * squares(k) / sum(k)).sum();
        let expected = (distance * distance + squares(0)) / (2.0 * sum(0)) + tail / 2.0;
        let mut padded = rates.clone();
        padded.resize(last + zeros, 0.0);
        let bound = LastIterate::with_norms(&padded, norm, distance).expect("rates");
        prop_assert!((bound.at(base) - expected).abs() <= 1e-12 * expected);
        let best = bound.best();
        prop_assert!((bound.at(best.rate) - best.bound).abs() <= 1e-12 * best.bound);
        prop_assert!(bound.at(best.rate * 1.01) >= best.bound && bound.at(best.rate * 0.99) >= best.bound);
    }
}
