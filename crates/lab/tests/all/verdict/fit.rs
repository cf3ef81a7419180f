//! Overfitting, underfitting, labels that have nothing to do with inputs, and healthy runs that are none of it.

use rappel_data::Dataset;
use rappel_lab::autodiff::{Rng, Tape, Tensor};
use rappel_lab::gauge::Gauge;
use rappel_lab::problems::Classes;
use rappel_lab::verdict::{Judge, Kind};
use rappel_lab::{Problem, Trial, rules};
use rappel_nn::{Layer, Linear, Relu, Tanh};

/// Labels in another order.
fn shuffled(data: &Dataset) -> Dataset {
    let all = data.all();
    let order = Rng::seed(7).permutation(all.len());
    let labels = Tensor::from_fn(&[all.len()], |i| all.y.data()[order[i] as usize]);
    Dataset::new(all.x, labels, 10).unwrap()
}

/// What a run with Adam is found to be that is looked at 40 times.
fn kinds(problem: &Classes, rate: f64, seed: u64, steps: u64) -> Vec<Kind> {
    let problem_: &dyn Problem = problem;
    let mut run = Trial::new(problem_, rules::named("adam", rate.into()).unwrap(), seed, steps);
    let (mut gauge, mut judge) = (Gauge::exact(), Judge::new());
    let few = problem.data().take(problem.data().len().min(1_000)).all();
    for step in 0..steps {
        if step % (steps / 40) == 0 {
            let tape = Tape::new();
            tape.watch(&run.net);
            let logits = run.net.forward(tape.input(&few.x));
            judge.activations(&tape);
            judge.predictions(&logits.value(), &few.y).unwrap();
            judge.validation(f64::from(logits.cross_entropy(&few.y).item()), problem_.held_out(&*run.net).unwrap());
        }
        let (loss, gradients) = run.gradients(problem_);
        gauge.before(&*run.net, loss, &gradients).unwrap();
        run.apply(&gradients).unwrap();
        gauge.after(run.optimizer.lr()).into_iter().for_each(|r| judge.step(r));
    }
    judge.verdicts().iter().map(|v| v.kind).collect()
}

fn relu(train: Dataset, test: Dataset) -> Classes {
    let net = |r: &mut Rng| -> Box<dyn Layer> {
        Box::new((Linear::new(40, 100, r), Relu, Linear::new(100, 100, r), Relu, Linear::new(100, 10, r)))
    };
    Classes::new("relu", train, 50, net).unwrap().test(test)
}

#[test]
fn healthy() {
    let (train, test) = rappel_data::mnist1d().unwrap();
    for seed in 0..3 {
        let relu = kinds(&relu(train.clone(), test.clone()), 0.003, seed, 400);
        let tanh = kinds(&Classes::mnist1d().unwrap(), 0.01, seed, 400);
        for kinds in [relu, tanh] {
            assert!(matches!(kinds[..], [Kind::Fine | Kind::NoiseFloor]), "seed {seed}: {kinds:?}");
        }
    }
}

#[test]
fn overfitting() {
    let (train, test) = rappel_data::mnist1d().unwrap();
    let kinds = kinds(&relu(train.take(200), test), 0.003, 0, 400);
    assert_eq!(&kinds[1..], [Kind::Overfitting], "{kinds:?}");
}

/// Two units can tell but a few classes.
#[test]
fn underfitting() {
    let (train, test) = rappel_data::mnist1d().unwrap();
    let net = |r: &mut Rng| -> Box<dyn Layer> { Box::new((Linear::new(40, 1, r), Tanh, Linear::new(1, 10, r))) };
    let problem = Classes::new("tiny", train, 200, net).unwrap().test(test);
    let kinds = kinds(&problem, 0.02, 0, 2_000);
    assert_eq!(&kinds[1..], [Kind::Underfitting], "{kinds:?}");
}

/// Labels that are not learned, and labels that are learned by heart.
#[test]
fn shuffled_labels() {
    let (train, test) = rappel_data::mnist1d().unwrap();
    let by_heart = kinds(&relu(shuffled(&train.take(400)), test.clone()), 0.003, 0, 400);
    assert_eq!(&by_heart[1..], [Kind::ShuffledLabels], "{by_heart:?}");
    let all = kinds(&relu(shuffled(&train), test), 0.003, 0, 400);
    assert!(all.contains(&Kind::ShuffledLabels), "{all:?}");
}

/// All inputs are alike.
#[test]
fn constant_predictions() {
    let (train, test) = rappel_data::mnist1d().unwrap();
    let grey = |data: Dataset| {
        let all = data.all();
        Dataset::new(all.x.map(|_| 0.5), all.y, 10).unwrap()
    };
    let kinds = kinds(&relu(grey(train), grey(test)), 0.003, 0, 400);
    assert!(kinds.contains(&Kind::ConstantPredictions), "{kinds:?}");
}
