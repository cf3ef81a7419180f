//! Tests of `rappel_lab::problems`: what holds for all of them, and a module for each.

mod chebyshev;
mod classes;
mod deep_linear;
mod functions;
mod linear_system;
mod logistic;
mod moons;
mod quadratic;
mod rosenbrock;

use rappel_lab::autodiff::{Float, ModuleExt, Tape, Var};
use rappel_lab::optim::{Adam, Sgd, Stepper};
use rappel_lab::problems::{NAMES, named};
use rappel_lab::{Cursor, Problem, Trial};
use rappel_nn::Layer;

/// So many steps of a run.
fn walk<T: Float>(run: &mut Trial<T>, problem: &dyn Problem<T>, steps: u64) {
    for _ in 0..steps {
        run.step(problem).expect("the net takes a step");
    }
}

/// A loss, and all numbers of its gradient in the order of the net.
fn descent<T: Float>(net: &dyn Layer<T>, loss: Var<'_, T>) -> (f64, Vec<f64>) {
    let (value, gradients, mut numbers) = (loss.item().re(), loss.backward(), Vec::new());
    net.for_each_param(|name, p| {
        let gradient = gradients.by_id(p.id()).unwrap_or_else(|| panic!("{name} has a gradient"));
        numbers.extend(gradient.data().iter().map(|g| g.re()));
    });
    (value, numbers)
}

/// At its start, the problem's loss and gradient at a step, and those without noise.
fn start<T: Float>(problem: &dyn Problem<T>, seed: u64, step: u64) -> [(f64, Vec<f64>); 2] {
    let (net, mut cursor) = (problem.net(seed), Cursor::new(seed));
    cursor.seek(step);
    let (tape, whole) = (Tape::default(), Tape::default());
    [descent(&*net, problem.loss(&*net, &tape, &mut cursor)), descent(&*net, problem.whole(&*net, &whole))]
}

/// Both number types see the same task: losses and gradients agree as closely as `f32` can tell.
#[test]
fn the_same_in_f32_and_f64() {
    for (name, _) in NAMES {
        let (narrow, wide) = (named::<f32>(name).unwrap(), named::<f64>(name).unwrap());
        for (narrow, wide) in start(&*narrow, 1, 3).into_iter().zip(start(&*wide, 1, 3)) {
            assert!((narrow.0 - wide.0).abs() <= 1e-5 * wide.0.abs(), "{name}: {} and {}", narrow.0, wide.0);
            let norm = |g: &mut dyn Iterator<Item = f64>| g.map(|g| g * g).sum::<f64>().sqrt();
            let apart = norm(&mut narrow.1.iter().zip(&wide.1).map(|(a, b)| a - b));
            let size = norm(&mut wide.1.iter().copied());
            assert!(narrow.1.len() == wide.1.len() && size > 0.0 && apart <= 1e-5 * size, "{name}: {apart} of {size}");
        }
        assert!(narrow.steps() == wide.steps() && narrow.steps() > 0 && narrow.optimum() == wide.optimum());
    }
}

/// A step is a function of seed and number alone: whichever was seen before, and for every optimizer.
#[test]
fn steps_follow_from_seed_and_number() {
    for (name, _) in NAMES {
        let problem = named::<f32>(name).unwrap();
        let net = problem.net(5);
        let losses = |order: &[u64]| {
            let mut cursor = Cursor::new(5);
            let loss = |step: &u64| {
                cursor.seek(*step);
                problem.loss(&*net, &Tape::default(), &mut cursor).item().to_bits()
            };
            order.iter().map(loss).collect::<Vec<_>>()
        };
        let seen = losses(&[0, 1, 2, 200]);
        assert!(losses(&[200, 2, 1, 0]).iter().rev().eq(&seen), "{name}");
        // At rate 0 the net stays as it is, so each loss shows the batch.
        let optimizers: [Box<dyn Stepper>; 2] = [Box::new(Sgd::new(0.0).momentum(0.9)), Box::new(Adam::new(0.0))];
        for optimizer in optimizers {
            let mut run = Trial::new(&*problem, optimizer, 5, 3);
            let run: Vec<u32> = (0..3).map(|_| (run.step(&*problem).unwrap() as f32).to_bits()).collect();
            assert_eq!(run, seen[..3], "{name}");
        }
    }
}

/// Those with noise see other noise at other steps and seeds; the others see none.
#[test]
fn noise_is_where_it_is_said_to_be() {
    for (name, _) in NAMES {
        let problem = named::<f64>(name).unwrap();
        let net = problem.net(0);
        let loss = |seed: u64, step: u64| {
            let mut cursor = Cursor::new(seed);
            cursor.seek(step);
            problem.loss(&*net, &Tape::default(), &mut cursor).item()
        };
        let whole = problem.whole(&*net, &Tape::default()).item();
        let noisy = ["noisy_quadratic", "logistic", "mnist1d", "mnist1d_relu", "mnist"].contains(name);
        let losses = [loss(0, 0), loss(0, 1), loss(1, 0)];
        // A logistic model of zeros gives every batch the same loss: it shows in the gradients only.
        if noisy && *name != "logistic" {
            assert!(losses[0] != losses[1] && losses[0] != losses[2] && losses[1] != losses[2], "{name}: {losses:?}");
        } else if !noisy {
            assert_eq!(losses, [whole; 3], "{name}");
        }
        let gradients = [start(&*problem, 0, 0), start(&*problem, 0, 1)].map(|[(_, loss), _]| loss);
        assert_eq!(gradients[0] != gradients[1], noisy, "{name}");
    }
}
