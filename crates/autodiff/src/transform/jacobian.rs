//! Whole Jacobians.

use rappel_tensor::{Float, Shape, Tensor};

use super::{Linearised, lift, parts};
use crate::gradients::Gradients;
use crate::tape::Tape;
use crate::var::Var;

/// The Jacobian of `f` at `x`: the value's shape, then that of `x`. By rows or by columns, whichever are fewer.
///
/// ```
/// use rappel_autodiff::transform::jacobian;
/// use rappel_tensor::Tensor;
///
/// let j = jacobian(|x| x * x.sum(), &Tensor::from([1.0, 2.0]));
/// assert_eq!((j.shape(), j.data()), (&[2, 2][..], &[4.0, 1.0, 2.0, 5.0][..]));
/// ```
#[track_caller]
pub fn jacobian<T: Float>(f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
    let tape = Tape::default();
    let [at] = lift(&tape, [x]);
    let y = Linearised::new(f(at));
    if y.value().len() < x.len() { rows(y, at) } else { columns(y, at, x) }
}

/// [`jacobian`] by columns, in forward mode: a sweep for each value of `x`.
#[track_caller]
pub fn jacfwd<T: Float>(f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
    let tape = Tape::default();
    let [at] = lift(&tape, [x]);
    columns(Linearised::new(f(at)), at, x)
}

/// [`jacobian`] by rows, in reverse mode: a scan for each value of the function.
#[track_caller]
pub fn jacrev<T: Float>(f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
    let tape = Tape::default();
    let [at] = lift(&tape, [x]);
    rows(Linearised::new(f(at)), at)
}

/// Zeros but for a one, in the shape of `like`.
pub(super) fn unit<T: Float>(like: &[usize], k: usize) -> Tensor<T> {
    Tensor::from_fn(like, |i| if i == k { T::ONE } else { T::ZERO })
}

#[track_caller]
fn columns<T: Float>(y: Linearised<'_, T>, at: Var<'_, T>, x: &Tensor<T>) -> Tensor<T> {
    let value = y.value();
    let (m, n) = (value.len(), x.len());
    let mut out = vec![T::ZERO; m * n];
    for k in 0..n {
        let column = y.jvp(&Gradients::along(&[(at, &unit(x.shape(), k))]));
        for (i, d) in column.data().iter().enumerate() {
            out[i * n + k] = *d;
        }
    }
    Tensor::new(out, &both(&value, x.shape()))
}

#[track_caller]
fn rows<T: Float>(y: Linearised<'_, T>, at: Var<'_, T>) -> Tensor<T> {
    let value = y.value();
    let mut out = Vec::new();
    for i in 0..value.len() {
        let [row] = parts(&y.vjp(&unit(value.shape(), i)), [at]);
        out.extend_from_slice(row.data());
    }
    Tensor::new(out, &both(&value, &at.shape()))
}

fn both<T: Float>(y: &Tensor<T>, x: &[usize]) -> Shape {
    y.shape().iter().chain(x).copied().collect()
}
