//! Sharpness-aware minimization.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rappel_autodiff::{Param, Tape};
use rappel_optim::StepError;
use rappel_tensor::Tensor;

use super::{assert_near, parsed, walk};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/sam.txt"), 8);
}

#[test]
fn without_a_climb_it_is_the_rule_alone() {
    for rule in ["sgd(lr=0.1, momentum=0.9)", "adam(lr=0.1)"] {
        for around in ["sam(0)", "sam(0, adaptive=true)"] {
            assert_eq!(walk(rule, 5), walk(&format!("{rule} | {around}"), 5), "{rule} | {around}");
        }
    }
}

/// The gradient of the loss of `walk`.
fn slope(p: f64) -> f64 {
    0.7 * p + 0.21 * p * p
}

#[test]
fn the_gradient_is_that_of_a_little_uphill() {
    for adaptive in [false, true] {
        let (mut p, rho) = (super::START, 0.5);
        for [weights, _] in walk(&format!("sgd(lr=0.1) | sam({rho}, adaptive={adaptive})"), 4) {
            let size = |p: f64| if adaptive { p.abs() } else { 1.0 };
            let up = p.map(|p| size(p) * slope(p));
            let norm = up.iter().map(|x| x * x).sum::<f64>().sqrt() + 1e-12;
            p = [0, 1, 2].map(|i| p[i] - 0.1 * slope(p[i] + rho * size(p[i]) * up[i] / norm));
            assert_near(&weights, &p, "a step");
        }
    }
}

#[test]
fn it_needs_a_loss_to_evaluate_and_says_what_it_cost() {
    let (mut sam, mut p) = (parsed("sgd(lr=0.1) | sam(0.1)"), Param::new(Tensor::from([1.0])));
    let gradients = Tape::default();
    let gradients = gradients.param(&p).square().sum().backward();
    assert_eq!(sam.step(&mut p, &gradients).unwrap_err(), StepError::Reevaluates { name: "sam" });
    let report = sam.step_with(&mut p, &mut Tape::default(), |p, tape| tape.param(p).square().sum()).unwrap();
    assert_eq!((report.evaluations, report.loss), (2, Some(1.0)));
}

#[test]
fn the_weights_come_back_after_a_panic_and_after_a_loss_that_is_not_finite() {
    let (mut sam, mut p) = (parsed("sgd(lr=0.1) | sam(0.1) | skip_nonfinite()"), Param::new(Tensor::from([1.0, 2.0])));
    let mut tape = Tape::default();
    let mut calls = 0;
    let caught = catch_unwind(AssertUnwindSafe(|| {
        sam.step_with(&mut p, &mut tape, |p, tape| {
            calls += 1;
            assert!(calls < 2, "{:?}", p.value.data());
            tape.param(p).square().sum()
        })
    }));
    let said = caught.unwrap_err();
    assert_ne!(said.downcast_ref::<String>().unwrap(), "[1.0, 2.0]");
    assert_eq!(p.value.data(), [1.0, 2.0]);
    let report = sam.step_with(&mut p, &mut tape, |p, tape| (tape.param(p) - 1.0).ln().sum()).unwrap();
    assert_eq!((report.outcome, p.value.data()), (rappel_optim::Outcome::Skipped, &[1.0, 2.0][..]));
}
