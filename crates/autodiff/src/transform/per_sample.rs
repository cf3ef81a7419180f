//! One gradient for each sample of a batch.

use rappel_tensor::{Float, Tensor};

use super::{lift, parts};
use crate::bind::trained;
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The gradient in `x` of each of n one-element functions, such as the losses of the samples of a batch: n, then the shape of `x`.
///
/// One tape is used n times. The closure takes its sample by the index.
///
/// ```
/// use rappel_autodiff::transform::per_sample_grad;
/// use rappel_tensor::Tensor;
///
/// let (w, x) = (Tensor::from([1.0, 2.0]), Tensor::from([[1.0, 0.0], [1.0, 1.0], [0.0, 3.0]]));
/// let g = per_sample_grad(|w, i| (w * w.tape().input(&x.slice_axis(0, i..i + 1))).sum().square(), &w, 3);
/// assert_eq!((g.shape(), g.data()), (&[3, 2][..], &[2.0, 0.0, 6.0, 6.0, 0.0, 36.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn per_sample_grad<T: Float>(
    mut f: impl for<'t> FnMut(Var<'t, T>, usize) -> Var<'t, T>,
    x: &Tensor<T>,
    n: usize,
) -> Tensor<T> {
    let mut tape = Tape::default();
    let mut out = Vec::with_capacity(n * x.len());
    for i in 0..n {
        tape.rewind();
        let [at] = lift(&tape, [x]);
        let zero = tape.var(&Tensor::scalar(T::ZERO));
        let [g] = parts(&(f(at, i) + zero).backward_retain(), [at]);
        out.extend_from_slice(g.data());
    }
    Tensor::new(out, &[&[n], x.shape()].concat())
}

/// The gradients in a module's trainable parameters of each of n one-element functions, such as the losses of the samples of a
/// batch: for each parameter n, then its shape.
///
/// ```
/// use rappel_autodiff::transform::per_sample_grad_of;
/// use rappel_autodiff::{Param, Tensor};
///
/// let net = Param::new(Tensor::from([[1.0, 2.0]]));
/// let (x, y) = (Tensor::from([[1.0, 0.0], [1.0, 1.0]]), Tensor::from([[0.0], [3.0]]));
/// let g = per_sample_grad_of(&net, 2, |net, tape, i| {
///     let [x, y] = [&x, &y].map(|t| tape.input(&t.slice_axis(0, i..i + 1)));
///     x.linear(tape.param(net), None).mse(y)
/// });
/// let g = g.param(&net).unwrap();
/// assert_eq!((g.shape(), g.data()), (&[2, 1, 2][..], &[2.0, 0.0, 0.0, 0.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one, or depends on no trainable parameter.
#[track_caller]
pub fn per_sample_grad_of<M: Module + ?Sized, T: Float>(
    net: &M,
    n: usize,
    mut f: impl for<'t> FnMut(&M, &'t Tape<T>, usize) -> Var<'t, T>,
) -> Gradients<T> {
    let params = trained::<M, T>(net);
    let mut rows: Vec<Vec<T>> = params.iter().map(|(_, p)| Vec::with_capacity(n * p.value.len())).collect();
    let mut tape = Tape::default();
    for i in 0..n {
        tape.rewind();
        let g = f(net, &tape, i).backward_retain();
        for (rows, (_, p)) in rows.iter_mut().zip(&params) {
            match g.param(p) {
                Some(g) => rows.extend_from_slice(g.data()),
                None => rows.resize(rows.len() + p.value.len(), T::ZERO),
            }
        }
    }
    let mut out = Gradients::empty();
    for (rows, (_, p)) in rows.into_iter().zip(&params) {
        out.set(p, Tensor::new(rows, &[&[n], p.value.shape()].concat()));
    }
    out
}
