//! Softmax, its logarithm and its normaliser.

use rappel_tensor::shape::{Run, resolve_axes, resolve_axis};
use rappel_tensor::{Comparison, Float, Reduction, Soft, Tensor};

use super::reduction::{apart, together};
use crate::array::{Array, Axes, Tangent, kept};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// `exp(x) / sum exp(x)` along an axis, computed from the maximum so that nothing overflows.
    #[track_caller]
    pub fn softmax(self, axis: isize) -> Self {
        let axis = resolve_axis("softmax", axis, self.rank());
        self.apply1(Softmax { soft: Soft::Max, axis })
    }

    /// `x - log sum exp(x)` along an axis: the logarithm of softmax without its underflow.
    #[track_caller]
    pub fn log_softmax(self, axis: isize) -> Self {
        let axis = resolve_axis("log_softmax", axis, self.rank());
        self.apply1(Softmax { soft: Soft::LogMax, axis })
    }

    /// `log sum exp` along an axis, computed from the maximum so that nothing overflows; `-inf` for a row of `-inf`, which passes
    /// no gradient.
    #[track_caller]
    pub fn logsumexp(self, axis: isize, keep: bool) -> Self {
        self.logsumexp_axes(&[axis], keep)
    }

    /// `log sum exp` over axes; see [`logsumexp`](Self::logsumexp). `-inf` where there are no values along them.
    #[track_caller]
    pub fn logsumexp_axes(self, axes: &[isize], keep: bool) -> Self {
        let axes = resolve_axes("logsumexp", axes, self.rank());
        self.apply1(LogSumExp { axes, keep })
    }
}

/// Softmax or log-softmax along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Softmax {
    pub(crate) soft: Soft,
    pub(crate) axis: usize,
}

impl Softmax {
    /// The cotangent of the input, from the output alone.
    fn chain<T: Float, V: Array<T>>(&self, g: &V, y: &V) -> V {
        match self.soft {
            Soft::Max => y.mul(&g.sub(&g.mul(y).sum_keep(self.axis))),
            Soft::LogMax => g.sub(&y.exp().mul(&g.sum_keep(self.axis))),
        }
    }
}

impl Primitive for Softmax {
    fn name(&self) -> &'static str {
        match self.soft {
            Soft::Max => "softmax",
            Soft::LogMax => "log_softmax",
        }
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].soft(self.soft, self.axis), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let d = x[0].d.as_ref()?;
        Some(match self.soft {
            // The Jacobian of softmax is symmetric.
            Soft::Max => Tensor::soft_chain(self.soft, d, y, self.axis),
            Soft::LogMax => d - (y.exp() * d).sum_axes(&[self.axis as isize], true),
        })
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add(0, self.chain(&g, c.y()));
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        s.add(0, Tensor::soft_chain(self.soft, &g, c.y(), self.axis));
    }
}

/// `log sum exp` over axes.
#[derive(Clone, Debug)]
pub(crate) struct LogSumExp {
    pub(crate) axes: Axes,
    pub(crate) keep: bool,
}

impl Primitive for LogSumExp {
    fn name(&self) -> &'static str {
        "logsumexp"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let axes: smallvec::SmallVec<[isize; 4]> = self.axes.iter().map(|&k| k as isize).collect();
        (x[0].logsumexp_axes(&axes, self.keep), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (v, d) = (&x[0].v, x[0].d.as_ref()?);
        let weights = Tensor::logsumexp_chain(&Array::constant(y, 1.0), v, y, &self.axes);
        Some((weights * d).reduce(Reduction::Sum, &self.axes, self.keep))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let dims = c.x(0).dims();
        let kept = kept(&dims, &self.axes);
        let (g, y) = (g.reshape(&kept), c.y().reshape(&kept));
        // A row of only -inf passes nothing. It is replaced before the softmax, not only after it, so that the derivatives of
        // this text are finite there too.
        let dead = y.compare(Comparison::Eq, &y.constant(f64::NEG_INFINITY));
        let zero = y.constant(0.0);
        let run = Run::new(&dims, &self.axes);
        let alive = together(&V::select(&dead, &zero, c.x(0)), &run);
        let soft = apart(&V::apply(Softmax { soft: Soft::Max, axis: 1 }, &[&alive]), &run, &dims);
        s.add(0, V::select(&dead, &zero, &g.mul(&soft)));
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        s.add(0, Tensor::logsumexp_chain(&g, c.x(0), c.y(), &self.axes));
    }
}
