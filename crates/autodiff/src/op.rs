//! What a node computes, as data: one evaluator serves recording, replay and forward mode.

use rappel_elem::Consts;
use rappel_tensor::{Comparison, Float, Reduction, Shape, Soft, Tensor};

use crate::array::{Array, Axes};
use crate::row::{BinaryRow, UnaryRow};

/// An operation and what it needs besides its inputs.
#[derive(Clone, Debug)]
pub(crate) enum Op<T: Float> {
    /// A value from outside.
    Leaf,
    /// The value of a parameter.
    Param,
    Unary(&'static dyn UnaryRow<T>, Consts),
    Binary(&'static dyn BinaryRow<T>, Consts),
    /// Inputs: mask, then, else.
    Select,
    Compare(Comparison),
    /// Inputs: values, maxima with the axes kept.
    TieWeights(Axes),
    /// Which sides are read transposed.
    MatMul(bool, bool),
    /// Inputs: x, weight and, if there are three, bias.
    Linear,
    Reduce(Reduction, Axes, bool),
    LogSumExp(usize, bool),
    Soft(Soft, usize),
    CrossEntropy(Tensor<u32>),
    Reshape(Shape),
    Expand(Shape),
    SumTo(Shape),
    Permute(Axes),
    Slice(Shape, Shape),
    Embed(Shape, Shape),
    Concat(usize),
    Gather(usize, Tensor<u32>),
    Scatter(Shape, usize, Tensor<u32>),
    Dropout(u64, f64),
}

impl<T: Float> Op<T> {
    /// The name in messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Op::Leaf => "input",
            Op::Param => "param",
            Op::Unary(row, _) => row.name(),
            Op::Binary(row, _) => row.name(),
            Op::Select => "where_cond",
            Op::Compare(by) => by.name(),
            Op::TieWeights(_) => "tie_weights",
            Op::MatMul(..) => "matmul",
            Op::Linear => "linear",
            Op::Reduce(by, ..) => by.name(),
            Op::LogSumExp(..) => "logsumexp",
            Op::Soft(Soft::Max, _) => "softmax",
            Op::Soft(Soft::LogMax, _) => "log_softmax",
            Op::CrossEntropy(_) => "cross_entropy",
            Op::Reshape(_) => "reshape",
            Op::Expand(_) => "expand",
            Op::SumTo(_) => "sum_to",
            Op::Permute(_) => "permute",
            Op::Slice(..) => "slice",
            Op::Embed(..) => "embed",
            Op::Concat(_) => "concat",
            Op::Gather(..) => "gather",
            Op::Scatter(..) => "scatter",
            Op::Dropout(..) => "dropout",
        }
    }

    /// The operations without a gradient: their outputs are piecewise constant and count as constants. Of the elementwise
    /// functions, those that say so ([`Unary::GRADIENT`](rappel_elem::Unary::GRADIENT)).
    pub(crate) fn has_gradient(&self) -> bool {
        match self {
            Op::Unary(row, _) => row.has_gradient(),
            Op::Compare(_) | Op::TieWeights(_) => false,
            _ => true,
        }
    }

    /// Evaluates the operation on arrays that compute, record or carry a tangent; the second result is kept for the backward
    /// pass.
    #[track_caller]
    pub(crate) fn apply<V: Array<T>>(&self, x: &[&V]) -> (V, Option<V>) {
        let value = match self {
            Op::Leaf | Op::Param => unreachable!("leaves hold their values"),
            Op::Unary(row, k) => x[0].unary(*row, *k),
            Op::Binary(row, k) => x[0].binary(x[1], *row, *k),
            Op::Select => V::select(x[0], x[1], x[2]),
            Op::Compare(by) => x[0].compare(*by, x[1]),
            Op::TieWeights(axes) => x[0].tie_weights(x[1], axes),
            Op::MatMul(ta, tb) => x[0].matmul(*ta, x[1], *tb),
            Op::Linear => x[0].linear(x[1], x.get(2).copied()),
            Op::Reduce(by, axes, keep) => x[0].reduce(*by, axes, *keep),
            Op::LogSumExp(axis, keep) => x[0].logsumexp(*axis, *keep),
            Op::Soft(soft, axis) => x[0].soft(*soft, *axis),
            Op::CrossEntropy(labels) => return x[0].cross_entropy(labels),
            Op::Reshape(shape) => x[0].reshape(shape),
            Op::Expand(shape) => x[0].expand(shape),
            Op::SumTo(shape) => x[0].sum_to(shape),
            Op::Permute(order) => x[0].permute(order),
            Op::Slice(start, size) => x[0].slice(start, size),
            Op::Embed(shape, start) => x[0].embed(shape, start),
            Op::Concat(axis) => V::concat(x, *axis),
            Op::Gather(axis, indices) => x[0].gather(*axis, indices),
            Op::Scatter(shape, axis, indices) => x[0].scatter(shape, *axis, indices),
            Op::Dropout(key, p) => x[0].dropout(*key, *p),
        };
        (value, None)
    }
}
