//! Picking by index.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Tensor};

use crate::op::Op;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// Picks along an axis: `out[i, j] = self[index[i, j], j]` for axis 0, and so on, as `torch.gather` does. An index that occurs
    /// several times gathers the gradient of all its uses.
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, or an index is out of range.
    #[track_caller]
    pub fn gather(self, axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = resolve_axis("gather", axis, self.rank());
        self.apply1(Op::Gather(axis, indices.clone()))
    }
}
