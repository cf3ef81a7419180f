//! Initialisers by their laws, with the native generator, and what they refuse.

use rappel_nn::autodiff::{Rng, Tensor};
use rappel_nn::init::{self, Gain};

use crate::panics::panic_here;

#[test]
fn rows_or_columns_are_orthogonal_of_the_gains_length() {
    for shape in [&[4, 4][..], &[3, 7], &[7, 3], &[2, 3, 2, 2], &[12, 2, 3], &[1, 1]] {
        let x: Tensor<f64> = init::orthogonal(shape, Gain::Relu, &mut Rng::seed(8));
        assert_eq!(x.shape(), shape);
        let (rows, columns) = (shape[0], shape[1..].iter().product::<usize>());
        let x = x.reshape(&[rows, columns]);
        let square = if rows < columns { x.matmul(&x.transpose()) } else { x.transpose().matmul(&x) };
        let worst = (square - Tensor::eye(rows.min(columns)) * Tensor::scalar(2.0)).abs().max().item();
        assert!(worst < 1e-14, "{shape:?}: {worst}");
    }
    assert_eq!(init::orthogonal::<f32>(&[0, 3], Gain::Linear, &mut Rng::seed(0)).shape(), [0, 3]);
}

/// Uniform among orthogonal matrices: the mean of each entry is 0, its variance 1/n, within five standard errors.
#[test]
fn orthogonal_matrices_favour_no_direction() {
    let (n, draws, mut rng) = (3, 4000, Rng::seed(2));
    let mut moments = [[0.0; 2]; 9];
    for _ in 0..draws {
        let x: Tensor<f64> = init::orthogonal(&[n, n], Gain::Linear, &mut rng);
        for (sum, x) in moments.iter_mut().zip(x.data()) {
            *sum = [sum[0] + x, sum[1] + x * x];
        }
    }
    let draws = f64::from(draws);
    for [mean, square] in moments.map(|m| m.map(|m| m / draws)) {
        assert!(mean.abs() < 5.0 * (1.0 / 3.0 / draws).sqrt(), "mean {mean}");
        // The fourth moment of an entry is 3 / (n (n + 2)).
        assert!((square - 1.0 / 3.0).abs() < 5.0 * ((0.2 - 1.0 / 9.0) / draws).sqrt(), "variance {square}");
    }
}

/// Either way of rejecting gives the mean and variance of the truncated distribution, within five standard errors.
#[test]
fn truncated_values_have_the_defined_moments() {
    let n = 100_000_usize;
    // Mean, deviation and bounds; mean and variance of what is left, by the formulas of the truncated distribution.
    let cases = [
        ([0.0, 1.0, -2.0, 2.0], [0.0, 0.7737413035]),
        ([0.0, 1.0, -0.2, 0.2], [0.0, 0.0132623580]),
        ([0.0, 1.0, 2.0, 3.0], [2.3158213267, 0.0615207796]),
    ];
    for ([mean, std, low, high], [centre, variance]) in cases {
        let x: Tensor<f64> = init::trunc_normal(&[n], mean, std, low, high, &mut Rng::seed(1));
        assert!(x.data().iter().all(|x| (low..=high).contains(x)));
        let found = x.data().iter().sum::<f64>() / n as f64;
        let spread = x.data().iter().map(|x| (x - found).powi(2)).sum::<f64>() / n as f64;
        assert!((found - centre).abs() < 5.0 * (variance / n as f64).sqrt(), "mean {found}, not {centre}");
        assert!((spread / variance - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "variance {spread}, not {variance}");
    }
}

#[test]
fn what_does_not_fit_is_refused_at_the_users_line() {
    let rng = || Rng::seed(0);
    let found = [
        ("two axes", panic_here!(init::eye::<f32>(&[3]))),
        ("three to five", panic_here!(init::dirac::<f32>(&[3, 3], 1))),
        ("no multiple of 2", panic_here!(init::dirac::<f32>(&[3, 3, 1], 2))),
        ("not [3]", panic_here!(init::orthogonal::<f32>(&[3], Gain::Linear, &mut rng()))),
        ("two axes", panic_here!(init::sparse::<f32>(&[3], 0.5, 0.01, &mut rng()))),
        ("from 0 to 1", panic_here!(init::sparse::<f32>(&[3, 3], 1.5, 0.01, &mut rng()))),
        ("above 0", panic_here!(init::trunc_normal::<f32>(&[3], 0.0, 0.0, -1.0, 1.0, &mut rng()))),
        ("not empty", panic_here!(init::trunc_normal::<f32>(&[3], 0.0, 1.0, 1.0, 1.0, &mut rng()))),
    ];
    for (part, message) in found {
        assert!(message.starts_with("init::") && message.contains(part), "{message}");
    }
}
