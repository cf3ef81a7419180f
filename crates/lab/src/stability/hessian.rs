//! The largest eigenvalues of a loss's Hessian.

use rappel_autodiff::transform::Linearised;
use rappel_autodiff::{Float, Module, Tape, Var};

use super::{Lanczos, Spectrum};
use crate::LabError;

/// The `k` largest eigenvalues of the Hessian of a loss at a net's parameters, with their eigenvectors: the first is the *sharpness*,
/// which gradient descent of rate `lr` is unstable above `2 / lr` of.
///
/// It takes one forward pass and a few dozen products with the Hessian, each of about two gradients. To follow a run, or for another
/// tolerance: [`hessian_top_by`].
///
/// ```
/// use rappel_lab::autodiff::{Param, Tensor};
/// use rappel_lab::stability::hessian_top;
///
/// // w0^2 - 3 w1^2 + w0 w1: the Hessian is [[2, 1], [1, -6]].
/// let net = Param::new(Tensor::<f64>::from([0.3, -0.2]));
/// let top = hessian_top(&net, 2, |net, tape| {
///     let w = tape.param(net);
///     (w.square() * tape.input(&Tensor::from([1.0, -3.0]))).sum() + w.prod()
/// })?;
/// assert!((top.pairs[0].value - (17_f64.sqrt() - 2.0)).abs() < 1e-12);
/// assert!((top.pairs[1].value + (17_f64.sqrt() + 2.0)).abs() < 1e-12);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// As [`hessian_top_by`]; when `k` is 0.
///
/// # Panics
/// When the loss has more or fewer elements than one.
#[track_caller]
pub fn hessian_top<M: Module + ?Sized, T: Float>(
    net: &M,
    k: usize,
    loss: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> Result<Spectrum<T>, LabError> {
    hessian_top_by(&mut Lanczos::new(k)?, net, loss)
}

/// [`hessian_top`] by a [`Lanczos`] of one's own, which starts from what it found last.
///
/// # Errors
/// When the loss or a product is not finite; when the net has no trainable parameter of the loss's number type, or others than the
/// `Lanczos` has seen.
///
/// # Panics
/// When the loss has more or fewer elements than one.
#[track_caller]
pub fn hessian_top_by<M: Module + ?Sized, T: Float>(
    lanczos: &mut Lanczos<T>,
    net: &M,
    loss: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> Result<Spectrum<T>, LabError> {
    let tape = Tape::default();
    let loss = Linearised::new(loss(net, &tape));
    finite(loss.value().item().re())?;
    lanczos.top(net, |v| loss.hvp(v).1)
}

/// The loss, if it is a number.
pub(super) fn finite(loss: f64) -> Result<f64, LabError> {
    if loss.is_finite() {
        return Ok(loss);
    }
    Err(LabError::NotFinite {
        what: "the loss".to_owned(),
        value: loss,
        advice: "there is no curvature here; go back to a step where it is a number, and lower the rate",
    })
}
