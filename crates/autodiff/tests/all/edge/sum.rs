//! Long sums in single precision.

use rappel_autodiff::{Rng, Tape, Tensor};

/// How far a sum of n values may be off, relative to the sum of magnitudes: 4096 values in sixteen lanes add up 256 roundings,
/// halving a million brings 8 more, joining lanes 4.
const BOUND: f64 = 268.0 * f32::EPSILON as f64 / 2.0;

const N: usize = 1_000_000;

/// Values whose one-by-one sum in `f32` is off by far more than the bound, or is hard for another reason.
fn series() -> Vec<(&'static str, Vec<f32>)> {
    let mut rng = Rng::seed(8);
    let uniform = (0..N).map(|_| rng.uniform() as f32).collect();
    let normal = (0..N).map(|_| rng.normal() as f32).collect();
    let spread = (0..N).map(|_| (4.0 * rng.normal()).exp() as f32).collect();
    vec![("tenths", vec![0.1; N]), ("uniform", uniform), ("normal", normal), ("spread", spread)]
}

fn exact(x: impl Iterator<Item = f32> + Clone) -> (f64, f64) {
    (x.clone().map(f64::from).sum(), x.map(|x| f64::from(x).abs()).sum())
}

#[test]
fn a_million_values() {
    for (name, x) in series() {
        let (sum, magnitude) = exact(x.iter().copied());
        let found = f64::from(Tensor::new(x.clone(), &[N]).sum().item());
        let error = (found - sum).abs() / magnitude;
        assert!(error <= BOUND, "{name}: off by {error:e} of the magnitude, {BOUND:e} is allowed");
        let mean = f64::from(Tensor::new(x, &[N]).mean().item());
        assert!((mean - sum / N as f64).abs() * N as f64 <= 1.01 * BOUND * magnitude, "{name}: mean {mean}");
    }
}

/// Columns of a tall matrix are no worse than rows of a wide one, in a bias's gradient too.
#[test]
fn columns_of_a_million_values() {
    for columns in [2, 20] {
        for (name, x) in series() {
            let x = Tensor::new(x, &[N / columns, columns]);
            let tape = Tape::new();
            let bias = tape.var(&Tensor::zeros(&[columns]));
            let gradient = (bias + tape.input(&x)).backward_with(&x).wrt(bias).unwrap().clone();
            for k in 0..columns {
                let (sum, magnitude) = exact(x.data().iter().copied().skip(k).step_by(columns));
                for found in [x.sum_axes(&[0], false).data()[k], gradient.data()[k]] {
                    let error = (f64::from(found) - sum).abs() / magnitude;
                    assert!(error <= BOUND, "{name}, column {k} of {columns}: off by {error:e}, {BOUND:e} is allowed");
                }
            }
        }
    }
}
