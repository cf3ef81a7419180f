//! Whole Hessians.

use rappel_tensor::{Float, Tensor};

use super::jacobian::unit;
use super::{Linearised, lift, parts};
use crate::bind::trained;
use crate::gradients::Gradients;
use crate::module::Module;
use crate::tape::Tape;
use crate::var::Var;

/// The Hessian of a one-element function at `x`: the shape of `x` twice. One product with the Hessian for each value of `x`.
///
/// ```
/// use rappel_autodiff::transform::hessian;
/// use rappel_tensor::Tensor;
///
/// let h = hessian(|x| x.powi(3).sum() + x.sum().square(), &Tensor::from([1.0, 2.0]));
/// assert_eq!((h.shape(), h.data()), (&[2, 2][..], &[8.0, 2.0, 2.0, 14.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn hessian<T: Float>(f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
    let tape = Tape::default();
    let [at] = lift(&tape, [x]);
    let y = Linearised::new(f(at));
    let mut out = Vec::with_capacity(x.len() * x.len());
    for k in 0..x.len() {
        let (_, hv) = y.hvp(&Gradients::along(&[(at, &unit(x.shape(), k))]));
        out.extend_from_slice(parts(&hv, [at])[0].data());
    }
    Tensor::new(out, &[x.shape(), x.shape()].concat())
}

/// The Hessian of a one-element function of a module's trainable parameters as a matrix: their values one after the other, in the
/// order of [`named_parameters`](crate::ModuleExt::named_parameters). For small nets: n parameters cost n products and n^2 numbers.
///
/// ```
/// use rappel_autodiff::transform::hessian_of;
/// use rappel_autodiff::{Param, Tensor};
///
/// let net = vec![Param::new(Tensor::from([1.0, 2.0])), Param::new(Tensor::scalar(3.0))];
/// let h = hessian_of(&net, |net, tape| (tape.param(&net[0]).square() * tape.param(&net[1])).sum());
/// assert_eq!(h.data(), [6.0, 0.0, 2.0, 0.0, 6.0, 4.0, 2.0, 4.0, 0.0]);
/// ```
///
/// # Panics
/// At the caller's line, when the function gives more or fewer values than one.
#[track_caller]
pub fn hessian_of<M: Module + ?Sized, T: Float>(
    net: &M,
    f: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
) -> Tensor<T> {
    let tape = Tape::default();
    let y = Linearised::new(f(net, &tape));
    let params = trained::<M, T>(net);
    let n: usize = params.iter().map(|(_, p)| p.value.len()).sum();
    let mut out = Vec::with_capacity(n * n);
    for (_, p) in &params {
        for k in 0..p.value.len() {
            let mut v = Gradients::empty();
            v.set(p, unit(p.value.shape(), k));
            let (_, hv) = y.hvp(&v);
            for (_, p) in &params {
                match hv.param(p) {
                    Some(part) => out.extend_from_slice(part.data()),
                    None => out.resize(out.len() + p.value.len(), T::ZERO),
                }
            }
        }
    }
    Tensor::new(out, &[n, n])
}
