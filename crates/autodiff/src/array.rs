//! The vocabulary that structural rules are written in.
//!
//! Three types speak it: `Tensor` computes (the fast backward), `Var` records (the backward that can be differentiated again),
//! and `Tangent` carries a direction along (forward mode, and forward over reverse). A rule is written once against this trait
//! and read three times.

mod tangent;
mod tensor;
mod var;

use rappel_elem::{Consts, rows};
use rappel_tensor::shape::reduced;
use rappel_tensor::{Comparison, Float, Reduction, Shape, Side, Tensor, View};
use smallvec::SmallVec;

use crate::custom::Custom;
use crate::ops::{Compare, Expand, MatMul, Reduce, Reshape, Select, Strided, SumTo};
use crate::primitive::Primitive;
use crate::row::{self, BinaryRow, Pair, UnaryRow};

pub(crate) use tangent::{Tangent, binary_jvp, each_moved, plus, unary_jvp, values};

/// A set of axes, sorted and counted from the front.
pub(crate) type Axes = SmallVec<[usize; 4]>;

/// Arrays of numbers that can be computed with, recorded, or carried along a direction. See the module's text.
pub(crate) trait Array<T: Float>: Clone {
    /// Sizes per axis.
    fn dims(&self) -> Shape;
    /// The same number everywhere, in this array's shape, without gradient.
    fn constant(&self, c: f64) -> Self;
    /// Given numbers beside this array, without gradient.
    fn fixed(&self, value: Tensor<T>) -> Self;

    /// A row of the elementwise table.
    #[track_caller]
    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self;
    /// The cotangent of its input.
    #[track_caller]
    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self;
    /// A binary row, under broadcasting.
    #[track_caller]
    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self;
    /// The cotangent of one operand, in the shape of the output.
    #[track_caller]
    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self;
    /// A structural operation.
    #[track_caller]
    fn apply<P: Primitive>(op: P, x: &[&Self]) -> Self;
    /// The cotangents of a custom operation's inputs, where it has them.
    #[track_caller]
    fn custom_chain(op: &Custom<T>, x: &[&Self], y: &Self, g: &Self) -> Vec<Option<Self>>;

    /// Where the mask is not 0 the first, else the second, under broadcasting.
    #[track_caller]
    fn select(mask: &Self, a: &Self, b: &Self) -> Self {
        Self::apply(Select, &[mask, a, b])
    }

    /// A mask of 0 and 1, without gradient.
    #[track_caller]
    fn compare(&self, by: Comparison, other: &Self) -> Self {
        Self::apply(Compare(by), &[self, other])
    }

    /// The matrix product, each side transposed first where its flag says so.
    #[track_caller]
    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self {
        Self::apply(MatMul { ta, tb }, &[self, other])
    }

    /// A reduction over axes.
    #[track_caller]
    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self {
        Self::apply(Reduce { by, axes: axes.clone(), keep }, &[self])
    }

    /// The same values under another shape.
    #[track_caller]
    fn reshape(&self, shape: &[usize]) -> Self {
        if self.dims()[..] == *shape { self.clone() } else { Self::apply(Reshape(shape.into()), &[self]) }
    }

    /// Stretches axes of size 1 and adds leading ones.
    #[track_caller]
    fn expand(&self, shape: &[usize]) -> Self {
        if self.dims()[..] == *shape { self.clone() } else { Self::apply(Expand(shape.into()), &[self]) }
    }

    /// Adds over the axes that `expand` stretched.
    #[track_caller]
    fn sum_to(&self, shape: &[usize]) -> Self {
        if self.dims()[..] == *shape { self.clone() } else { Self::apply(SumTo(shape.into()), &[self]) }
    }

    /// Reorders the axes.
    #[track_caller]
    fn permute(&self, order: &Axes) -> Self {
        let axes: SmallVec<[isize; 4]> = order.iter().map(|&k| k as isize).collect();
        Self::apply(Strided(View::of("permute", &self.dims()).permute(&axes)), &[self])
    }

    /// A box of the array.
    #[track_caller]
    fn slice(&self, start: &Shape, size: &Shape) -> Self {
        Self::apply(Strided(View::of("slice", &self.dims()).window(start, size)), &[self])
    }

    /// The sum, under broadcasting.
    #[track_caller]
    fn add(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Add, T>(), [0.0; 2])
    }

    /// The difference, under broadcasting.
    #[track_caller]
    fn sub(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Sub, T>(), [0.0; 2])
    }

    /// The product, under broadcasting.
    #[track_caller]
    fn mul(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Mul, T>(), [0.0; 2])
    }

    /// The quotient, under broadcasting.
    #[track_caller]
    fn div(&self, other: &Self) -> Self {
        self.binary(other, row::binary::<rows::Div, T>(), [0.0; 2])
    }

    /// Times a number.
    #[track_caller]
    fn times(&self, c: f64) -> Self {
        self.unary(row::unary::<rows::Scale, T>(), [c, 0.0])
    }

    /// Divided by a number.
    #[track_caller]
    fn over(&self, c: f64) -> Self {
        self.unary(row::unary::<rows::DivBy, T>(), [c, 0.0])
    }

    /// The exponential.
    #[track_caller]
    fn exp(&self) -> Self {
        self.unary(row::unary::<rows::Exp, T>(), [0.0; 2])
    }

    /// The sum over one axis, which stays.
    #[track_caller]
    fn sum_keep(&self, axis: usize) -> Self {
        self.reduce(Reduction::Sum, &smallvec::smallvec![axis], true)
    }
}

/// The shape of a reduction's output with the axes kept.
pub(crate) fn kept(shape: &[usize], axes: &[usize]) -> Shape {
    reduced(shape, axes, true)
}
