//! Hypergradient descent.

use rappel_autodiff::module::Snapshot;
use rappel_autodiff::{Param, Tape};
use rappel_optim::rules::{HdRule, Hypergradient};
use rappel_optim::{Adam, AdamHd, AnyOptimizer, Optimizer, Sgd, SgdHd, StepError};
use rappel_tensor::Tensor;

use crate::golden::Problem;
use crate::support::{gradients, pair};

#[test]
fn trajectories_are_those_of_the_authors() {
    assert_eq!(crate::golden::hold("rules/sgd_hd.txt"), 9);
    assert_eq!(crate::golden::hold("rules/adam_hd.txt"), 5);
}

/// Gradient descent on the rate of gradient descent, by the tape: the rate is a variable of the step, and the loss after it is
/// differentiated in it. The rate moves before it is used.
#[test]
fn a_tower_of_two_is_the_one_step_rule() {
    let (kappa, mut rate) = (0.5, 0.1);
    let mut net = Problem::named("net").unwrap();
    let mut sgd = SgdHd::new(rate).hypergrad_lr(kappa);
    let start: Vec<Tensor<f64>> = Tape::default().params(&net).iter().map(|w| w.value()).collect();
    // The weights before the last step, each with its gradient.
    let mut before: Vec<(Tensor<f64>, Tensor<f64>)> = Vec::new();
    for step in 0..100 {
        // Stepped from there by the rate, the only thing that is differentiated.
        let tower = Tape::<f64>::default();
        let lr = tower.var(&Tensor::scalar(rate));
        let weights: Vec<_> = match step {
            0 => start.iter().map(|w| tower.var(w)).collect(),
            _ => before.iter().map(|(w, g)| tower.input(w) - lr * tower.input(g)).collect(),
        };
        let loss = tower.bind(&net, &weights, || net.loss(&tower));
        let derivative = loss.grad(&[lr])[0].item();
        rate -= kappa * derivative;
        before = weights.iter().zip(loss.grad(&weights)).map(|(w, g)| (w.value(), g.value())).collect();

        let gradients = net.loss(&Tape::default()).backward();
        sgd.step(&mut net, &gradients).unwrap();
        let found = ["rate", "hypergradient"].map(|name| sgd.memo(name).unwrap());
        assert!((found[0] - rate).abs() <= 1e-12 * rate, "step {step}: {} and {rate}", found[0]);
        assert!((found[1] - derivative).abs() <= 1e-14, "step {step}: {} and {derivative}", found[1]);
    }
    assert!(rate > 0.11 && sgd.steps() == 100, "{rate}");
}

/// With a rate of 0 for the rate it is the rule, bit for bit; and the hypergradient is the derivative of the loss in the rate of the
/// step that led there.
fn the_step_before<R: Hypergradient>(mut plain: Optimizer<R, f64>, mut hd: Optimizer<HdRule<R>, f64>, lr: f64) {
    let mut net = Problem::named("net").unwrap();
    let (h, mut expected) = (1e-5, 0.0);
    for step in 0..12 {
        let gradients = net.loss(&Tape::default()).backward();
        let before = Snapshot::of(&net);
        let mut beside = |rate: f64| {
            let mut optimizer = plain.clone();
            optimizer.set_lr(rate);
            optimizer.step(&mut net, &gradients).unwrap();
            let loss = net.loss(&Tape::default()).item();
            assert!(before.restore(&mut net));
            loss
        };
        let next = (beside(lr + h) - beside(lr - h)) / (2.0 * h);
        plain.step(&mut net, &gradients).unwrap();
        let after = Snapshot::of(&net);
        assert!(before.restore(&mut net));
        hd.step(&mut net, &gradients).unwrap();
        assert!(Snapshot::of(&net) == after, "{hd} at step {step}");
        let found = hd.memo("hypergradient").unwrap();
        assert!((found - expected).abs() < 1e-8, "{hd} at step {step}: {found}, {expected} by differences");
        expected = next;
    }
}

#[test]
fn the_hypergradient_is_that_of_the_step_before() {
    let still = SgdHd::new(0.1).hypergrad_lr(0.0);
    the_step_before(Sgd::new(0.1), still.clone(), 0.1);
    the_step_before(Sgd::new(0.1).momentum(0.9), still.clone().momentum(0.9), 0.1);
    let damped = (Sgd::new(0.1).momentum(0.9).dampening(0.5), still.clone().momentum(0.9).dampening(0.5));
    the_step_before(damped.0, damped.1, 0.1);
    the_step_before(Sgd::new(0.1).momentum(0.9).nesterov(true), still.momentum(0.9).nesterov(true), 0.1);
    let still = AdamHd::new(0.01).hypergrad_lr(0.0);
    the_step_before(Adam::new(0.01), still.clone(), 0.01);
    let other = (Adam::new(0.01).betas(0.5, 0.9).eps(0.1), still.betas(0.5, 0.9).eps(0.1));
    the_step_before(other.0, other.1, 0.01);
}

/// What moves is the difference from the rate that is given: a schedule goes on beneath it, and a group keeps its distance.
#[test]
fn the_rate_moves_from_what_is_given() {
    let text = r#"sgd_hd(lr=linear(0.1, 0.2, 10), hypergrad_lr=0.01) | group("1", lr=0.05)"#;
    let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap();
    let mut net = (pair(1.0, 2.0), pair(3.0, 4.0));
    let (g, steps) = (Tensor::from([1.0, -0.5]), 4);
    let mut moved = 0.0;
    for step in 0..steps {
        let before = [net.0.value.data()[0], net.1.value.data()[0]];
        let given = gradients(&Tape::default(), &[(&net.0, &g), (&net.1, &g)]);
        optimizer.step(&mut net, &given).unwrap();
        if step > 0 {
            moved += 0.01 * 2.0 * 1.25;
        }
        let rates = [0.1 + 0.01 * f64::from(step) + moved, 0.05 + moved];
        for (rate, (before, after)) in
            rates.iter().zip(before.iter().zip([net.0.value.data()[0], net.1.value.data()[0]]))
        {
            assert!((before - after - rate).abs() < 1e-14, "step {step}: {} for {rate}", before - after);
        }
        assert!((optimizer.memo("rate").unwrap() - rates[0]).abs() < 1e-15);
    }
    assert_eq!((optimizer.memo("other"), Sgd::<f64>::new(0.1).memo("rate")), (None, None));
}

/// A rate that would fall below 0 or be no number is refused, and nothing has moved.
#[test]
fn a_rate_that_would_be_negative_is_refused() {
    for (kappa, slope) in [(10.0, 1.0), (0.1, f64::NAN)] {
        let mut w = Param::new(Tensor::<f64>::from([1.0]));
        let mut sgd = SgdHd::new(0.9).hypergrad_lr(kappa);
        let given = |w: &Param<f64>, by: f64| (Tape::default().param(w).square().sum() * by).backward();
        let first = given(&w, 1.0);
        sgd.step(&mut w, &first).unwrap();
        let (before, memo) = (w.value.clone(), sgd.memo("rate"));
        let wrong = given(&w, slope);
        let error = sgd.step(&mut w, &wrong).unwrap_err();
        assert!(matches!(error, StepError::Value { rule: "sgd_hd", knob: "lr", step: 1, .. }), "{error}");
        assert_eq!((sgd.steps(), &w.value, memo, sgd.memo("rate")), (1, &before, Some(0.9), Some(0.9)));
        // A step against it may go on from there.
        let right = given(&w, -1.0);
        sgd.step(&mut w, &right).unwrap();
        assert!(sgd.memo("rate").unwrap() > 0.9);
    }
}
