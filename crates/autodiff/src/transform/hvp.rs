//! The Hessian times a direction.

use rappel_tensor::{Float, Tensor};

use super::{Linearised, assert_directions, directions, lift, parts};
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The gradient of a one-element function at `x` and its Hessian times `v`: the backward rules read with a tangent, about twice
/// the cost of a gradient and no second tape. For many directions: [`Linearised`].
///
/// ```
/// use rappel_autodiff::transform::hvp;
/// use rappel_tensor::Tensor;
///
/// let x = Tensor::from([1.0, 2.0]);
/// let (g, hv) = hvp(|x| x.powi(3).sum(), &x, &Tensor::from([1.0, 1.0]));
/// assert_eq!((g.data(), hv.data()), (&[3.0, 12.0][..], &[6.0, 12.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when `v` has another shape than `x`, or the function gives more or fewer values than one.
#[track_caller]
pub fn hvp<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    hvp_on(&Tape::default(), f, x, v)
}

/// [`hvp`] on a tape of one's own: in training mode, with its random draws, on its threads.
#[track_caller]
pub fn hvp_on<T: Float>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    let ([g], [hv]) = forward_over_reverse(tape, |[x]| f(x), [x], [v]);
    (g, hv)
}

/// [`hvp`] of a function of several tensors: the gradient in all, and the Hessian of all times a direction in each.
///
/// ```
/// use rappel_autodiff::transform::hvp_all;
/// use rappel_tensor::Tensor;
///
/// let (a, b, one, zero) = (Tensor::scalar(2.0), Tensor::scalar(3.0), Tensor::scalar(1.0), Tensor::scalar(0.0));
/// let ([ga, gb], [ha, hb]) = hvp_all(|[a, b]| a.square() * b, [&a, &b], [&one, &zero]);
/// assert_eq!((ga.item(), gb.item(), ha.item(), hb.item()), (12.0, 4.0, 6.0, 4.0));
/// ```
///
/// # Panics
/// At the caller's line, as [`hvp`] does.
#[track_caller]
pub fn hvp_all<T: Float, const N: usize>(
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    v: [&Tensor<T>; N],
) -> ([Tensor<T>; N], [Tensor<T>; N]) {
    forward_over_reverse(&Tape::default(), f, x, v)
}

/// The gradient of a one-element function of a module's parameters, such as a loss, and its Hessian times a direction in them.
///
/// ```
/// use rappel_autodiff::transform::hvp_of;
/// use rappel_autodiff::{Gradients, Param, Tensor};
///
/// let net = Param::new(Tensor::from([1.0, 2.0]));
/// let v = Gradients::from_fn(&net, |_, p| Tensor::ones(p.value.shape()));
/// let (_, hv) = hvp_of(&net, &v, |net, tape| tape.param(net).powi(3).sum());
/// assert_eq!(hv.param(&net).unwrap().data(), [6.0, 12.0]);
/// ```
///
/// # Panics
/// At the caller's line, when a direction has another shape than its parameter, or the function gives more or fewer values than
/// one.
#[track_caller]
pub fn hvp_of<M: Module + ?Sized, T: Float>(
    net: &M,
    v: &Gradients<T>,
    f: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> (Gradients<T>, Gradients<T>) {
    let tape = Tape::default();
    Linearised::new(f(net, &tape)).hvp(v)
}

#[track_caller]
fn forward_over_reverse<T: Float, const N: usize>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce([Var<'t, T>; N]) -> Var<'t, T>,
    x: [&Tensor<T>; N],
    v: [&Tensor<T>; N],
) -> ([Tensor<T>; N], [Tensor<T>; N]) {
    assert_directions("hvp", x, v);
    let at = lift(tape, x);
    let (g, hv) = Linearised::new(f(at)).hvp(&directions(at, v));
    (parts(&g, at), parts(&hv, at))
}
