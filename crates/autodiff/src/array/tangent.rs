//! The third reading: a value with a direction. Forward mode, and with the backward rules forward over reverse.

use rappel_elem::Consts;
use rappel_tensor::{Along, Comparison, Float, Reduction, Shape, Side, Soft, Tensor};

use super::{Array, Axes, kept};
use crate::op::Op;
use crate::row::{BinaryRow, Pair, UnaryRow};

/// A value and its derivative along a direction; an absent tangent is zero.
#[derive(Clone, Debug)]
pub(crate) struct Tangent<T: Float> {
    /// The value.
    pub(crate) v: Tensor<T>,
    /// Its derivative along the direction.
    pub(crate) d: Option<Tensor<T>>,
}

fn plus<T: Float>(a: Option<Tensor<T>>, b: Option<Tensor<T>>) -> Option<Tensor<T>> {
    match (a, b) {
        (None, x) | (x, None) => x,
        (Some(a), Some(b)) => Some(a + &b),
    }
}

impl<T: Float> Tangent<T> {
    /// A linear function: of the value, and of the tangent.
    #[track_caller]
    fn linear_in(&self, f: impl Fn(&Tensor<T>) -> Tensor<T>) -> Self {
        Tangent { v: f(&self.v), d: self.d.as_ref().map(&f) }
    }

    fn still(v: Tensor<T>) -> Self {
        Tangent { v, d: None }
    }

    /// Value and tangent stretched to a shape.
    fn wide(&self, shape: &[usize]) -> Self {
        self.linear_in(|x| x.expand(shape))
    }

    /// As the kernels take it.
    pub(crate) fn along(&self) -> Along<'_, T> {
        Along { v: &self.v, d: self.d.as_ref() }
    }

    /// The output of an operation whose value is known to be `y`: where the derivative can be had alone, nothing is computed twice.
    pub(crate) fn of(op: &Op<T>, x: &[&Self], y: &Tensor<T>) -> Self {
        let d = match op {
            Op::Unary(row, k) => x[0].unary_along(y, *row, *k),
            Op::Binary(row, k) => x[0].binary_along(x[1], y, *row, *k),
            Op::MatMul(ta, tb) => x[0].matmul_along(*ta, x[1], *tb),
            Op::Linear => x[0].linear_along(x[1], x.get(2).copied(), y.shape()),
            // Linear in their one input: the derivative goes the way of the value.
            Op::Reduce(Reduction::Sum | Reduction::Mean, ..)
            | Op::Reshape(_)
            | Op::Expand(_)
            | Op::SumTo(_)
            | Op::Permute(_)
            | Op::Slice(..)
            | Op::Embed(..)
            | Op::Gather(..)
            | Op::Scatter(..)
            | Op::Dropout(..) => x[0].d.as_ref().map(|d| op.apply(&[d]).0),
            _ => return op.apply(x).0,
        };
        Tangent { v: y.clone(), d }
    }

    /// The derivative of a unary row's output `y`.
    fn unary_along(&self, y: &Tensor<T>, row: &'static dyn UnaryRow<T>, k: Consts) -> Option<Tensor<T>> {
        // The Jacobian is diagonal: its product with a tangent is its product with a cotangent.
        self.d.as_ref().map(|d| row.chain(d, &self.v, y, k))
    }

    /// The derivative of a binary row's output `y`.
    fn binary_along(
        &self,
        other: &Self,
        y: &Tensor<T>,
        row: &'static dyn BinaryRow<T>,
        k: Consts,
    ) -> Option<Tensor<T>> {
        let side = |side: Side, d: &Option<Tensor<T>>| {
            let d = d.as_ref()?.expand(y.shape());
            let v = Pair { g: &d, a: &self.v, b: &other.v, y };
            Some(if row.passes(side) { d } else { row.chain(side, &v, k) })
        };
        plus(side(Side::A, &self.d), side(Side::B, &other.d))
    }

    /// The derivative of a matrix product.
    #[track_caller]
    fn matmul_along(&self, ta: bool, other: &Self, tb: bool) -> Option<Tensor<T>> {
        let mut sum = self.d.as_ref().map(|d| d.matmul_with(&other.v, ta, tb));
        if let Some(d) = &other.d {
            match &mut sum {
                Some(sum) => sum.add_matmul(&self.v, ta, d, tb),
                None => sum = Some(self.v.matmul_with(d, ta, tb)),
            }
        }
        sum
    }

    /// The derivative of an affine map, whose output has the given shape.
    #[track_caller]
    fn linear_along(&self, weight: &Self, bias: Option<&Self>, shape: &[usize]) -> Option<Tensor<T>> {
        let bias = bias.and_then(|b| b.d.as_ref());
        match (&self.d, &weight.d) {
            (Some(d), None) => Some(d.linear(&weight.v, bias)),
            (None, Some(w)) => Some(self.v.linear(w, bias)),
            (None, None) => bias.map(|d| d.expand(shape)),
            (Some(d), Some(w)) => {
                let mut sum = d.linear(&weight.v, bias);
                let rows: usize = shape[..shape.len() - 1].iter().product();
                sum.add_matmul(&self.v.reshape(&[rows, w.shape()[1]]), false, w, true);
                Some(sum)
            }
        }
    }

    /// Whether all are without tangent.
    fn all_still(x: &[&Self]) -> bool {
        x.iter().all(|x| x.d.is_none())
    }
}

impl<T: Float> Array<T> for Tangent<T> {
    fn dims(&self) -> Shape {
        self.v.shape().into()
    }

    fn constant(&self, c: f64) -> Self {
        Tangent::still(Array::constant(&self.v, c))
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        let v = row.map(&self.v, k);
        Tangent { d: self.unary_along(&v, row, k), v }
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        match Tangent::all_still(&[g, x, y]) {
            true => Tangent::still(row.chain(&g.v, &x.v, &y.v, k)),
            false => row.tangent(g, x, y, k),
        }
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        let v = row.map(&self.v, &other.v, k);
        Tangent { d: self.binary_along(other, &v, row, k), v }
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        if Tangent::all_still(&[v.g, v.a, v.b, v.y]) {
            return Tangent::still(row.chain(side, &Pair { g: &v.g.v, a: &v.a.v, b: &v.b.v, y: &v.y.v }, k));
        }
        let shape = v.y.v.shape();
        let (a, b) = (v.a.wide(shape), v.b.wide(shape));
        row.tangent(side, &Pair { g: v.g, a: &a, b: &b, y: v.y }, k)
    }

    fn select(mask: &Self, a: &Self, b: &Self) -> Self {
        let v = mask.v.where_cond(&a.v, &b.v);
        let d = if a.d.is_none() && b.d.is_none() {
            None
        } else {
            let zero = |x: &Self| x.d.clone().unwrap_or_else(|| Array::constant(&x.v, 0.0));
            Some(mask.v.where_cond(&zero(a), &zero(b)))
        };
        Tangent { v, d }
    }

    fn compare(&self, by: Comparison, other: &Self) -> Self {
        Tangent::still(self.v.compare(by, &other.v))
    }

    fn tie_weights(&self, top: &Self, axes: &Axes) -> Self {
        Tangent::still(self.v.tie_weights(&top.v, axes))
    }

    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self {
        Tangent { v: self.v.matmul_with(&other.v, ta, tb), d: self.matmul_along(ta, other, tb) }
    }

    fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self {
        let v = self.v.linear(&weight.v, bias.map(|b| &b.v));
        Tangent { d: self.linear_along(weight, bias, v.shape()), v }
    }

    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self {
        match by {
            Reduction::Sum | Reduction::Mean => self.linear_in(|x| x.reduce(by, axes, keep)),
            Reduction::Max => {
                let v = self.v.reduce(by, axes, keep);
                let d = self.d.as_ref().map(|d| {
                    let weights = self.v.tie_weights(&v.reshape(&kept(self.v.shape(), axes)), axes);
                    let share = weights.where_cond(&(&weights * d), &Array::constant(d, 0.0));
                    share.reduce(Reduction::Sum, axes, keep)
                });
                Tangent { v, d }
            }
        }
    }

    fn logsumexp(&self, axis: usize, keep: bool) -> Self {
        let v = self.v.logsumexp(axis as isize, keep);
        let d = self.d.as_ref().map(|d| {
            let top = v.reshape(&kept(self.v.shape(), &[axis]));
            let weights = Tensor::logsumexp_chain(&Array::constant(&top, 1.0), &self.v, &top, axis);
            (weights * d).sum_axes(&[axis as isize], keep)
        });
        Tangent { v, d }
    }

    fn soft(&self, soft: Soft, axis: usize) -> Self {
        let v = self.v.soft(soft, axis);
        let d = self.d.as_ref().map(|d| match soft {
            // The Jacobian of softmax is symmetric.
            Soft::Max => Tensor::soft_chain(soft, d, &v, axis),
            Soft::LogMax => d - (v.exp() * d).sum_axes(&[axis as isize], true),
        });
        Tangent { v, d }
    }

    fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Option<Self>) {
        let (v, probs) = self.v.cross_entropy(labels);
        let d = self.d.as_ref().map(|d| {
            let one = Array::constant(&v, 1.0);
            (Tensor::cross_entropy_chain(&one, &probs, labels) * d).sum()
        });
        (Tangent { v, d }, None)
    }

    fn reshape(&self, shape: &[usize]) -> Self {
        self.linear_in(|x| x.reshape(shape))
    }

    fn expand(&self, shape: &[usize]) -> Self {
        self.wide(shape)
    }

    fn sum_to(&self, shape: &[usize]) -> Self {
        self.linear_in(|x| x.sum_to(shape))
    }

    fn permute(&self, order: &Axes) -> Self {
        self.linear_in(|x| Array::permute(x, order))
    }

    fn slice(&self, start: &Shape, size: &Shape) -> Self {
        self.linear_in(|x| Array::slice(x, start, size))
    }

    fn embed(&self, shape: &Shape, start: &Shape) -> Self {
        self.linear_in(|x| x.embed(shape, start))
    }

    fn concat(parts: &[&Self], axis: usize) -> Self {
        let join = |parts: &[Tensor<T>]| Tensor::concat(&parts.iter().collect::<Vec<_>>(), axis as isize);
        let v = join(&parts.iter().map(|p| p.v.clone()).collect::<Vec<_>>());
        let zero = |p: &&Self| p.d.clone().unwrap_or_else(|| Array::constant(&p.v, 0.0));
        let moving = parts.iter().any(|p| p.d.is_some());
        Tangent { v, d: moving.then(|| join(&parts.iter().map(zero).collect::<Vec<_>>())) }
    }

    fn gather(&self, axis: usize, indices: &Tensor<u32>) -> Self {
        self.linear_in(|x| Array::gather(x, axis, indices))
    }

    fn scatter(&self, shape: &Shape, axis: usize, indices: &Tensor<u32>) -> Self {
        self.linear_in(|x| Array::scatter(x, shape, axis, indices))
    }

    fn dropout(&self, key: u64, p: f64) -> Self {
        self.linear_in(|x| x.dropout(key, p))
    }
}
