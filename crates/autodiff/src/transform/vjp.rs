//! A cotangent times the Jacobian.

use rappel_tensor::{Float, Tensor};

use super::{Linearised, lift, parts};
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The value of `f` at `x`, and the derivatives of `<u, f>`: `u` times the Jacobian, in one backward scan. For many cotangents, or
/// one that depends on the value: [`Linearised`].
///
/// ```
/// use rappel_autodiff::transform::vjp;
/// use rappel_tensor::Tensor;
///
/// let x = Tensor::from([1.0, 2.0]);
/// let (y, g) = vjp(|x| x * x, &x, &Tensor::from([1.0, 10.0]));
/// assert_eq!((y.data(), g.data()), (&[1.0, 4.0][..], &[2.0, 40.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when `u` has another shape than the value.
#[track_caller]
pub fn vjp<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    u: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    vjp_on(&Tape::default(), f, x, u)
}

/// [`vjp`] on a tape of one's own: in training mode, with its random draws, on its threads.
#[track_caller]
pub fn vjp_on<T: Float>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    u: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    let (y, [g]) = reverse(tape, |[x]| f(x), [x], u);
    (y, g)
}

/// [`vjp`] of a function of several tensors, in all of them.
///
/// # Panics
/// At the caller's line, when `u` has another shape than the value.
#[track_caller]
pub fn vjp_all<T: Float, const N: usize>(
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    u: &Tensor<T>,
) -> (Tensor<T>, [Tensor<T>; N]) {
    reverse(&Tape::default(), f, x, u)
}

/// The value of a function of a module's parameters, and the derivatives of `<u, value>` in them.
///
/// # Panics
/// At the caller's line, when `u` has another shape than the value.
#[track_caller]
pub fn vjp_of<M: Module + ?Sized, T: Float>(
    net: &M,
    u: &Tensor<T>,
    f: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> (Tensor<T>, Gradients<T>) {
    let tape = Tape::default();
    let y = Linearised::new(f(net, &tape));
    (y.value(), y.vjp(u))
}

#[track_caller]
fn reverse<T: Float, const N: usize>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    u: &Tensor<T>,
) -> (Tensor<T>, [Tensor<T>; N]) {
    let at = lift(tape, x);
    let y = Linearised::new(f(at));
    (y.value(), parts(&y.vjp(u), at))
}
