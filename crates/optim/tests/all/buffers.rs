//! When a step changes the buffers of a net: once for each batch whose gradients are used.

use rappel_autodiff::{Buffer, Module, Param, Tape, Tensor, Update, Var};
use rappel_optim::{AnyOptimizer, Outcome};

/// Counts its forward passes in training.
#[derive(Module)]
struct Counted {
    weight: Param<f64>,
    passes: Buffer<i64>,
}

impl Counted {
    fn new() -> Self {
        Counted { weight: Param::new(Tensor::from([1.0, -2.0])), passes: Buffer::integers(Tensor::scalar(0)) }
    }

    fn loss<'t>(&self, tape: &'t Tape<f64>, scale: f64) -> Var<'t, f64> {
        tape.collect(Update::count(&self.passes, 1));
        (tape.param(&self.weight) * scale).square().sum()
    }
}

fn parsed(text: &str) -> AnyOptimizer<f64> {
    text.parse().unwrap()
}

#[test]
fn once_for_each_batch_whose_gradients_are_used() {
    let cases = [
        "sgd(lr=0.1)",
        "adam(lr=0.1) | clip_norm(1)",
        "sgd(lr=0.1) | accumulate(4)",
        "sgd(lr=0.1) | sam(0.05)",
        "sgd(lr=0.1) | schedule_free()",
        "lbfgs(lr=0.1)",
        "lbfgs(lr=1, line_search_fn=strong_wolfe)",
    ];
    for text in cases {
        let (mut optimizer, mut net, mut tape) = (parsed(text), Counted::new(), Tape::training_in(1));
        for step in 1..=4 {
            let report = optimizer.step_with(&mut net, &mut tape, |net, tape| net.loss(tape, 0.7)).unwrap();
            assert!(report.evaluations > 0);
            assert_eq!(net.passes.value.item(), step, "{text}: {report:?}");
        }
        // Of gradients made by hand: `step` does the same where a rule does not ask again.
        tape.reset();
        let gradients = net.loss(&tape, 0.7).backward();
        let plain = optimizer.step(&mut net, &gradients);
        assert_eq!(net.passes.value.item(), if plain.is_ok() { 5 } else { 4 }, "{text}");
    }
}

#[test]
fn not_when_the_step_is_left_out_or_refused() {
    let (mut optimizer, mut net) = (parsed("sgd(lr=linear(0.1, -0.1, 4)) | skip_nonfinite()"), Counted::new());
    let mut step = |scale: f64, net: &mut Counted| {
        let gradients = net.loss(&Tape::training_in(1), scale).backward();
        optimizer.step(net, &gradients).map(|report| report.outcome)
    };
    assert_eq!(step(f64::NAN, &mut net).unwrap(), Outcome::Skipped);
    assert_eq!(net.passes.value.item(), 0);
    assert_eq!(step(1.0, &mut net).unwrap(), Outcome::Stepped);
    step(1.0, &mut net).unwrap();
    assert_eq!(net.passes.value.item(), 2);
    while step(1.0, &mut net).is_ok() {}
    let after = net.passes.value.item();
    assert!(step(1.0, &mut net).is_err());
    assert_eq!(net.passes.value.item(), after);
}
