//! The second reading: `Var` records, so a gradient can be differentiated again.

use rappel_elem::Consts;
use rappel_tensor::{Comparison, Float, Reduction, Shape, Side, Soft, Tensor};

use super::{Array, Axes};
use crate::op::Op;
use crate::row::{BinaryRow, Pair, UnaryRow};
use crate::tape::Ids;
use crate::var::Var;

impl<'t, T: Float> Array<T> for Var<'t, T> {
    fn dims(&self) -> Shape {
        self.shape()
    }

    fn constant(&self, c: f64) -> Self {
        self.tape.input(&Tensor::full_in(&self.tape.workspace, &self.shape(), T::of(c)))
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        self.apply1(Op::Unary(row, k))
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        full(row.record(*g, *x, *y, k), y)
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        self.apply2(*other, Op::Binary(row, k))
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        full(row.record(side, v, k), v.y)
    }

    fn select(mask: &Self, a: &Self, b: &Self) -> Self {
        mask.apply3(*a, *b, Op::Select)
    }

    fn compare(&self, by: Comparison, other: &Self) -> Self {
        self.apply2(*other, Op::Compare(by))
    }

    fn tie_weights(&self, top: &Self, axes: &Axes) -> Self {
        self.apply2(*top, Op::TieWeights(axes.clone()))
    }

    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self {
        self.apply2(*other, Op::MatMul(ta, tb))
    }

    fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self {
        match bias {
            Some(bias) => self.apply3(*weight, *bias, Op::Linear),
            None => self.apply2(*weight, Op::Linear),
        }
    }

    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self {
        self.apply1(Op::Reduce(by, axes.clone(), keep))
    }

    fn logsumexp(&self, axis: usize, keep: bool) -> Self {
        self.apply1(Op::LogSumExp(axis, keep))
    }

    fn soft(&self, soft: Soft, axis: usize) -> Self {
        self.apply1(Op::Soft(soft, axis))
    }

    fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Option<Self>) {
        (self.apply1(Op::CrossEntropy(labels.clone())), None)
    }

    fn reshape(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::Reshape(shape.into())) }
    }

    fn expand(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::Expand(shape.into())) }
    }

    fn sum_to(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::SumTo(shape.into())) }
    }

    fn permute(&self, order: &Axes) -> Self {
        self.apply1(Op::Permute(order.clone()))
    }

    fn slice(&self, start: &Shape, size: &Shape) -> Self {
        self.apply1(Op::Slice(start.clone(), size.clone()))
    }

    fn embed(&self, shape: &Shape, start: &Shape) -> Self {
        self.apply1(Op::Embed(shape.clone(), start.clone()))
    }

    fn concat(parts: &[&Self], axis: usize) -> Self {
        let ids: Ids = parts.iter().map(|p| p.id).collect();
        parts[0].tape.record(Op::Concat(axis), ids)
    }

    fn gather(&self, axis: usize, indices: &Tensor<u32>) -> Self {
        self.apply1(Op::Gather(axis, indices.clone()))
    }

    fn scatter(&self, shape: &Shape, axis: usize, indices: &Tensor<u32>) -> Self {
        self.apply1(Op::Scatter(shape.clone(), axis, indices.clone()))
    }

    fn dropout(&self, key: u64, p: f64) -> Self {
        self.apply1(Op::Dropout(key, p))
    }
}

/// A cotangent in the shape of the output: a formula whose value is the same everywhere may give fewer axes.
fn full<'t, T: Float>(g: Var<'t, T>, y: &Var<'t, T>) -> Var<'t, T> {
    Array::expand(&g, &y.shape())
}
