//! The first reading: `Tensor` computes.

use rappel_elem::Consts;
use rappel_tensor::{Comparison, Float, Reduction, Shape, Side, Soft, Tensor};

use super::{Array, Axes};
use crate::row::{BinaryRow, Pair, UnaryRow};

fn signed(axes: &[usize]) -> smallvec::SmallVec<[isize; 4]> {
    axes.iter().map(|&k| k as isize).collect()
}

impl<T: Float> Array<T> for Tensor<T> {
    fn dims(&self) -> Shape {
        self.shape().into()
    }

    fn constant(&self, c: f64) -> Self {
        match self.workspace() {
            Some(w) => Tensor::full_in(w, self.shape(), T::of(c)),
            None => Tensor::full(self.shape(), T::of(c)),
        }
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        row.map(self, k)
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        row.chain(g, x, y, k)
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        row.map(self, other, k)
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        row.chain(side, v, k)
    }

    fn select(mask: &Self, a: &Self, b: &Self) -> Self {
        mask.where_cond(a, b)
    }

    fn compare(&self, by: Comparison, other: &Self) -> Self {
        Tensor::compare(self, by, other)
    }

    fn tie_weights(&self, top: &Self, axes: &Axes) -> Self {
        Tensor::tie_weights(self, top, axes)
    }

    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self {
        self.matmul_with(other, ta, tb)
    }

    fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self {
        Tensor::linear(self, weight, bias)
    }

    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self {
        Tensor::reduce(self, by, axes, keep)
    }

    fn logsumexp(&self, axis: usize, keep: bool) -> Self {
        Tensor::logsumexp(self, axis as isize, keep)
    }

    fn soft(&self, soft: Soft, axis: usize) -> Self {
        Tensor::soft(self, soft, axis)
    }

    fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Option<Self>) {
        let (loss, probs) = Tensor::cross_entropy(self, labels);
        (loss, Some(probs))
    }

    fn reshape(&self, shape: &[usize]) -> Self {
        Tensor::reshape(self, shape)
    }

    fn expand(&self, shape: &[usize]) -> Self {
        Tensor::expand(self, shape)
    }

    fn sum_to(&self, shape: &[usize]) -> Self {
        Tensor::sum_to(self, shape)
    }

    fn permute(&self, order: &Axes) -> Self {
        Tensor::permute(self, &signed(order))
    }

    fn slice(&self, start: &Shape, size: &Shape) -> Self {
        let ranges: smallvec::SmallVec<[_; 4]> = start.iter().zip(size).map(|(&s, &n)| s..s + n).collect();
        Tensor::slice(self, &ranges)
    }

    fn embed(&self, shape: &Shape, start: &Shape) -> Self {
        Tensor::embed(self, shape, start)
    }

    fn concat(parts: &[&Self], axis: usize) -> Self {
        Tensor::concat(parts, axis as isize)
    }

    fn gather(&self, axis: usize, indices: &Tensor<u32>) -> Self {
        Tensor::gather(self, axis as isize, indices)
    }

    fn scatter(&self, shape: &Shape, axis: usize, indices: &Tensor<u32>) -> Self {
        Tensor::scatter(self, shape, axis as isize, indices)
    }

    fn dropout(&self, key: u64, p: f64) -> Self {
        Tensor::dropout(self, key, p)
    }

    fn soft_chain(soft: Soft, g: &Self, y: &Self, axis: usize) -> Self {
        Tensor::soft_chain(soft, g, y, axis)
    }

    fn logsumexp_chain(g: &Self, x: &Self, y: &Self, axis: usize) -> Self {
        Tensor::logsumexp_chain(g, x, y, axis)
    }

    fn cross_entropy_chain(g: &Self, x: &Self, probs: Option<&Self>, labels: &Tensor<u32>) -> Self {
        match probs {
            Some(probs) => Tensor::cross_entropy_chain(g, probs, labels),
            None => Tensor::cross_entropy_chain(g, &x.softmax(1), labels),
        }
    }
}
