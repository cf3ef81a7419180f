//! Products that contract an axis.

use rappel_tensor::shape::count;
use rappel_tensor::{Float, Tensor};

use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The matrix product.
    ///
    /// # Panics
    /// At the caller's line, unless both are matrices and the inner sizes agree.
    #[track_caller]
    pub fn matmul(self, other: Var<'t, T>) -> Self {
        self.matmul_with(other, false, false)
    }

    /// The matrix product, each side transposed first where its flag says so; nothing is copied for that.
    #[track_caller]
    pub fn matmul_with(self, other: Var<'t, T>, transpose_self: bool, transpose_other: bool) -> Self {
        self.apply2(other, MatMul { ta: transpose_self, tb: transpose_other })
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
        match ta {
            false => s.add_op(0, MatMul { ta: false, tb: !tb }, &[&g, b]),
            true => s.add_op(0, MatMul { ta: tb, tb: true }, &[b, &g]),
        }
        match tb {
            false => s.add_op(1, MatMul { ta: !ta, tb: false }, &[a, &g]),
            true => s.add_op(1, MatMul { ta: true, tb: ta }, &[&g, a]),
        }
    }
}
