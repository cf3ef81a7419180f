//! Orthogonal matrices.

use rappel_autodiff::{Float, Tensor};

use super::{Gain, Generator};

/// A random matrix whose rows, or columns if there are fewer, are orthogonal and of length `gain`: `torch.nn.init.orthogonal_`. Axes
/// behind the first count as one.
///
/// It is Q of the QR decomposition of a matrix of normal numbers, with the signs that make it uniform among such matrices. (Saxe et al.:
/// Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2014; Mezzadri: How to generate random matrices
/// from the classical compact groups, 2007)
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tensor};
/// use rappel_nn::init::{self, Gain};
///
/// let q = init::orthogonal::<f64>(&[3, 5], Gain::Linear, &mut Rng::seed(0));
/// assert!((q.matmul(&q.transpose()) - Tensor::eye(3)).abs().max().item() < 1e-14);
/// ```
///
/// # Panics
/// At the caller's line, for fewer than two axes.
#[track_caller]
pub fn orthogonal<T: Float>(shape: &[usize], gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    assert!(shape.len() >= 2, "init::orthogonal: a weight has shape [outputs, inputs, ..], not {shape:?}");
    if shape.contains(&0) {
        return Tensor::zeros(shape);
    }
    let (rows, columns) = (shape[0], shape[1..].iter().product());
    // In `f64`: a drawn number has its digits in any number type, and the decomposition loses none of them.
    let drawn: Tensor<f64> = rng.draw_normal(&[rows, columns], 0.0, 1.0);
    // With nothing negative on the diagonal of R, the signs are already the ones wanted.
    let q = if rows < columns { drawn.transpose().qr().0.transpose() } else { drawn.qr().0 };
    let gain = gain.value();
    q.map(|x| T::of(x * gain)).reshape(shape)
}
