//! The affine map, fused.

use rappel_tensor::shape::count;
use rappel_tensor::{Float, Tensor};

use super::MatMul;
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// `x w^T + b` of the last axis, fused: `[.., in]` by a weight `[out, in]` and a bias `[out]`, PyTorch's layout, gives
    /// `[.., out]`.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn linear(self, weight: Var<'t, T>, bias: Option<Var<'t, T>>) -> Self {
        match bias {
            Some(bias) => self.apply3(weight, bias, Linear),
            None => self.apply2(weight, Linear),
        }
    }
}

/// Inputs: x, weight and, if there are three, bias.
#[derive(Clone, Debug)]
pub(crate) struct Linear;

impl Primitive for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].linear(x[1], x.get(2).copied()), None)
    }

    fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
        count(y) as u64 * x[1][1] as u64
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let bias = x.get(2).and_then(|b| b.d.as_ref());
        match (&x[0].d, &x[1].d) {
            (None, None) => bias.map(|d| d.expand(y.shape())),
            (Some(d), None) => Some(d.linear(&x[1].v, bias)),
            (None, Some(w)) => Some(x[0].v.linear(w, bias)),
            (Some(d), Some(w)) => {
                let mut sum = d.linear(&x[1].v, bias);
                let rows: usize = y.shape()[..y.rank() - 1].iter().product();
                sum.add_matmul(&x[0].v.reshape(&[rows, w.shape()[1]]), false, w, true);
                Some(sum)
            }
        }
    }

    /// With any number of leading axes, which are one for the products.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let (x, w) = (c.x(0), c.x(1));
        let (dims, out) = (x.dims(), w.dims()[0]);
        let flat = |v: &V, last: usize| {
            let n: usize = dims[..dims.len() - 1].iter().product();
            if dims.len() == 2 { v.clone() } else { v.reshape(&[n, last]) }
        };
        let rows = flat(&g, out);
        if s.needs(1) {
            s.add_op(1, MatMul { ta: true, tb: false }, &[&rows, &flat(x, w.dims()[1])]);
        }
        if dims.len() == 2 {
            s.add_op(0, MatMul { ta: false, tb: false }, &[&rows, w]);
        } else if s.needs(0) {
            s.add(0, rows.matmul(false, w, false).reshape(&dims));
        }
        if c.inputs() == 3 && s.needs(2) {
            s.add(2, g);
        }
    }
}
