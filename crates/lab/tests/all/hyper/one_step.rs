use rappel_autodiff::module::Snapshot;
use rappel_autodiff::{Param, Tape, Tensor};
use rappel_lab::LabError;
use rappel_lab::hyper::HyperDescent;
use rappel_lab::optim::{Adam, Optimizer, Rule, Sgd, linear};

use super::Task;

fn tape(step: u64) -> Tape<f64> {
    let mut tape = Tape::default();
    tape.at_step(step);
    tape
}

/// Gradient descent on the rate of gradient descent, by the tape: the rate is a variable of the step, and the loss after it is
/// differentiated in it. The rate moves before it is used.
#[test]
fn a_tower_of_two_is_the_one_step_rule() {
    let (kappa, mut rate) = (1e-3, 0.05);
    let mut task = Task::new(&[3, 5, 2], 1, 4);
    let mut net = std::mem::take(&mut task.net);
    let mut descent = HyperDescent::new(&Sgd::new(rate), kappa).unwrap();
    let start: Vec<Tensor<f64>> = tape(0).params(&net).iter().map(|w| w.value()).collect();
    // The weights before the last step, each with its gradient.
    let mut before: Vec<(Tensor<f64>, Tensor<f64>)> = Vec::new();
    for step in 0..100 {
        // Stepped from there by the rate, the only thing that is differentiated.
        let tower = tape(step);
        let lr = tower.var(&Tensor::scalar(rate));
        let weights: Vec<_> = match step {
            0 => start.iter().map(|w| tower.var(w)).collect(),
            _ => before.iter().map(|(w, g)| tower.input(w) - lr * tower.input(g)).collect(),
        };
        let loss = tower.bind(&net, &weights, || task.loss(&net, &tower));
        rate -= kappa * loss.grad(&[lr])[0].item();
        before = weights.iter().zip(loss.grad(&weights)).map(|(w, g)| (w.value(), g.value())).collect();

        let gradients = task.loss(&net, &tape(step)).backward();
        descent.step(&mut net, &gradients).unwrap();
        assert!((descent.rate() - rate).abs() <= 1e-12 * rate, "step {step}: {} and {rate}", descent.rate());
    }
    assert!(rate > 0.055 && descent.steps() == 100, "{rate}");
}

/// With a rate of 0 for the rate it is the optimizer, bit for bit; and what it gives is the derivative of the loss in the rate of the
/// step that led there.
fn the_step_before<R: Rule>(optimizer: Optimizer<R, f64>) {
    let mut task = Task::new(&[3, 4, 2], 5, 8);
    let mut net = std::mem::take(&mut task.net);
    let mut still = HyperDescent::new(&optimizer, 0.0).unwrap();
    let (mut reference, rate, h) = (optimizer, still.rate(), 1e-5);
    let mut expected = 0.0;
    for step in 0..12 {
        let gradients = task.loss(&net, &tape(step)).backward();
        let before = Snapshot::of(&net);
        let mut beside = |rate: f64| {
            let mut optimizer = reference.clone();
            optimizer.set_lr(rate);
            optimizer.step(&mut net, &gradients).unwrap();
            let loss = task.loss(&net, &tape(step + 1)).item();
            assert!(before.restore(&mut net));
            loss
        };
        let next = (beside(rate + h) - beside(rate - h)) / (2.0 * h);
        reference.step(&mut net, &gradients).unwrap();
        let after = Snapshot::of(&net);
        assert!(before.restore(&mut net));
        let derivative = still.step(&mut net, &gradients).unwrap();
        assert!(Snapshot::of(&net) == after, "{still:?} at step {step}");
        assert!(
            (derivative - expected).abs() < 1e-8,
            "{still:?} at step {step}: {derivative}, {expected} by differences"
        );
        expected = next;
    }
}

#[test]
fn the_derivative_is_that_of_the_step_before() {
    the_step_before(Sgd::new(0.1));
    the_step_before(Sgd::new(0.1).momentum(0.9));
    the_step_before(Sgd::new(0.1).momentum(0.9).nesterov(true));
    the_step_before(Adam::new(0.01));
}

/// A rate that is far too low rises by orders of magnitude, and the loss is lower for it.
#[test]
fn a_low_rate_rises() {
    let last = |kappa: f64| {
        let mut task = Task::new(&[3, 6, 2], 1, 2);
        let mut net = std::mem::take(&mut task.net);
        let mut descent = HyperDescent::new(&Sgd::new(1e-4).momentum(0.9).nesterov(true), kappa).unwrap();
        for _ in 0..200 {
            let gradients = task.loss(&net, &tape(0)).backward();
            descent.step(&mut net, &gradients).unwrap();
        }
        (descent.rate(), task.loss(&net, &tape(0)).item())
    };
    let ((still, slow), (moved, fast)) = (last(0.0), last(1e-2));
    assert!(still == 1e-4 && moved > 1e-2 && fast < slow, "{moved}: {fast}; {still}: {slow}");
}

#[test]
fn what_cannot_descend_is_refused() {
    let message = |result: Result<HyperDescent<_, f64>, LabError>| result.unwrap_err().to_string();
    assert!(message(HyperDescent::new(&Sgd::new(linear(0.1, 0.0, 5)), 1e-3)).starts_with("lr is linear(0.1, 0, 5): "));
    for kappa in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(message(HyperDescent::new(&Sgd::new(0.1), kappa)).starts_with(&format!("kappa is {kappa}: ")));
    }
    assert!(message(HyperDescent::new(&Sgd::new(-0.1), 1e-3)).starts_with("sgd: lr is -0.1 at step 0"));
    assert!(message(HyperDescent::new(&Sgd::new(0.1).nesterov(true), 1e-3)).starts_with("sgd: nesterov needs"));
}

/// A rate that would fall below 0 is refused, and nothing has moved.
#[test]
fn a_rate_that_would_be_negative_is_refused() {
    let mut w = Param::new(Tensor::<f64>::from([1.0]));
    let mut descent = HyperDescent::new(&Sgd::new(0.9), 10.0).unwrap();
    let mut step = |w: &mut Param<f64>| {
        let gradients = tape(0).param(w).square().sum().backward();
        (descent.step(w, &gradients), descent.rate(), descent.steps())
    };
    assert!(matches!(step(&mut w), (Ok(0.0), 0.9, 1)));
    let before = w.value.clone();
    let (result, rate, steps) = step(&mut w);
    assert!(result.unwrap_err().to_string().starts_with("sgd: lr is -"));
    assert_eq!((rate, steps, w.value), (0.9, 1, before));
    let (other, unused) = (Param::new(Tensor::from([1.0])), tape(0));
    let gradients = unused.param(&other).sum().backward();
    assert!(descent.step(&mut Param::new(Tensor::from([1.0])), &gradients).is_err());
}
