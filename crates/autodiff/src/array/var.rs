//! The second reading: `Var` records, so a gradient can be differentiated again.

use rappel_elem::Consts;
use rappel_tensor::{Float, Shape, Side, Tensor};

use super::Array;
use crate::custom::Custom;
use crate::op::Op;
use crate::primitive::Primitive;
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

    fn fixed(&self, value: Tensor<T>) -> Self {
        self.tape.input(&value)
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        self.check();
        self.tape.record(Op::Unary(row, k), Ids::from_slice(&[self.id]))
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        full(row.record(*g, *x, *y, k), y)
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        self.check_same(row.name(), *other);
        self.tape.record(Op::Binary(row, k), Ids::from_slice(&[self.id, other.id]))
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        full(row.record(side, v, k), v.y)
    }

    fn apply<P: Primitive>(op: P, x: &[&Self]) -> Self {
        x[0].check();
        for other in &x[1..] {
            x[0].check_same(op.name(), **other);
        }
        x[0].tape.record(op.op(), x.iter().map(|x| x.id).collect())
    }

    fn custom_chain(op: &Custom<T>, x: &[&Self], y: &Self, g: &Self) -> Vec<Option<Self>> {
        op.pull_recorded(x, y, g)
    }
}

/// A cotangent in the shape of the output: a formula whose value is the same everywhere may give fewer axes.
fn full<'t, T: Float>(g: Var<'t, T>, y: &Var<'t, T>) -> Var<'t, T> {
    Array::expand(&g, &y.shape())
}
