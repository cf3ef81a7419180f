//! Products that contract an axis.

use rappel_tensor::Float;

use crate::array::Array;
use crate::op::Op;
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
        self.apply2(other, Op::MatMul(transpose_self, transpose_other))
    }

    /// `x w^T + b` of the last axis, fused: `[.., in]` by a weight `[out, in]` and a bias `[out]`, PyTorch's layout, gives
    /// `[.., out]`.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn linear(self, weight: Var<'t, T>, bias: Option<Var<'t, T>>) -> Self {
        self.check_same("linear", weight);
        if let Some(bias) = bias {
            self.check_same("linear", bias);
        }
        Array::linear(&self, &weight, bias.as_ref())
    }
}
