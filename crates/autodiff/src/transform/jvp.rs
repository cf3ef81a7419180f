//! The Jacobian times a direction.

use rappel_tensor::{Float, Tensor};

use super::{Linearised, assert_directions, directions, lift};
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The value of `f` at `x`, and its derivative along `v`: the Jacobian times `v`, in one forward sweep.
///
/// ```
/// use rappel_autodiff::transform::jvp;
/// use rappel_tensor::Tensor;
///
/// let x = Tensor::from([1.0, 2.0]);
/// let (y, dy) = jvp(|x| x * x, &x, &Tensor::from([1.0, 10.0]));
/// assert_eq!((y.data(), dy.data()), (&[1.0, 4.0][..], &[2.0, 40.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when `v` has another shape than `x`.
#[track_caller]
pub fn jvp<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    jvp_on(&Tape::default(), f, x, v)
}

/// [`jvp`] on a tape of one's own: in training mode, with its random draws, on its threads.
#[track_caller]
pub fn jvp_on<T: Float>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    forward(tape, |[x]| f(x), [x], [v])
}

/// [`jvp`] of a function of several tensors, along a direction in each.
///
/// ```
/// use rappel_autodiff::transform::jvp_all;
/// use rappel_tensor::Tensor;
///
/// let (a, b, zero) = (Tensor::scalar(2.0), Tensor::scalar(3.0), Tensor::scalar(0.0));
/// let (_, dy) = jvp_all(|[a, b]| a * b, [&a, &b], [&Tensor::scalar(1.0), &zero]);
/// assert_eq!(dy.item(), 3.0);
/// ```
///
/// # Panics
/// At the caller's line, when a direction has another shape than its point.
#[track_caller]
pub fn jvp_all<T: Float, const N: usize>(
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    v: [&Tensor<T>; N],
) -> (Tensor<T>, Tensor<T>) {
    forward(&Tape::default(), f, x, v)
}

/// The value of a function of a module's parameters, and its derivative along a direction in them.
///
/// # Panics
/// At the caller's line, when a direction has another shape than its parameter.
#[track_caller]
pub fn jvp_of<M: Module + ?Sized, T: Float>(
    net: &M,
    v: &Gradients<T>,
    f: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> (Tensor<T>, Tensor<T>) {
    let tape = Tape::default();
    let y = Linearised::new(f(net, &tape));
    (y.value(), y.jvp(v))
}

#[track_caller]
fn forward<T: Float, const N: usize>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    v: [&Tensor<T>; N],
) -> (Tensor<T>, Tensor<T>) {
    assert_directions("jvp", x, v);
    let at = lift(tape, x);
    let y = Linearised::new(f(at));
    (y.value(), y.jvp(&directions(at, v)))
}
