//! Derivatives as closed functions: they take a function and a point, and give tensors.
//!
//! | | of one tensor | of several | of a module's parameters | gives |
//! |---|---|---|---|---|
//! | gradient | [`grad`], [`value_and_grad`] | [`value_and_grad_all`] | [`value_and_grad_of`] | the derivatives of one value |
//! | Jacobian times `v` | [`jvp`] | [`jvp_all`] | [`jvp_of`] | the change of the values along `v` |
//! | `u` times Jacobian | [`vjp`] | [`vjp_all`] | [`vjp_of`] | the derivatives of `<u, values>` |
//! | Hessian times `v` | [`hvp`] | [`hvp_all`] | [`hvp_of`] | the change of the gradient along `v` |
//! | Jacobian | [`jacobian`] | | | all of it, by rows ([`jacrev`]) or columns ([`jacfwd`]) |
//! | Hessian | [`hessian`] | | [`hessian_of`] | all of it |
//! | per-sample gradients | [`per_sample_grad`] | | [`per_sample_grad_of`] | one gradient for each row of a batch |
//!
//! Each records on a tape of its own, in evaluation mode and on one thread. On a tape of one's own (in training mode, with its
//! random draws, on its threads) the three products have a form `*_on`; and [`Linearised`] takes what has been recorded there, of tensors or
//! modules, once for any number of directions.
//!
//! A direction never leaves these functions, so two of them cannot be confused with each other, and the closures cannot capture a variable
//! from outside. To differentiate through a derivative, take it by [`Var::grad`](crate::Var::grad) inside the closure.

mod grad;
mod hessian;
mod hvp;
mod jacobian;
mod jvp;
mod linearised;
mod per_sample;
mod sweep;
mod vjp;

pub use grad::{grad, value_and_grad, value_and_grad_all, value_and_grad_of};
pub use hessian::{hessian, hessian_of};
pub use hvp::{hvp, hvp_all, hvp_of, hvp_on};
pub use jacobian::{jacfwd, jacobian, jacrev};
pub use jvp::{jvp, jvp_all, jvp_of, jvp_on};
pub use linearised::Linearised;
pub use per_sample::{per_sample_grad, per_sample_grad_of};
pub use vjp::{vjp, vjp_all, vjp_of, vjp_on};

pub(crate) use sweep::sweep;

use rappel_tensor::{Float, Tensor};

use crate::gradients::Gradients;
use crate::tape::Tape;
use crate::var::Var;

/// Puts the points on a tape.
#[track_caller]
fn lift<'t, T: Float, const N: usize>(tape: &'t Tape<T>, x: [&Tensor<T>; N]) -> [Var<'t, T>; N] {
    tape.assert_fresh();
    x.map(|x| tape.var(x))
}

/// Panics unless each direction has the shape of its point.
#[track_caller]
fn assert_directions<T: Float, const N: usize>(op: &str, x: [&Tensor<T>; N], v: [&Tensor<T>; N]) {
    for (x, v) in x.into_iter().zip(v) {
        assert!(
            x.shape() == v.shape(),
            "{op}: a direction of shape {:?} at a point of shape {:?}: they must be equal",
            v.shape(),
            x.shape()
        );
    }
}

/// A direction in each of the points.
fn directions<T: Float, const N: usize>(at: [Var<'_, T>; N], v: [&Tensor<T>; N]) -> Gradients<T> {
    Gradients::along(&std::array::from_fn::<_, N, _>(|i| (at[i], v[i])))
}

/// The parts of a gradient, zeros where it has none.
fn parts<T: Float, const N: usize>(g: &Gradients<T>, at: [Var<'_, T>; N]) -> [Tensor<T>; N] {
    at.map(|x| g.wrt(x).cloned().unwrap_or_else(|| Tensor::zeros(&x.shape())))
}
