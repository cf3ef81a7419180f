//! The fused pass against one value at a time.

use proptest::prelude::*;
use rappel_autodiff::{Param, Tape};
use rappel_optim::{Adam, Optimizer, Rule, Sgd};
use rappel_tensor::{Float, Rng, Tensor, Threads};

use crate::support::gradients;

/// Shorter than a vector, around one, and long enough for two threads, with an odd rest.
const LENGTHS: [usize; 9] = [0, 1, 7, 15, 16, 17, 33, 1000, 2 * 32_768 + 5];

const STEPS: usize = 3;

/// How the pass is run.
#[derive(Clone, Copy, Debug)]
struct Way {
    threads: usize,
    /// Somebody holds the old values, so the new ones go into another buffer.
    held: bool,
}

/// The values after some steps.
fn run<R: Rule, T: Float>(mut optimizer: Optimizer<R, T>, start: &Tensor<T>, g: &[Tensor<T>], way: Way) -> Tensor<T> {
    let mut tape = Tape::<T>::default();
    tape.set_threads(&Threads::new(way.threads).unwrap());
    let mut p = Param::new(start.map(|x| *x));
    for g in g {
        tape.rewind();
        let held = way.held.then(|| p.value.clone());
        let old = p.value.data().as_ptr();
        let g = gradients(&tape, &[(&p, g)]);
        optimizer.step(&mut p, &g).unwrap();
        assert_eq!(p.value.data().as_ptr() == old, held.is_none(), "written where it stands, unless that is held");
    }
    p.value
}

/// The first of all ways, having made sure that the others give the same bits.
fn any_way<R: Rule, T: Float>(make: impl Fn() -> Optimizer<R, T>, start: &Tensor<T>, g: &[Tensor<T>]) -> Vec<f64> {
    let one = run(make(), start, g, Way { threads: 1, held: false });
    let two = if cfg!(feature = "threads") { 2 } else { 1 };
    for (threads, held) in [(1, true), (two, false), (two, true)] {
        let way = Way { threads, held };
        let other = run(make(), start, g, way);
        let same = one.data().iter().zip(other.data()).all(|(a, b)| a.re().to_bits() == b.re().to_bits());
        assert!(same, "{way:?} differs at length {}", start.len());
    }
    one.data().iter().map(|x| x.re()).collect()
}

/// SGD of one value as its textbook writes it.
fn sgd([momentum, decay]: [f64; 2], mut p: f64, g: impl Iterator<Item = f64>) -> f64 {
    let mut velocity = 0.0;
    for g in g {
        velocity = momentum * velocity + g + decay * p;
        p -= 0.1 * velocity;
    }
    p
}

/// Adam of one value as its paper writes it.
fn adam(mut p: f64, g: impl Iterator<Item = f64>) -> f64 {
    let (mut m, mut v) = (0.0, 0.0);
    for (t, g) in (1..).zip(g) {
        m = 0.9 * m + (1.0 - 0.9) * g;
        v = 0.999 * v + (1.0 - 0.999) * g * g;
        let (m_hat, v_hat) = (m / (1.0 - 0.9_f64.powi(t)), v / (1.0 - 0.999_f64.powi(t)));
        p -= 0.1 * m_hat / (v_hat.sqrt() + 1e-8);
    }
    p
}

fn check<T: Float>(length: usize, seed: u64, tolerance: f64) {
    let mut rng = Rng::seed(seed);
    let start = Tensor::<T>::normal(&[length], 0.0, 1.0, &mut rng);
    let g: Vec<_> = (0..STEPS).map(|_| Tensor::<T>::normal(&[length], 0.0, 1.0, &mut rng)).collect();
    let results = [
        any_way(|| Sgd::new(0.1), &start, &g),
        any_way(|| Sgd::new(0.1).weight_decay(0.1), &start, &g),
        any_way(|| Sgd::new(0.1).momentum(0.9), &start, &g),
        any_way(|| Adam::new(0.1), &start, &g),
    ];
    for i in 0..length {
        let p = start.data()[i].re();
        let g = || g.iter().map(|g| g.data()[i].re());
        let expected = [sgd([0.0, 0.0], p, g()), sgd([0.0, 0.1], p, g()), sgd([0.9, 0.0], p, g()), adam(p, g())];
        for (result, expected) in results.iter().zip(expected) {
            let found = result[i];
            assert!((found - expected).abs() <= tolerance * (1.0 + expected.abs()), "[{i}]: {found}, not {expected}");
        }
    }
}

#[test]
fn the_pass_is_the_formula_at_every_length_in_any_way() {
    for (seed, length) in (0..).zip(LENGTHS) {
        check::<f64>(length, seed, 1e-12);
        check::<f32>(length, seed, 1e-5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_pass_is_the_formula_at_random_lengths(length in 0_usize..300, seed in any::<u64>()) {
        check::<f64>(length, seed, 1e-12);
        check::<f32>(length, seed, 1e-5);
    }
}
