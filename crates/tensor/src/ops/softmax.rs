//! Softmax and its kin along an axis.

use super::place;
use crate::kernels::softmax;
use crate::number::Float;
use crate::shape::{Run, resolve_axes, resolve_axis};
use crate::tensor::Tensor;

pub use crate::kernels::softmax::Soft;

/// The permutation that exchanges an axis with the last: its own inverse.
fn to_last(axis: usize, rank: usize) -> smallvec::SmallVec<[isize; 4]> {
    let mut order: smallvec::SmallVec<[isize; 4]> = (0..rank as isize).collect();
    order.swap(axis, rank - 1);
    order
}

impl<T: Float> Tensor<T> {
    /// `exp(x) / sum exp(x)` along an axis; a row of only `-inf` gives NaN.
    #[track_caller]
    pub fn softmax(&self, axis: isize) -> Self {
        self.soft(Soft::Max, resolve_axis("softmax", axis, self.rank()))
    }

    /// `x - log sum exp(x)` along an axis.
    #[track_caller]
    pub fn log_softmax(&self, axis: isize) -> Self {
        self.soft(Soft::LogMax, resolve_axis("log_softmax", axis, self.rank()))
    }

    /// Softmax or log-softmax along an axis counted from the front.
    ///
    /// # Panics
    /// At the caller's line, when there are more rows than can be counted, which only an axis of size 0 makes possible: their sums are
    /// what a gradient needs.
    #[track_caller]
    pub fn soft(&self, soft: Soft, axis: usize) -> Self {
        let name = if soft == Soft::Max { "softmax" } else { "log_softmax" };
        crate::shape::count_or_panic(name, &crate::shape::reduced(self.shape(), &[axis], true));
        if axis + 1 != self.rank() {
            let order = to_last(axis, self.rank());
            return self.permute(&order).soft(soft, self.rank() - 1).permute(&order);
        }
        Self::make(self.workspace(), self.shape().into(), |to| {
            softmax::forward(soft, self.data(), to, self.shape()[axis])
        })
    }

    /// The cotangent of the input of [`soft`](Self::soft), from that of its output and the output.
    pub fn soft_chain(soft: Soft, g: &Self, y: &Self, axis: usize) -> Self {
        if axis + 1 != y.rank() {
            let order = to_last(axis, y.rank());
            return Self::soft_chain(soft, &g.permute(&order), &y.permute(&order), y.rank() - 1).permute(&order);
        }
        Self::make(place(g, y), y.shape().into(), |to| {
            softmax::backward(soft, to, g.data(), y.data(), y.shape()[axis], false)
        })
    }

    /// `log sum exp(x)` along an axis, which stays with size 1 when `keep`; `-inf` for nothing.
    #[track_caller]
    pub fn logsumexp(&self, axis: isize, keep: bool) -> Self {
        self.logsumexp_axes(&[axis], keep)
    }

    /// `log sum exp(x)` over axes.
    #[track_caller]
    pub fn logsumexp_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce_run("logsumexp", &resolve_axes("logsumexp", axes, self.rank()), keep, |x, middle, inner, to| {
            softmax::logsumexp(x, to, middle, inner)
        })
    }

    /// The cotangent of the input of [`logsumexp_axes`](Self::logsumexp_axes): `g softmax(x)`, 0 where `y = -inf`; g and y hold one
    /// value per result.
    pub fn logsumexp_chain(g: &Self, x: &Self, y: &Self, axes: &[usize]) -> Self {
        let run = Run::new(x.shape(), axes);
        let [_, middle, inner] = run.dims;
        let from = x.together(&run);
        Self::make(place(g, y), from.shape().into(), |to| {
            softmax::logsumexp_backward(to, g.data(), from.data(), y.data(), middle, inner)
        })
        .apart(&run)
    }
}
