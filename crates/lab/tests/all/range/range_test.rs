use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rappel_lab::autodiff::module::{Module, ModuleExt, Snapshot, Visitor, VisitorMut};
use rappel_lab::autodiff::{Buffer, Param, Rng, Tape, Tensor, Var};
use rappel_lab::optim::{Adam, Sgd, StepError, Stepper, cosine, plateau};
use rappel_lab::problems::{Classes, Quadratic};
use rappel_lab::range::{End, RangeTest};
use rappel_lab::{LabError, Problem, Trial, rules};
use rappel_nn::{Dropout, Layer, Linear, Tanh};

type Net = (Linear, Tanh, Dropout, Linear);

fn net() -> Net {
    let mut rng = Rng::seed(7);
    (Linear::new(3, 8, &mut rng), Tanh, Dropout::new(0.3), Linear::new(8, 1, &mut rng))
}

/// A batch of a step, and the net's loss on it.
fn loss<'t>(net: &Net, tape: &'t Tape, step: u64) -> Var<'t> {
    let x = Tensor::normal(&[16, 3], 0.0, 1.0, &mut Rng::seed(step));
    let y = Tensor::from_fn(&[16, 1], |i| x.data()[3 * i] - x.data()[3 * i + 1]);
    net.forward(tape.input(&x)).mse(tape.input(&y))
}

fn optimizers() -> Vec<Box<dyn Stepper>> {
    vec![
        Box::new(Sgd::new(cosine(0.1, 0.0, 60)).momentum(0.9)),
        Box::new(Adam::new(plateau().factor(0.5).patience(1) * 0.01)),
    ]
}

/// Trains for some steps and gives losses and weights, with a range test in between or without one.
fn trained(mut optimizer: Box<dyn Stepper>, between: impl Fn(&mut Net, &dyn Stepper)) -> (Vec<u32>, Vec<u32>) {
    let (mut net, mut tape, mut losses) = (net(), Tape::training(3), Vec::new());
    for step in 0..40 {
        if step == 17 {
            between(&mut net, &*optimizer);
        }
        tape.reset();
        let loss = loss(&net, &tape, step);
        losses.push(loss.item().to_bits());
        optimizer.step(&mut net, &loss.backward()).unwrap();
        optimizer.observe(f64::from(f32::from_bits(losses[losses.len() - 1]))).unwrap();
    }
    let mut weights = Vec::new();
    for parameter in [&net.0.weight, &net.3.weight] {
        weights.extend(parameter.value.data().iter().map(|x| x.to_bits()));
    }
    (losses, weights)
}

/// Training goes on bit for bit as if there had been no range test: also after one that ends early, fails, or panics.
#[test]
fn nothing_has_happened() {
    let walk = || RangeTest::new(1e-5, 10.0).unwrap().steps(50).seed(3);
    for optimizer in optimizers() {
        let straight = trained(optimizer.clone(), |_, _| ());
        let whole = trained(optimizer.clone(), |net, optimizer| {
            let run = walk().stop_at(f64::INFINITY).run(net, optimizer, loss).unwrap();
            assert_eq!((run.curve.len(), run.end), (50, End::Reached));
        });
        let failing = trained(optimizer.clone(), |net, optimizer| {
            let error = walk().run(net, optimizer, |net, tape, step| {
                if step < 20 { loss(net, tape, step) } else { loss(&self::net(), tape, step) }
            });
            assert!(matches!(error, Err(LabError::Parameters { was: 4, .. })), "{error:?}");
        });
        let panicking = trained(optimizer.clone(), |net, optimizer| {
            let walked = catch_unwind(AssertUnwindSafe(|| {
                walk().run(net, optimizer, |net, tape, step| {
                    assert!(step < 20, "no more data");
                    loss(net, tape, step)
                })
            }));
            assert!(walked.is_err());
        });
        let grouped = trained(optimizer.clone(), |net, optimizer| {
            walk().group(|path| path.starts_with('0')).run(net, optimizer, loss).unwrap();
        });
        for other in [whole, failing, panicking, grouped] {
            assert!(other == straight, "{optimizer:?}");
        }
    }
}

/// The walk itself is training with these rates: its losses are those of a loop written by hand, with the same masks.
#[test]
fn the_walk_is_training() {
    for optimizer in optimizers() {
        let walk = RangeTest::new(1e-3, 0.1).unwrap().steps(30).seed(3).stop_at(f64::INFINITY);
        let run = walk.run(&mut net(), &*optimizer, loss).unwrap();
        let (mut net, mut tape, mut optimizer) = (net(), Tape::training(3), optimizer);
        for step in 0..30 {
            tape.reset();
            let loss = loss(&net, &tape, step as u64);
            assert_eq!(f64::from(loss.item()), run.curve.losses()[step]);
            optimizer.set_knob("lr", run.curve.rates()[step].into()).unwrap();
            optimizer.step(&mut net, &loss.backward()).unwrap();
        }
        assert_eq!((run.curve.rates()[0], run.curve.rates()[29]), (1e-3, 0.1));
    }
}

/// A net with buffers is given back whole.
#[test]
fn nets_with_buffers() {
    let (w, seen) = (Param::new(Tensor::from([1.0])), Buffer::new(Tensor::from([0.0])));
    let mut net = (w, seen);
    let before = Snapshot::of(&net);
    RangeTest::new(1e-5, 1.0)
        .unwrap()
        .run(&mut net, &Sgd::new(0.1), |net, tape, _| tape.param(&net.0).square().sum())
        .unwrap();
    assert_eq!(Snapshot::of(&net), before);
}

/// Where it stops is said.
#[test]
fn ends() {
    let walk = RangeTest::new(1e-3, 1e3).unwrap();
    let mut w = Param::new(Tensor::<f64>::from([3.0]));
    let run = |w: &mut Param<f64>, walk: RangeTest| {
        walk.run(w, &Sgd::new(0.1), |w, tape, _| tape.param(w).square().sum()).unwrap()
    };
    let run_rose = run(&mut w, walk.clone());
    let End::Rose { step, rate, loss, best } = run_rose.end else { panic!("{:?}", run_rose.end) };
    assert!(loss > 4.0 * best && rate > 1.0 && step as usize == run_rose.curve.len() - 1);
    assert_eq!(run_rose.curve.rates().last(), Some(&rate));
    assert!(run_rose.end.to_string().starts_with(&format!("stopped at step {step}, at ")), "{}", run_rose.end);

    let run_nan = run(&mut w, RangeTest::new(1e-3, 1e200).unwrap().stop_at(f64::INFINITY));
    let End::NotFinite { step, loss, .. } = run_nan.end else { panic!("{:?}", run_nan.end) };
    assert!(!loss.is_finite() && step as usize == run_nan.curve.len());
    assert_eq!(w.value.data(), [3.0]);

    // A loss below 0 is no reason to stop, a higher one is.
    let mut w = Param::new(Tensor::<f64>::from([3.0]));
    let below = walk.run(&mut w, &Sgd::new(0.1), |w, tape, _| tape.param(w).square().sum() - 100.0).unwrap();
    assert!(matches!(below.end, End::Rose { rate, .. } if rate > 1.0), "{:?}", below.end);
}

/// In a group's walk the others follow their own schedule.
#[test]
fn groups() {
    let mut net = (Param::new(Tensor::<f64>::from([1.0])), Param::new(Tensor::<f64>::from([1.0])));
    let sgd = Sgd::new(cosine(0.01, 0.0, 20));
    let walk = RangeTest::new(1e-4, 1e-2).unwrap().steps(20);
    let loss = |net: &(Param<f64>, Param<f64>), seen: &mut Vec<[f64; 2]>| {
        seen.push([net.0.value.data()[0], net.1.value.data()[0]]);
    };
    let mut seen = Vec::new();
    let run = walk.clone().group(|path| path == "1").run(&mut net, &sgd, |net, tape, _| {
        loss(net, &mut seen);
        (tape.param(&net.0) + tape.param(&net.1)).sum()
    });
    let rates = run.unwrap().curve.rates().to_vec();
    let (mut free, mut alone) = (net.0.clone(), sgd.clone());
    for (step, pair) in seen.iter().enumerate().take(19) {
        let walked = pair[1] - seen[step + 1][1];
        assert!((walked / rates[step] - 1.0).abs() < 1e-9, "{walked} {}", rates[step]);
        assert_eq!(pair[0], free.value.data()[0]);
        let tape = Tape::default();
        let gradients = tape.param(&free).sum().backward();
        alone.step(&mut free, &gradients).unwrap();
    }
    let error =
        walk.group(|path| path == "2").run(&mut net, &sgd, |net, tape, _| tape.param(&net.0).sum()).unwrap_err();
    let expected = "the group is none of the 2 trainable parameters (0, 1): a group has one at least";
    assert!(error.to_string().starts_with(expected), "{error}");
}

/// Any hyperparameter, on its own scale; the learning rate follows its schedule meanwhile.
#[test]
fn other_hyperparameters() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let mut run = Trial::new(valley, Box::new(Sgd::new(0.01).momentum(0.5)), 0, 100);
    let before = Snapshot::of(&*run.net);
    let walk = RangeTest::near_one(0.5, 0.999).unwrap().of("momentum").steps(40);
    let curve = walk.trial(&mut run, valley).unwrap().curve;
    assert_eq!((curve.rates()[0], curve.rates()[39]), (0.5, 0.999));
    let mut by_hand = Trial::new(valley, Box::new(Sgd::new(0.01).momentum(0.5)), 0, 100);
    for (momentum, loss) in curve.rates().iter().zip(curve.losses()) {
        by_hand.optimizer.set_knob("momentum", (*momentum).into()).unwrap();
        assert_eq!(by_hand.step(valley).unwrap(), *loss);
    }
    assert_eq!(Snapshot::of(&*run.net), before);
    let decay = RangeTest::linear(0.0, 0.5).unwrap().of("weight_decay").steps(40);
    assert_eq!(decay.trial(&mut run, valley).unwrap().curve.rates()[0], 0.0);
    let error = RangeTest::new(1e-3, 1.0).unwrap().of("beta1").trial(&mut run, valley).unwrap_err();
    assert!(matches!(error, LabError::Step(StepError::UnknownKnob { .. })), "{error}");
    let error = RangeTest::linear(-1.0, 1.0).unwrap().trial(&mut run, valley).unwrap_err();
    assert!(matches!(error, LabError::Step(StepError::Value { .. })), "{error}");
    assert_eq!(Snapshot::of(&*run.net), before);
}

/// What the book says of MNIST-1D, where the rates that end lowest after 400 steps are known from a grid.
#[test]
fn suggestions_on_mnist1d() {
    let problem: &dyn Problem = &Classes::mnist1d().unwrap();
    for (rule, best) in [("sgd", 1.0), ("momentum", 0.1), ("adam", 0.018)] {
        for seed in 0..5 {
            let mut run = Trial::new(problem, rules::named(rule, 1e-3.into()).unwrap(), seed, 100);
            let judged = RangeTest::new(1e-7, 10.0).unwrap().trial(&mut run, problem).unwrap().judge().unwrap();
            let times = judged.suggestion.unwrap().rate / best;
            assert!((1.0 / 3.4..3.4).contains(&times), "{rule}, seed {seed}: {times} times the best rate");
        }
    }
}

/// In the middle of a run of a problem, which goes on as if nothing had been.
#[test]
fn trials_go_on() {
    let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
    let begun = || {
        let mut run = Trial::new(valley, Box::new(Adam::new(0.05)), 4, 100);
        (0..10).for_each(|_| assert!(run.step(valley).unwrap().is_finite()));
        run
    };
    let (mut a, mut b) = (begun(), begun());
    let curve = RangeTest::new(1e-4, 1.0).unwrap().trial(&mut a, valley).unwrap().curve;
    assert_eq!(curve.losses()[0], b.loss(valley));
    for _ in 0..20 {
        assert_eq!(a.step(valley).unwrap(), b.step(valley).unwrap());
    }
}

#[test]
fn ranges_that_cannot_be_walked() {
    let nan = f64::NAN;
    for (from, to, why) in [
        (1e-3, 1e-3, "empty"),
        (10.0, 1e-7, "reversed"),
        (0.0, 1.0, "above 0"),
        (-1.0, 1.0, "above 0"),
        (-2.0, -1.0, "above 0"),
        (nan, 1.0, "numbers"),
        (1e-7, nan, "numbers"),
        (1e-7, f64::INFINITY, "numbers"),
    ] {
        let error = RangeTest::new(from, to).unwrap_err();
        assert!(matches!(error, LabError::Range { .. }) && error.to_string().contains(why), "{error}");
    }
    assert!(
        RangeTest::linear(0.5, 0.5).is_err()
            && RangeTest::linear(0.5, 0.1).is_err()
            && RangeTest::linear(nan, 0.1).is_err()
    );
    assert!(RangeTest::near_one(0.9, 1.0).is_err() && RangeTest::near_one(0.9, 1.5).is_err());
    let error = RangeTest::new(10.0, 1e-7).unwrap_err().to_string();
    assert_eq!(error, "the range of rates from 10 to 0.0000001: it is reversed: begin with the lower end");
}

#[test]
fn settings_and_first_losses() {
    let mut w = Param::new(Tensor::from([3.0]));
    let mut run = |walk: RangeTest, by: f64| walk.run(&mut w, &Sgd::new(0.1), |w, tape, _| (tape.param(w) * by).sum());
    let walk = RangeTest::new(1e-3, 1.0).unwrap();
    for walk in
        [walk.clone().steps(0), walk.clone().steps(1), walk.clone().stop_at(1.0), walk.clone().stop_at(f64::NAN)]
    {
        assert!(matches!(run(walk, 1.0), Err(LabError::Setting { .. })));
    }
    assert_eq!(run(walk.clone().steps(2).stop_at(f64::INFINITY), 1.0).unwrap().curve.len(), 2);
    for bad in [f64::NAN, f64::INFINITY] {
        let error = run(walk.clone(), bad).unwrap_err();
        assert!(matches!(error, LabError::Loss { step: 0, .. }), "{error}");
    }
}

/// A net that has one parameter more at some steps.
struct Growing {
    w: [Param; 2],
    grown: Cell<bool>,
}

impl Module for Growing {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.w[..1 + usize::from(self.grown.get())].visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self.w[..1 + usize::from(self.grown.get())].visit_mut(visitor);
    }
}

/// A closure that changes the number of parameters, or whose loss is another net's.
#[test]
fn nets_that_change() {
    let param = || Param::new(Tensor::from([3.0]));
    let walk = RangeTest::new(1e-3, 1.0).unwrap();
    let mut net = Growing { w: [param(), param()], grown: Cell::new(false) };
    let error = walk.run(&mut net, &Sgd::new(0.1), |net, tape, step| {
        net.grown.set(step >= 5);
        tape.param(&net.w[0]).square().sum()
    });
    let message = error.unwrap_err().to_string();
    assert!(message.starts_with("the net has other parameters than before (1 then, 2 now)"), "{message}");

    let mut w = param();
    let error = walk.run(&mut w, &Sgd::new(0.1), |_, tape, _| tape.param(&param()).square().sum());
    assert!(matches!(error, Err(LabError::Parameters { was: 1, is: 1 })), "{error:?}");
    let error = walk.run(&mut w, &Sgd::new(0.1), |_, tape, _| tape.var(&Tensor::<f32>::from([1.0])).square().sum());
    assert!(matches!(error, Err(LabError::Step(StepError::NoGradient { .. }))), "{error:?}");
    assert_eq!((w.value.data(), w.count_parameters()), (&[3.0][..], 1));
}
