//! Rates for a quadratic of known curvatures.

use rappel_lab::LabError;
use rappel_lab::improve::chebyshev;

fn rates(least: f64, most: f64, steps: u64) -> Vec<f64> {
    let plan = chebyshev(least, most, steps as usize).expect("curvatures").bind(&Default::default()).expect("valid");
    (0..steps).map(|k| plan.at_step(k)).collect()
}

/// The error in each of many directions after each step, from 1.
fn errors(rates: &[f64], curvatures: &[f64]) -> Vec<f64> {
    let mut left = vec![1.0; curvatures.len()];
    let mut largest = Vec::new();
    for rate in rates {
        left.iter_mut().zip(curvatures).for_each(|(left, curvature)| *left *= 1.0 - rate * curvature);
        largest.push(left.iter().fold(0.0, |most: f64, left| most.max(left.abs())));
    }
    largest
}

/// Curvatures from 0.01 to 1, the ends of which are among the worst.
fn spectrum() -> Vec<f64> {
    (0..=2000).map(|i| 0.01 + 0.99 * f64::from(i) / 2000.0).collect()
}

#[test]
fn the_residual_is_the_analytic_one() {
    let rates = rates(0.01, 1.0, 32);
    assert!((rates.iter().copied().fold(0.0, f64::max) - 94.373).abs() < 5e-4);
    let errors = errors(&rates, &spectrum());
    let q: f64 = 9.0 / 11.0;
    let expected = 2.0 * q.powi(32) / (1.0 + q.powi(64));
    assert!((expected - 0.00325254).abs() < 5e-9);
    assert!((errors[31] - expected).abs() <= 1e-9, "{}", errors[31]);
    let peak = errors.iter().copied().fold(0.0, f64::max);
    assert!((peak - 93.4).abs() < 0.05, "{peak}");
    // The best constant rate.
    assert!(((99.0_f64 / 101.0).powi(32) - 0.5273).abs() < 5e-5);
}

/// With the large rates first, errors grow beyond what digits can hold.
#[test]
fn the_order_keeps_errors_small() {
    let mut rates = rates(0.01, 1.0, 32);
    rates.sort_by(|a, b| b.total_cmp(a));
    let peak = errors(&rates, &spectrum()).into_iter().fold(0.0, f64::max);
    assert!((2e13..4e13).contains(&peak), "{peak}");
}

#[test]
fn orders_are_interlaced() {
    for (steps, order) in [(1, vec![1]), (2, vec![1, 2]), (4, vec![1, 4, 2, 3]), (8, vec![1, 8, 4, 5, 2, 7, 3, 6])] {
        let rates = rates(0.1, 1.0, steps);
        let mut sorted = rates.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let places: Vec<_> =
            rates.iter().map(|r| 1 + sorted.iter().position(|s| s == r).expect("it is there")).collect();
        assert_eq!(places, order);
    }
}

#[test]
fn one_curvature_is_done_in_a_step() {
    assert_eq!(rates(4.0, 4.0, 1), [0.25]);
}

#[test]
fn what_has_no_such_rates_is_refused() {
    for (least, most) in [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (1.0, f64::NAN), (1.0, f64::INFINITY)] {
        assert!(matches!(chebyshev(least, most, 8), Err(LabError::Range { .. })), "{least} {most}");
    }
    for steps in [0, 3, 12] {
        assert!(matches!(chebyshev(0.1, 1.0, steps), Err(LabError::Setting { .. })), "{steps}");
    }
}
