//! The running mean.

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, assert_near, parsed};

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/average.txt"), 6);
}

/// The weights 1, 2, .. 6 after as many steps.
fn evaluated(text: &str) -> f64 {
    let (mut optimizer, mut p) = (parsed(text), Param::new(Tensor::from([0.0])));
    for _ in 0..6 {
        along(&mut optimizer, &mut p, &Tensor::from([-1.0]));
    }
    assert_eq!(p.value.data(), [6.0]);
    optimizer.eval(&mut p).value.data()[0]
}

#[test]
fn weights_are_equal_or_polynomial() {
    // With gamma a whole number the t-th step weighs as t (t + 1) .. (t + gamma - 1).
    for gamma in [0, 1, 2, 8] {
        let weight = |t: i32| (0..gamma).map(|i| f64::from(t + i)).product::<f64>();
        let total: f64 = (1..=6).map(weight).sum();
        let mean = (1..=6).map(|t| weight(t) * f64::from(t)).sum::<f64>() / total;
        assert_near(&[evaluated(&format!("sgd(lr=1) | average({gamma})"))], &[mean], "the mean");
    }
}

#[test]
fn the_average_of_weights_that_stay_is_the_weights() {
    for around in
        ["average()", "average(8)", "ema(0.9)", "swa(start=2, every=1)", "schedule_free()", "lookahead(k=2, alpha=0.3)"]
    {
        let (mut optimizer, start) = (parsed(&format!("adam(lr=0) | {around}")), Tensor::from([1.0 / 3.0, -1e9, 1e-9]));
        let mut p = Param::new(start.clone());
        for _ in 0..50 {
            along(&mut optimizer, &mut p, &Tensor::from([1.0, -2.0, 3.0]));
        }
        for (found, expected) in optimizer.eval(&mut p).value.data().iter().zip(start.data()) {
            assert!((found - expected).abs() <= 1e-14 * expected.abs(), "{around}: {found}, not {expected}");
        }
    }
}
