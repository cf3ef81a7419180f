//! The bound descended in every rate.

use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::autodiff::{Tape, Tensor, Var};
use rappel_lab::improve::Descent;
use rappel_lab::optim::Sgd;
use rappel_lab::schedule::{LastIterate, Plan, Schedule, ScheduleError, knots, linear, rest, table};
use rappel_testkit::gradcheck;

fn constant(steps: u32) -> Plan {
    Schedule::from(1.0).over(steps).expect("valid")
}

/// The published run: 100 steps of a constant rate of 1, descended 800 times.
#[test]
fn a_constant_rate_becomes_linear_decay() {
    let found = Descent::new().run(&constant(100), 100).expect("it descends");
    for (step, bound) in [(0, 3.093689), (100, 1.606575), (200, 1.067706), (400, 0.404076), (799, 0.200114)] {
        assert!((found.bounds[step] - bound).abs() <= 5.000001e-7, "{step}: {}", found.bounds[step]);
    }
    assert_eq!(found.bounds.len(), 801);
    let ratio = found.rates[50] / found.rates[0];
    assert!((ratio - 0.501).abs() <= 0.0005, "{ratio}");
    let off = (0..=90).map(|t| found.rates[t] / found.rates[0] - (1.0 - t as f64 / 100.0));
    let most = off.fold(0.0, |most: f64, off| most.max(off.abs()));
    assert!(most < 0.05, "{most}");
}

/// The formula is one, so the tape's value is that of the numbers, and its gradient that of differences.
#[test]
fn the_bound_on_the_tape_is_the_bound() {
    let rates = [0.9, 0.4, 0.0, 0.7, 0.3, 0.05];
    let norm = |k: usize| 1.0 + (k % 3) as f64;
    let tape = Tape::<f64>::default();
    let vars: Vec<_> = rates.iter().map(|rate| tape.var(&Tensor::scalar(*rate))).collect();
    let recorded = LastIterate::with_norms(&vars, norm, 2.0).expect("rates");
    let read = LastIterate::with_norms(&rates, norm, 2.0).expect("rates");
    assert_eq!(recorded.best().bound.item().to_bits(), read.best().bound.to_bits());
    assert_eq!(recorded.best().rate.item().to_bits(), read.best().rate.to_bits());
    assert_eq!(recorded.at(tape.constant(0.3)).item().to_bits(), read.at(0.3).to_bits());
    let x = Tensor::from([0.9, 0.4, 0.2, 0.7, 0.3, 0.25]);
    gradcheck(|x| of(x).best().bound, &x).expect("the gradient is right");
    gradcheck(|x| of(x).best().rate, &x).expect("the gradient is right");
    gradcheck(|x| of(x).at(x.at(0) * 0.0 + 0.3), &x).expect("the gradient is right");
}

fn of<'t>(x: Var<'t, f64>) -> LastIterate<Var<'t, f64>> {
    let rates: Vec<_> = (0..6).map(|k| x.at(k)).collect();
    LastIterate::with_norms(&rates, |k| 1.0 + (k % 3) as f64, 2.0).expect("rates")
}

/// Measured norms change the shape that is best, and the bound of what was found is that of its rates.
#[test]
fn norms_shape_what_is_found() {
    let norms: Vec<f64> = (0..60).map(|k| if k < 10 { 5.0 } else { 1.0 }).collect();
    let start = linear(1.0, 0.0, rest()).over(60).expect("valid");
    let base = start.last_iterate(60).expect("rates").best().rate;
    let start = (base * linear(1.0, 0.0, rest())).over(60).expect("valid");
    let found = Descent::new().norms(norms.clone()).distance(3.0).steps(2000).run(&start, 60).expect("it descends");
    let highest = found.rates.iter().copied().fold(0.0, f64::max);
    assert!(found.rates[0] < 0.3 * highest, "{:?}", found.rates); // a warm-up
    assert!(found.rates[59] < 0.2 * highest);
    let bound = LastIterate::with_norms(&found.rates, |k| norms[k], 3.0).expect("rates").at(1.0);
    assert!((bound - found.bound).abs() <= 1e-12 * bound);
    assert!(found.bounds.iter().all(|bound| *bound >= found.bound));
    let start = LastIterate::with_norms(&(0..60).map(|k| start.at_step(k)).collect::<Vec<_>>(), |k| norms[k], 3.0);
    assert!(found.bound < 0.9 * start.expect("rates").best().bound, "at whatever base rate");
}

#[test]
fn rates_of_zero_at_the_end_stay() {
    let start = knots(0.2, [(10, 0.1), (1, 0.0), (9, 0.0)]).over(20).expect("valid");
    let found = Descent::new().steps(50).run(&start, 20).expect("it descends");
    assert!(found.bound < found.bounds[0]);
    assert!(found.rates[..11].iter().all(|rate| *rate > 0.0) && found.rates[11..].iter().all(|rate| *rate == 0.0));
}

#[test]
fn what_was_found_prints_and_parses() {
    let found = Descent::new().run(&constant(100), 100).expect("it descends");
    let highest = found.rates.iter().copied().fold(0.0, f64::max);
    for (tolerance, most) in [(0.02, 8), (0.001, 60)] {
        let lr = found.schedule(tolerance).expect("rates");
        let text = lr.to_string();
        assert_eq!(text.parse::<Schedule>().expect("it parses"), lr);
        assert!(text.matches(">>").count() < most, "{text}");
        let plan = lr.over(100).expect("valid");
        for (rate, step) in found.rates.iter().zip(0..) {
            assert!((plan.at_step(step) - rate).abs() <= tolerance * highest, "{step}");
        }
    }
    let exact = table(1, found.rates.clone()).over(100).expect("valid");
    assert!(found.rates.iter().zip(0..).all(|(rate, step)| exact.at_step(step) == *rate));
}

#[test]
fn what_cannot_be_descended_is_refused() {
    let run = |descent: Descent, steps| descent.run(&constant(100), steps).map(drop);
    for steps in [0, 1] {
        assert!(matches!(run(Descent::new(), steps), Err(LabError::Setting { what: "the number of steps", .. })));
    }
    assert!(matches!(run(Descent::new().norms([1.0; 5]), 6), Err(LabError::Setting { .. })));
    for (at, norm) in [(0, f64::NAN), (3, 0.0), (1, -1.0), (4, f64::INFINITY)] {
        let mut norms = [1.0; 5];
        norms[at] = norm;
        let refused = run(Descent::new().norms(norms), 5);
        assert!(matches!(refused, Err(LabError::Norm { at: place, .. }) if place == at), "{refused:?}");
    }
    for distance in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            run(Descent::new().distance(distance), 5),
            Err(LabError::Setting { what: "the distance", .. })
        ));
    }
    for start in [linear(1.0, -1.0, 10), Schedule::from(0.0)] {
        let refused = Descent::new().run(&start.over(10).expect("valid"), 10);
        assert!(matches!(refused, Err(LabError::Schedule(ScheduleError::Rate { .. }))), "{refused:?}");
    }
    assert!(matches!(run(Descent::new().optimizer(Sgd::new(-1.0)), 5), Err(LabError::Step(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Nothing is found that is worse than the start, whatever the optimizer does; and units do not matter.
    #[test]
    fn what_is_found_is_no_worse(steps in 2_u32..20, height in 0.01..3.0_f64, rate in 0.001..3.0_f64, unit in 0.01..100.0_f64) {
        let descent = Descent::new().steps(30).optimizer(Sgd::new(rate));
        let start = linear(height, 0.1 * height, steps).over(steps).expect("valid");
        let found = descent.clone().run(&start, steps as usize).expect("it descends");
        prop_assert!(found.bound <= found.bounds[0]);
        // Gradients `unit` times as large: rates as much smaller, and the bound as much larger.
        let start = linear(height / unit, 0.1 * height / unit, steps).over(steps).expect("valid");
        let scaled = descent.norms(vec![unit; steps as usize]).run(&start, steps as usize).expect("it descends");
        prop_assert!((scaled.bounds[1] / unit - found.bounds[1]).abs() <= 1e-9 * found.bounds[1]);
    }
}
