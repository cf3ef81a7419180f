//! What goes around a rule.

mod accumulate;
mod adaptive_clip;
mod average;
mod cautious;
mod centralize;
mod clip_group_norm;
mod clip_norm;
mod clip_value;
mod composed;
mod ema;
mod l2;
mod lookahead;
mod sam;
mod schedule_free;
mod skip_nonfinite;
mod swa;
mod together;
mod weight_decay;

use rappel_autodiff::{Param, Tape};
use rappel_optim::{AnyOptimizer, Report};
use rappel_tensor::Tensor;

const START: [f64; 3] = [1.0, -0.7, 0.3];

fn parsed(text: &str) -> AnyOptimizer<f64> {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

/// The weights after each of some calls, and those to evaluate with, on a loss that is no quadratic.
fn walk(text: &str, calls: usize) -> Vec<[Vec<f64>; 2]> {
    let (mut optimizer, mut p, mut tape) = (parsed(text), Param::new(Tensor::from(START)), Tape::default());
    (0..calls)
        .map(|_| {
            optimizer
                .step_with(&mut p, &mut tape, |p, tape| {
                    let p = tape.param(p);
                    (p.square() * 0.35 + p.square() * p * 0.07).sum()
                })
                .unwrap_or_else(|e| panic!("{text}: {e}"));
            [p.value.data().to_vec(), optimizer.eval(&mut p).value.data().to_vec()]
        })
        .collect()
}

/// One step of a parameter along a gradient.
fn along(optimizer: &mut AnyOptimizer<f64>, p: &mut Param<f64>, g: &Tensor<f64>) -> Report {
    let g = crate::support::gradients(&Tape::default(), &[(p, g)]);
    optimizer.step(p, &g).unwrap_or_else(|e| panic!("{optimizer}: {e}"))
}

fn assert_near(a: &[f64], b: &[f64], what: &str) {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-14 * a.abs().max(1.0);
    assert!(a.len() == b.len() && a.iter().zip(b).all(near), "{what}: {a:?}, not {b:?}");
}
