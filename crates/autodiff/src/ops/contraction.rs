//! Products that contract an axis.

use rappel_tensor::shape::count;
use rappel_tensor::{Float, Tensor, check_dot, check_outer, matmul_shape};

use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The matrix product of the last two axes; those in front broadcast, and a vector is a row on the left, a column on the right: as
    /// in PyTorch. See [`Tensor::matmul`].
    ///
    /// # Panics
    /// At the caller's line, when the inner sizes differ, the axes in front do not broadcast, or a side is a number.
    #[track_caller]
    pub fn matmul(self, other: Var<'t, T>) -> Self {
        self.matmul_with(other, false, false)
    }

    /// [`matmul`](Self::matmul) with the last two axes of a side exchanged first where its flag says so; nothing is copied for that. A
    /// vector has no two axes.
    #[track_caller]
    pub fn matmul_with(self, other: Var<'t, T>, transpose_self: bool, transpose_other: bool) -> Self {
        let op = MatMul { ta: transpose_self, tb: transpose_other };
        let (a, b) = (self.shape(), other.shape());
        if a.len() > 1 && b.len() > 1 {
            return self.apply2(other, op);
        }
        self.check_same(op.name(), other);
        let shape = matmul_shape(&a, op.ta, &b, op.tb);
        let left = if a.len() > 1 { self } else { Array::reshape(&self, &[1, a[0]]) };
        let right = if b.len() > 1 { other } else { Array::reshape(&other, &[b[0], 1]) };
        Array::reshape(&left.apply2(right, op), &shape)
    }

    /// The inner product of two vectors, a scalar.
    ///
    /// # Panics
    /// At the caller's line, unless both are vectors of one length.
    #[track_caller]
    pub fn dot(self, other: Var<'t, T>) -> Self {
        self.check_same("dot", other);
        check_dot(&self.shape(), &other.shape());
        self.matmul(other)
    }

    /// The products of all pairs of two vectors: `[m]` and `[n]` give `[m, n]`.
    ///
    /// # Panics
    /// At the caller's line, unless both are vectors.
    #[track_caller]
    pub fn outer(self, other: Var<'t, T>) -> Self {
        let (m, n) = check_outer(&self.shape(), &other.shape());
        self.check_same("outer", other);
        self.reshape(&[m, 1]) * other.reshape(&[1, n])
    }
}

/// The matrix product; the flags say which sides are read transposed.
#[derive(Clone, Debug)]
pub(crate) struct MatMul {
    pub(crate) ta: bool,
    pub(crate) tb: bool,
}

impl Primitive for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].matmul_with(x[1], self.ta, self.tb), None)
    }

    fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
        let inner = x[0].len() - if self.ta { 2 } else { 1 };
        count(y) as u64 * x[0][inner] as u64
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_matmul(x[0], self.ta, x[1], self.tb);
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let (a, b, &MatMul { ta, tb }) = (c.x(0), c.x(1), self);
        let (of_a, of_b) = (a.dims(), b.dims());
        if of_b.len() == 2 && of_a.len() > 2 && !ta {
            // One matrix on the right: the rows of all on the left are those of one.
            let rows = |v: &V| {
                let [lead @ .., last] = &v.dims()[..] else { unreachable!("a stack of matrices") };
                v.reshape(&[lead.iter().product(), *last])
            };
            let (x, g) = (rows(a), rows(&g));
            if s.needs(0) {
                s.add(0, g.matmul(false, b, !tb).reshape(&of_a));
            }
            return if tb { s.add_op(1, TRANSPOSED, &[&g, &x]) } else { s.add_op(1, TRANSPOSED, &[&x, &g]) };
        }
        let lead = g.dims();
        // Where a side was stretched, the product has more axes than it, and the sink sums over them.
        let mut give = |i: usize, dims: &[usize], op: MatMul, x: [&V; 2]| {
            if dims[..dims.len() - 2] == lead[..lead.len() - 2] {
                s.add_op(i, op, &x);
            } else if s.needs(i) {
                s.add(i, V::apply(op, &x));
            }
        };
        match ta {
            false => give(0, &of_a, MatMul { ta: false, tb: !tb }, [&g, b]),
            true => give(0, &of_a, MatMul { ta: tb, tb: true }, [b, &g]),
        }
        match tb {
            false => give(1, &of_b, MatMul { ta: !ta, tb: false }, [a, &g]),
            true => give(1, &of_b, MatMul { ta: true, tb: ta }, [&g, a]),
        }
    }
}

/// `a^T b`.
const TRANSPOSED: MatMul = MatMul { ta: true, tb: false };
