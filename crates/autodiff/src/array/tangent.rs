//! The third reading: a value with a direction. Forward mode, and with the backward rules forward over reverse.

use rappel_elem::Consts;
use rappel_tensor::{Along, Float, Shape, Side, Tensor};
use smallvec::SmallVec;

use super::Array;
use crate::custom::Custom;
use crate::primitive::Primitive;
use crate::row::{BinaryRow, Pair, UnaryRow};

/// A value and its derivative along a direction; an absent tangent is zero.
#[derive(Clone, Debug)]
pub(crate) struct Tangent<T: Float> {
    /// The value.
    pub(crate) v: Tensor<T>,
    /// Its derivative along the direction.
    pub(crate) d: Option<Tensor<T>>,
}

/// The sum of two tangents.
pub(crate) fn plus<T: Float>(a: Option<Tensor<T>>, b: Option<Tensor<T>>) -> Option<Tensor<T>> {
    match (a, b) {
        (None, x) | (x, None) => x,
        (Some(a), Some(b)) => Some(a + &b),
    }
}

impl<T: Float> Tangent<T> {
    /// A value that does not move.
    pub(crate) fn still(v: Tensor<T>) -> Self {
        Tangent { v, d: None }
    }

    /// The tangent, zeros where it is absent.
    pub(crate) fn moved(&self) -> Tensor<T> {
        self.d.clone().unwrap_or_else(|| Array::constant(&self.v, 0.0))
    }

    /// As the kernels take it.
    pub(crate) fn along(&self) -> Along<'_, T> {
        Along { v: &self.v, d: self.d.as_ref() }
    }

    /// Value and tangent stretched to a shape.
    fn wide(&self, shape: &[usize]) -> Self {
        Tangent { v: self.v.expand(shape), d: self.d.as_ref().map(|d| d.expand(shape)) }
    }
}

/// The values alone.
pub(crate) fn values<'a, T: Float>(x: &[&'a Tangent<T>]) -> SmallVec<[&'a Tensor<T>; 4]> {
    x.iter().map(|x| &x.v).collect()
}

/// The product rule: for each input that moves, the values with its tangent in its place. What an operation that is linear in each
/// input gives for these adds up to its derivative.
pub(crate) fn each_moved<T: Float>(x: &[&Tangent<T>], mut f: impl FnMut(&[&Tensor<T>])) {
    for (i, x_i) in x.iter().enumerate() {
        if let Some(d) = &x_i.d {
            let mut inputs = values(x);
            inputs[i] = d;
            f(&inputs);
        }
    }
}

/// The tangent of a row's output: its Jacobian is diagonal, so the product with a tangent is the product with a cotangent.
pub(crate) fn unary_jvp<T: Float>(
    x: &Tangent<T>,
    y: &Tensor<T>,
    row: &'static dyn UnaryRow<T>,
    k: Consts,
) -> Option<Tensor<T>> {
    x.d.as_ref().map(|d| row.chain(d, &x.v, y, k))
}

/// The tangent of a binary row's output.
pub(crate) fn binary_jvp<T: Float>(
    a: &Tangent<T>,
    b: &Tangent<T>,
    y: &Tensor<T>,
    row: &'static dyn BinaryRow<T>,
    k: Consts,
) -> Option<Tensor<T>> {
    let side = |side: Side, d: &Option<Tensor<T>>| {
        let d = d.as_ref()?.expand(y.shape());
        Some(if row.passes(side) { d } else { row.chain(side, &Pair { g: &d, a: &a.v, b: &b.v, y }, k) })
    };
    plus(side(Side::A, &a.d), side(Side::B, &b.d))
}

impl<T: Float> Array<T> for Tangent<T> {
    fn dims(&self) -> Shape {
        self.v.shape().into()
    }

    fn constant(&self, c: f64) -> Self {
        Tangent::still(Array::constant(&self.v, c))
    }

    fn fixed(&self, value: Tensor<T>) -> Self {
        Tangent::still(self.v.fixed(value))
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        let v = row.map(&self.v, k);
        let d = unary_jvp(self, &v, row, k);
        Tangent { v, d }
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        match [g, x, y].iter().any(|x| x.d.is_some()) {
            true => row.tangent(g, x, y, k),
            false => Tangent::still(row.chain(&g.v, &x.v, &y.v, k)),
        }
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        let v = row.map(&self.v, &other.v, k);
        let d = binary_jvp(self, other, &v, row, k);
        Tangent { v, d }
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        if [v.g, v.a, v.b, v.y].iter().all(|x| x.d.is_none()) {
            return Tangent::still(row.chain(side, &Pair { g: &v.g.v, a: &v.a.v, b: &v.b.v, y: &v.y.v }, k));
        }
        let shape = v.y.v.shape();
        let (a, b) = (v.a.wide(shape), v.b.wide(shape));
        row.tangent(side, &Pair { g: v.g, a: &a, b: &b, y: v.y }, k)
    }

    fn apply<P: Primitive>(op: P, x: &[&Self]) -> Self {
        let (v, kept) = op.eval(&values(x));
        let d = if x.iter().any(|x| x.d.is_some()) { op.jvp(x, &v, kept.as_ref()) } else { None };
        Tangent { v, d }
    }

    fn custom_chain(op: &Custom<T>, x: &[&Self], y: &Self, g: &Self) -> Vec<Option<Self>> {
        op.pull_along(x, y, g)
    }
}
