//! Softmax and its logarithm.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Soft};

use crate::op::Op;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// `exp(x) / sum exp(x)` along an axis, computed from the maximum so that nothing overflows.
    #[track_caller]
    pub fn softmax(self, axis: isize) -> Self {
        let axis = resolve_axis("softmax", axis, self.rank());
        self.apply1(Op::Soft(Soft::Max, axis))
    }

    /// `x - log sum exp(x)` along an axis: the logarithm of softmax without its underflow.
    #[track_caller]
    pub fn log_softmax(self, axis: isize) -> Self {
        let axis = resolve_axis("log_softmax", axis, self.rank());
        self.apply1(Op::Soft(Soft::LogMax, axis))
    }
}
