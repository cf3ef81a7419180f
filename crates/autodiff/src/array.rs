//! The vocabulary that structural rules are written in.
//!
//! Three types speak it: `Tensor` computes (the fast backward), `Var` records (the backward that can be differentiated again),
//! and `Tangent` carries a direction along (forward mode, and forward over reverse). A rule is written once against this trait
//! and read three times. The `*_chain` methods are rules in the vocabulary itself; `Tensor` overrides them with fused kernels,
//! which the laws hold equal to the text here.

mod tangent;
mod tensor;
mod var;

use rappel_elem::{Consts, rows};
use rappel_tensor::shape::reduced;
use rappel_tensor::{Comparison, Float, Reduction, Shape, Side, Soft, Tensor};
use smallvec::SmallVec;

use crate::row::{self, BinaryRow, Pair, UnaryRow};

pub(crate) use tangent::Tangent;

/// A set of axes, sorted and counted from the front.
pub(crate) type Axes = SmallVec<[usize; 4]>;

/// Arrays of numbers that can be computed with, recorded, or carried along a direction. See the module's text.
pub(crate) trait Array<T: Float>: Clone {
    /// Sizes per axis.
    fn dims(&self) -> Shape;
    /// The same number everywhere, in this array's shape, without gradient.
    fn constant(&self, c: f64) -> Self;

    /// A row of the elementwise table.
    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self;
    /// The cotangent of its input.
    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self;
    /// A binary row, under broadcasting.
    #[track_caller]
    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self;
    /// The cotangent of one operand, in the shape of the output.
    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self;
    /// Where the mask is not 0 the first, else the second, under broadcasting.
    #[track_caller]
    fn select(mask: &Self, a: &Self, b: &Self) -> Self;
    /// A mask of 0 and 1, without gradient.
    #[track_caller]
    fn compare(&self, by: Comparison, other: &Self) -> Self;
    /// How a maximum is shared among equals, without gradient; `top` has the axes kept.
    fn tie_weights(&self, top: &Self, axes: &Axes) -> Self;

    /// The matrix product, each side transposed first where its flag says so.
    #[track_caller]
    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self;
    /// The affine map of the last axis by a weight `[out, in]` and a bias `[out]`.
    #[track_caller]
    fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self;

    /// A reduction over axes.
    #[track_caller]
    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self;
    /// `log sum exp` along an axis.
    fn logsumexp(&self, axis: usize, keep: bool) -> Self;
    /// Softmax or log-softmax along an axis.
    fn soft(&self, soft: Soft, axis: usize) -> Self;
    /// The mean cross-entropy of logits against class indices and, where it is at hand, the softmax of the logits.
    #[track_caller]
    fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Option<Self>);

    /// The same values under another shape.
    #[track_caller]
    fn reshape(&self, shape: &[usize]) -> Self;
    /// Stretches axes of size 1 and adds leading ones.
    #[track_caller]
    fn expand(&self, shape: &[usize]) -> Self;
    /// Adds over the axes that `expand` stretched.
    #[track_caller]
    fn sum_to(&self, shape: &[usize]) -> Self;
    /// Reorders the axes.
    fn permute(&self, order: &Axes) -> Self;
    /// A box of the array.
    fn slice(&self, start: &Shape, size: &Shape) -> Self;
    /// Zeros with the array at a box.
    fn embed(&self, shape: &Shape, start: &Shape) -> Self;
    /// Joins along an axis.
    #[track_caller]
    fn concat(parts: &[&Self], axis: usize) -> Self;
    /// Picks along an axis.
    #[track_caller]
    fn gather(&self, axis: usize, indices: &Tensor<u32>) -> Self;
    /// Zeros with the array added at indices along an axis.
    fn scatter(&self, shape: &Shape, axis: usize, indices: &Tensor<u32>) -> Self;
    /// Dropout by key.
    fn dropout(&self, key: u64, p: f64) -> Self;

    /// The difference, under broadcasting.
    fn sub(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Sub, T>(), [0.0; 2])
    }

    /// The product, under broadcasting.
    fn mul(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Mul, T>(), [0.0; 2])
    }

    /// Divided by a number.
    fn over(&self, c: f64) -> Self {
        self.unary(row::unary::<rows::DivBy, T>(), [c, 0.0])
    }

    /// The exponential.
    fn exp(&self) -> Self {
        self.unary(row::unary::<rows::Exp, T>(), [0.0; 2])
    }

    /// The sum over one axis, which stays.
    fn sum_keep(&self, axis: usize) -> Self {
        self.reduce(Reduction::Sum, &smallvec::smallvec![axis], true)
    }

    /// The cotangent of the input of [`soft`](Self::soft).
    fn soft_chain(soft: Soft, g: &Self, y: &Self, axis: usize) -> Self {
        match soft {
            Soft::Max => y.mul(&g.sub(&g.mul(y).sum_keep(axis))),
            Soft::LogMax => g.sub(&y.exp().mul(&g.sum_keep(axis))),
        }
    }

    /// The cotangent of the input of [`logsumexp`](Self::logsumexp), from a cotangent and an output with the axis kept.
    fn logsumexp_chain(g: &Self, x: &Self, y: &Self, axis: usize) -> Self {
        // A row of only -inf passes nothing. It is replaced before the softmax, not only after it, so that the derivatives of
        // this text are finite there too.
        let dead = y.compare(Comparison::Eq, &y.constant(f64::NEG_INFINITY));
        let zero = y.constant(0.0);
        let soft = Self::select(&dead, &zero, x).soft(Soft::Max, axis);
        Self::select(&dead, &zero, &g.mul(&soft))
    }

    /// The cotangent of the input of a maximum, from a cotangent and an output with the axes kept: shared among equals.
    fn max_chain(g: &Self, x: &Self, y: &Self, axes: &Axes) -> Self {
        let weights = x.tie_weights(y, axes);
        Self::select(&weights, &g.mul(&weights), &y.constant(0.0))
    }

    /// The cotangent of the logits of a cross-entropy: `(softmax - one_hot) g / n`; `probs` is the softmax where it is at hand.
    fn cross_entropy_chain(g: &Self, x: &Self, probs: Option<&Self>, labels: &Tensor<u32>) -> Self {
        let dims = x.dims();
        let share = g.over(dims[0] as f64);
        let soft = probs.cloned().unwrap_or_else(|| x.soft(Soft::Max, 1)).mul(&share);
        let column: Tensor<u32> = labels.reshape(&[dims[0], 1]);
        let hit = share.expand(&[dims[0], 1]).scatter(&dims, 1, &column);
        soft.sub(&hit)
    }
}

/// The shape of a reduction's output with the axes kept.
pub(crate) fn kept(shape: &[usize], axes: &[usize]) -> Shape {
    reduced(shape, axes, true)
}
