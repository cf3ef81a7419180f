//! The backward rules, each written once.

use rappel_elem::Consts;
use rappel_tensor::{Float, Reduction, Shape, Side, Tensor};

use crate::array::{Array, kept};
use crate::op::Op;
use crate::row::{BinaryRow, Pair, UnaryRow};

/// What a rule may look at.
pub(crate) trait Saved<V> {
    /// How many inputs the node has.
    fn inputs(&self) -> usize;
    /// An input.
    fn x(&self, i: usize) -> &V;
    /// The output.
    fn y(&self) -> &V;
    /// What the evaluation kept besides its output, where it is at hand.
    fn kept(&self) -> Option<&V>;
}

/// Where a rule puts its results: the cotangent of input i. The defaults say what each method means; the eager sink overrides
/// them with kernels that accumulate in place.
pub(crate) trait Sink<T: Float, V: Array<T>> {
    /// Whether anybody wants the cotangent of input i.
    fn needs(&self, i: usize) -> bool;

    /// Adds `g` to the cotangent of input i, summing over axes that broadcasting stretched.
    fn add(&mut self, i: usize, g: V);

    fn add_unary_chain(&mut self, i: usize, g: V, x: &V, y: &V, row: &'static dyn UnaryRow<T>, k: Consts) {
        if self.needs(i) {
            self.add(i, V::unary_chain(&g, x, y, row, k));
        }
    }

    fn add_binary_chain(&mut self, i: usize, side: Side, v: &Pair<'_, V>, row: &'static dyn BinaryRow<T>, k: Consts) {
        if self.needs(i) {
            self.add(i, V::binary_chain(side, v, row, k));
        }
    }

    fn add_matmul(&mut self, i: usize, a: &V, ta: bool, b: &V, tb: bool) {
        if self.needs(i) {
            self.add(i, a.matmul(ta, b, tb));
        }
    }

    fn add_embedded(&mut self, i: usize, g: &V, shape: &Shape, start: &Shape) {
        if self.needs(i) {
            self.add(i, g.embed(shape, start));
        }
    }

    fn add_scattered(&mut self, i: usize, g: &V, shape: &Shape, axis: usize, indices: &Tensor<u32>) {
        if self.needs(i) {
            self.add(i, g.scatter(shape, axis, indices));
        }
    }

    fn add_dropout(&mut self, i: usize, g: &V, key: u64, p: f64) {
        if self.needs(i) {
            self.add(i, g.dropout(key, p));
        }
    }
}

/// Passes the cotangent `g` of an operation's output on to its inputs.
pub(crate) fn vjp<T: Float, V: Array<T>>(op: &Op<T>, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
    match op {
        Op::Leaf | Op::Param | Op::Compare(_) | Op::TieWeights(_) => {}
        Op::Unary(row, k) => s.add_unary_chain(0, g, c.x(0), c.y(), *row, *k),
        Op::Binary(row, k) => {
            let sides = [Side::A, Side::B];
            for (i, side) in sides.into_iter().enumerate() {
                if !row.passes(side) {
                    let v = Pair { g: &g, a: c.x(0), b: c.x(1), y: c.y() };
                    s.add_binary_chain(i, side, &v, *row, *k);
                }
            }
            match (row.passes(Side::A), row.passes(Side::B)) {
                (true, true) => {
                    if s.needs(1) {
                        s.add(1, g.clone());
                    }
                    s.add(0, g);
                }
                (true, false) => s.add(0, g),
                (false, true) => s.add(1, g),
                (false, false) => {}
            }
        }
        Op::Select => {
            let zero = g.constant(0.0);
            if s.needs(1) {
                s.add(1, V::select(c.x(0), &g, &zero));
            }
            if s.needs(2) {
                s.add(2, V::select(c.x(0), &zero, &g));
            }
        }
        Op::MatMul(ta, tb) => {
            let (a, b) = (c.x(0), c.x(1));
            match ta {
                false => s.add_matmul(0, &g, false, b, !tb),
                true => s.add_matmul(0, b, *tb, &g, true),
            }
            match tb {
                false => s.add_matmul(1, a, !ta, &g, false),
                true => s.add_matmul(1, &g, true, a, *ta),
            }
        }
        Op::Linear => linear(c, g, s),
        Op::Reduce(by, axes, _) => {
            let dims = c.x(0).dims();
            let kept = kept(&dims, axes);
            let g = g.reshape(&kept);
            match by {
                Reduction::Sum => s.add(0, g.expand(&dims)),
                Reduction::Mean => {
                    let n: usize = axes.iter().map(|&k| dims[k]).product();
                    s.add(0, g.over(n as f64).expand(&dims));
                }
                Reduction::Max => {
                    if s.needs(0) {
                        s.add(0, V::max_chain(&g, c.x(0), &c.y().reshape(&kept), axes));
                    }
                }
            }
        }
        Op::LogSumExp(axis, _) => {
            let kept = kept(&c.x(0).dims(), &[*axis]);
            s.add(0, V::logsumexp_chain(&g.reshape(&kept), c.x(0), &c.y().reshape(&kept), *axis));
        }
        Op::Soft(soft, axis) => s.add(0, V::soft_chain(*soft, &g, c.y(), *axis)),
        Op::CrossEntropy(labels) => s.add(0, V::cross_entropy_chain(&g, c.x(0), c.kept(), labels)),
        Op::Reshape(_) => s.add(0, g.reshape(&c.x(0).dims())),
        // The sink sums over what was stretched.
        Op::Expand(_) => s.add(0, g),
        Op::SumTo(_) => s.add(0, g.expand(&c.x(0).dims())),
        Op::Permute(order) => {
            let mut inverse = order.clone();
            for (i, &k) in order.iter().enumerate() {
                inverse[k] = i;
            }
            s.add(0, g.permute(&inverse));
        }
        Op::Slice(start, _) => s.add_embedded(0, &g, &c.x(0).dims(), start),
        Op::Embed(_, start) => s.add(0, g.slice(start, &c.x(0).dims())),
        Op::Concat(axis) => {
            let mut start: Shape = smallvec::smallvec![0; c.y().dims().len()];
            for i in 0..c.inputs() {
                let size = c.x(i).dims();
                if s.needs(i) {
                    s.add(i, g.slice(&start, &size));
                }
                start[*axis] += size[*axis];
            }
        }
        Op::Gather(axis, indices) => s.add_scattered(0, &g, &c.x(0).dims(), *axis, indices),
        Op::Scatter(_, axis, indices) => s.add(0, g.gather(*axis, indices)),
        Op::Dropout(key, p) => s.add_dropout(0, &g, *key, *p),
    }
}

/// `y = x w^T + b` with any number of leading axes, which are one for the products.
fn linear<T: Float, V: Array<T>>(c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
    let (x, w) = (c.x(0), c.x(1));
    let (dims, out) = (x.dims(), w.dims()[0]);
    let flat = |v: &V, last: usize| {
        let n: usize = dims[..dims.len() - 1].iter().product();
        if dims.len() == 2 { v.clone() } else { v.reshape(&[n, last]) }
    };
    let rows = flat(&g, out);
    if s.needs(1) {
        s.add_matmul(1, &rows, true, &flat(x, w.dims()[1]), false);
    }
    if s.needs(0) {
        if dims.len() == 2 {
            s.add_matmul(0, &rows, false, w, false);
        } else {
            s.add(0, rows.matmul(false, w, false).reshape(&dims));
        }
    }
    if c.inputs() == 3 && s.needs(2) {
        s.add(2, g);
    }
}
