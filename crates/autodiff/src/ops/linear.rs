//! The affine map, fused, and with an activation behind it.

use rappel_elem::{Consts, Unary};
use rappel_tensor::shape::count;
use rappel_tensor::{Float, Tensor};

use super::MatMul;
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::row::AnyUnary;
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

    /// [`linear`](Self::linear) with an activation behind it, fused: any row of the elementwise table, the user's own included, with
    /// its constants. One node for three; a row whose derivative is a function of its output ([`Unary::FROM_OUTPUT`]) is applied in
    /// place, and nothing but the output is kept.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, elem::rows::Relu};
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let (x, w) = (tape.var(&Tensor::from([[1.0, 2.0]])), tape.var(&Tensor::from([[1.0, 1.0], [1.0, -1.0]])));
    /// let y = x.linear_act::<Relu>(w, None, [0.0; 2]);
    /// assert_eq!(y.value().data(), [3.0, 0.0]);
    /// assert_eq!(y.sum().backward().wrt(x).unwrap().data(), [1.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn linear_act<O: Unary>(self, weight: Var<'t, T>, bias: Option<Var<'t, T>>, k: Consts) -> Self {
        let op = LinearAct(AnyUnary::new::<O>(k));
        match bias {
            Some(bias) => self.apply3(weight, bias, op),
            None => self.apply2(weight, op),
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
                let rows: usize = y.shape()[..y.rank() - 1].iter().product();
                let mut sum = d.linear(&x[1].v, bias).reshape(&[rows, w.shape()[0]]);
                sum.add_matmul(&x[0].v.reshape(&[rows, w.shape()[1]]), false, w, true);
                Some(sum.reshape(y.shape()))
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

/// Inputs as those of [`Linear`]. It keeps the activation's argument where the output does not do for its derivative.
#[derive(Clone, Debug)]
pub(crate) struct LinearAct(pub(crate) AnyUnary);

impl Primitive for LinearAct {
    fn name(&self) -> &'static str {
        "linear_act"
    }

    fn has_gradient(&self) -> bool {
        self.0.has_gradient()
    }

    fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
        Linear.multiply_adds(x, y)
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (row, argument) = (self.0.of::<T>(), x[0].linear(x[1], x.get(2).copied()));
        if row.by_output() {
            return (row.map_into(argument, self.0.k), None);
        }
        (row.map(&argument, self.0.k), Some(argument))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let along = Linear.jvp(x, y, None)?;
        Some(self.0.of::<T>().chain(&along, kept.unwrap_or(y), y, self.0.k))
    }

    /// What was kept has no history: here the activation's argument is computed anew.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let row = self.0.of::<T>();
        let argument = if row.by_output() {
            c.y().clone()
        } else {
            let inputs: smallvec::SmallVec<[&V; 4]> = (0..c.inputs()).map(|i| c.x(i)).collect();
            V::apply(Linear, &inputs)
        };
        Linear.vjp(c, V::unary_chain(&g, &argument, c.y(), row, self.0.k), s);
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let argument = c.kept().unwrap_or(c.y());
        Linear.vjp(c, self.0.of::<T>().chain(&g, argument, c.y(), self.0.k), s);
    }
}
