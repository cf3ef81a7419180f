//! Curves as short schedules.

use proptest::prelude::*;
use rappel_lab::LabError;
use rappel_lab::improve::outline;
use rappel_lab::schedule::Schedule;

#[test]
fn lines_are_found() {
    for (rates, tolerance, text) in [
        (vec![1.0, 0.75, 0.5, 0.25, 0.0], 0.0, "linear(1, 0, 4)"),
        (vec![0.3, 0.3], 0.0, "linear(0.3, 0.3, 1)"),
        (vec![0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0], 0.0, "linear(0, 1, 2) >> linear(here, 1, 2) >> linear(here, 0, 2)"),
        (vec![0.0, 0.0, 0.0], 0.1, "linear(0, 0, 2)"),
        (vec![-1.0, 0.0, 1.0], 0.0, "linear(-1, 1, 2)"),
        // Within a tenth, a step is a line.
        (vec![1.0, 0.93, 0.79, 0.71, 0.6], 0.1, "linear(1, 0.6, 4)"),
        (vec![123.456, 0.0, 123.456], 0.1, "linear(123, 0, 1) >> linear(here, 123, 1)"),
        (vec![1.23456e-5, 0.0], 0.1, "linear(1.23e-05, 0, 1)"),
    ] {
        assert_eq!(outline(&rates, tolerance).expect("rates").to_string(), text);
    }
}

#[test]
fn what_has_no_outline_is_refused() {
    for (rates, tolerance) in [
        (vec![], 0.1),
        (vec![1.0], 0.1),
        (vec![1.0, f64::NAN], 0.1),
        (vec![f64::INFINITY, 1.0], 0.1),
        (vec![1.0, 2.0], -0.1),
        (vec![1.0, 2.0], 1.5),
        (vec![1.0, 2.0], f64::NAN),
    ] {
        let refused = outline(&rates, tolerance);
        assert!(matches!(refused, Err(LabError::Setting { .. })), "{rates:?} {tolerance}: {refused:?}");
    }
}

proptest! {
    #[test]
    fn an_outline_is_within_its_tolerance(
        rates in prop::collection::vec(-1.0..1.0_f64, 2..60), tolerance in prop::sample::select(vec![0.0, 1e-6, 1e-3, 0.02, 0.3, 1.0]), scale in -8..8_i32
    ) {
        let rates: Vec<f64> = rates.iter().map(|rate| rate * 10_f64.powi(scale)).collect();
        let lr = outline(&rates, tolerance).expect("rates");
        prop_assert_eq!(&lr.to_string().parse::<Schedule>().expect("it parses"), &lr);
        let highest = rates.iter().fold(0.0, |most: f64, rate| most.max(rate.abs()));
        let plan = lr.over(rates.len() as u32).expect("valid");
        for (rate, step) in rates.iter().zip(0..) {
            prop_assert!((plan.at_step(step) - rate).abs() <= tolerance.max(1e-14) * highest, "step {}: {} for {}", step, plan.at_step(step), rate);
        }
        prop_assert_eq!(plan.steps(), Some(rates.len() as u64 - 1));
    }
}
