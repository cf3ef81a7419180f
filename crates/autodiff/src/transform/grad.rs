//! Gradients.

use rappel_tensor::{Float, Tensor};

use super::{lift, parts};
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The gradient of a one-element function at `x`.
///
/// ```
/// use rappel_autodiff::transform::grad;
/// use rappel_tensor::Tensor;
///
/// let g = grad(|x| x.powi(3).sum(), &Tensor::from([1.0, 2.0]));
/// assert_eq!(g.data(), [3.0, 12.0]);
///
/// // Nested: the derivative of x d/dy (x + y), by a gradient that is recorded.
/// let g = grad(
///     |x| {
///         let y = x.tape().var(&Tensor::scalar(1.0));
///         x * (x + y).grad(&[y])[0]
///     },
///     &Tensor::scalar(1.0),
/// );
/// assert_eq!(g.item(), 1.0);
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn grad<T: Float>(f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
    value_and_grad(f, x).1
}

/// The value of a one-element function at `x` and its gradient; zeros, where it is constant.
///
/// ```
/// use rappel_autodiff::transform::value_and_grad;
/// use rappel_tensor::Tensor;
///
/// let (y, g) = value_and_grad(|x| x.square().sum(), &Tensor::from([1.0, 2.0]));
/// assert_eq!((y.item(), g.data()), (5.0, &[2.0, 4.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn value_and_grad<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    let (y, [g]) = value_and_grad_all(|[x]| f(x), [x]);
    (y, g)
}

/// [`value_and_grad`] of a function of several tensors, in all of them.
///
/// ```
/// use rappel_autodiff::transform::value_and_grad_all;
/// use rappel_tensor::Tensor;
///
/// let (a, b) = (Tensor::from([1.0, 2.0]), Tensor::scalar(3.0));
/// let (y, [ga, gb]) = value_and_grad_all(|[a, b]| (a * b).sum(), [&a, &b]);
/// assert_eq!((y.item(), ga.data(), gb.item()), (9.0, &[3.0, 3.0][..], 3.0));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn value_and_grad_all<T: Float, const N: usize>(
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
) -> (Tensor<T>, [Tensor<T>; N]) {
    let tape = Tape::default();
    let at = lift(&tape, x);
    // A function may be constant; with a zero of the variables' own, backward has something to go to.
    let (y, zero) = (f(at), tape.var(&Tensor::scalar(T::ZERO)));
    let g = (y + zero).backward_retain();
    (y.value(), parts(&g, at))
}

/// The value of a one-element function of a module's parameters, such as a loss, and its gradient.
///
/// ```
/// use rappel_autodiff::transform::value_and_grad_of;
/// use rappel_autodiff::{Param, Tensor};
///
/// let net = vec![Param::new(Tensor::from([[1.0, 2.0]])), Param::new(Tensor::from([3.0]))];
/// let x = Tensor::from([[1.0, 1.0]]);
/// let (loss, g) = value_and_grad_of(&net, |net, tape| {
///     tape.input(&x).linear(tape.param(&net[0]), Some(tape.param(&net[1]))).square().sum()
/// });
/// assert_eq!((loss.item(), g.param(&net[0]).unwrap().data()), (36.0, &[12.0, 12.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one, or depends on no trainable parameter.
#[track_caller]
pub fn value_and_grad_of<M: Module + ?Sized, T: Float>(
    net: &M,
    f: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> (Tensor<T>, Gradients<T>) {
    let tape = Tape::default();
    let y = f(net, &tape);
    (y.value(), y.backward_retain())
}
