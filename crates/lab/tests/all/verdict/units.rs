//! Units that are dead, and units that are not.

use rappel_lab::autodiff::{Rng, Tape, Tensor};
use rappel_lab::gauge::{GroupReading, Reading};
use rappel_lab::optim::Sgd;
use rappel_lab::verdict::{Judge, Kind, Unit};
use rappel_nn::{Layer, Linear, Relu, Sequential, Sigmoid, Tanh};

/// A net whose units begin with a bias, trained for 100 steps; what its units are found to be.
fn kinds(unit: impl Layer + 'static, bias: f32) -> Vec<Kind> {
    let data = rappel_data::mnist1d().unwrap().0;
    let mut random = Rng::seed(0);
    let mut first = Linear::new(40, 64, &mut random);
    first.bias.as_mut().unwrap().value = Tensor::full(&[64], bias);
    let mut net = Sequential::new().push(first).push(unit).push(Linear::new(64, 10, &mut random));
    let (mut sgd, mut judge, mut tape) = (Sgd::new(0.3), Judge::new(), Tape::new());
    for (step, batch) in data.shuffled(0).batches(40).enumerate() {
        tape.reset();
        tape.watch(&net);
        let logits = net.forward(tape.input(&batch.x));
        let loss = logits.cross_entropy(&batch.y);
        let all = GroupReading::default();
        judge.step(&Reading { step: step as u64, loss: f64::from(loss.item()), all, ..Reading::default() });
        judge.activations(&tape);
        sgd.step(&mut net, &loss.backward()).unwrap();
    }
    judge.verdicts().iter().map(|v| v.kind).collect()
}

#[test]
fn dead_and_alive() {
    assert!(kinds(Relu, -20.0).contains(&Kind::DyingUnits), "they never see a positive sum");
    assert!(kinds(Tanh, 20.0).contains(&Kind::DyingUnits), "they sit at 1");
    assert!(kinds(Sigmoid, -20.0).contains(&Kind::DyingUnits), "they sit at 0");
    assert!(!kinds(Relu, 0.0).contains(&Kind::DyingUnits));
    assert!(!kinds(Tanh, 0.0).contains(&Kind::DyingUnits));
    assert!(!kinds(Sigmoid, 0.0).contains(&Kind::DyingUnits));
}

/// A quarter of the units must be dead at each of three looks; one that lives once is alive.
#[test]
fn bounds() {
    let look = |dead: usize| Tensor::from_fn(&[3, 8], |i| if i % 8 < dead { 0.0_f32 } else { 1.0 });
    let dying = |looks: &[usize]| {
        let mut judge = Judge::new();
        looks.iter().for_each(|dead| judge.units("hidden", Unit::Relu, &look(*dead)));
        judge.verdicts().iter().any(|v| v.kind == Kind::DyingUnits)
    };
    assert!(dying(&[2, 2, 2]) && dying(&[8, 5, 2]));
    assert!(!dying(&[1, 1, 1]) && !dying(&[2, 2]) && !dying(&[2, 2, 1]) && !dying(&[]));
}

/// However often one looks, the looks that count are spread over the whole second half: units that died in the last quarter only are not
/// called dead.
#[test]
fn many_looks_are_spread_over_the_run() {
    let look = |dead: usize| Tensor::from_fn(&[3, 8], |i| if i % 8 < dead { 0.0_f32 } else { 1.0 });
    let dying = |since: u64| {
        let mut judge = Judge::new();
        for step in 0..1000 {
            judge.step(&Reading { step, loss: 1.0, ..Reading::default() });
            judge.units("hidden", Unit::Relu, &look(if step < since { 0 } else { 8 }));
        }
        judge.verdicts().iter().any(|v| v.kind == Kind::DyingUnits)
    };
    assert!(dying(500) && !dying(600) && !dying(750) && !dying(900));
}
