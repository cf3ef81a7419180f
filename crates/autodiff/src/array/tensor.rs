//! The first reading: `Tensor` computes.

use rappel_elem::Consts;
use rappel_tensor::{Float, Shape, Side, Tensor};

use super::Array;
use crate::custom::Custom;
use crate::primitive::Primitive;
use crate::row::{BinaryRow, Pair, UnaryRow};

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

    fn fixed(&self, value: Tensor<T>) -> Self {
        match self.workspace() {
            Some(w) => value.within(w),
            None => value,
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

    fn apply<P: Primitive>(op: P, x: &[&Self]) -> Self {
        op.eval(x).0
    }

    fn custom_chain(op: &Custom<T>, x: &[&Self], y: &Self, g: &Self) -> Vec<Option<Self>> {
        op.pull(x, y, g)
    }
}
