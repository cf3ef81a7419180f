//! Gathering by index along an axis.

use crate::kernels::index;
use crate::number::{Data, Float};
use crate::shape::resolve_axis;
use crate::tensor::Tensor;

/// The axis counted from the front, after checking that the index array fits and every index is in range.
#[track_caller]
fn checked(op: &str, shape: &[usize], indices: &Tensor<u32>, axis: isize) -> usize {
    let axis = resolve_axis(op, axis, shape.len());
    let fits = indices.rank() == shape.len() && (0..shape.len()).all(|i| i == axis || indices.shape()[i] <= shape[i]);
    assert!(
        fits,
        "{op}: indices of shape {:?} do not fit shape {shape:?} along axis {axis}: as many axes, and no other size larger",
        indices.shape()
    );
    if let Some((at, i)) = indices.data().iter().enumerate().find(|&(_, &i)| i as usize >= shape[axis]) {
        panic!("{op}: index {i} at position {at} is out of range for axis {axis} of shape {shape:?}");
    }
    axis
}

impl<T: Data> Tensor<T> {
    /// Picks along an axis: `out[i, j] = self[index[i, j], j]` for axis 0, and so on, as `torch.gather` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let index = Tensor::from([[1_u32], [0]]);
    /// assert_eq!(x.gather(1, &index).data(), [2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, or an index is out of range.
    #[track_caller]
    pub fn gather(&self, axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = checked("gather", self.shape(), indices, axis);
        Self::make(self.workspace(), indices.shape().into(), |to| {
            index::gather(self.data(), self.shape(), indices.data(), indices.shape(), axis, to)
        })
    }
}

impl<T: Float> Tensor<T> {
    /// Zeros of the given shape with `self` added at the indices along an axis: the adjoint of [`gather`](Self::gather).
    #[track_caller]
    pub fn scatter(&self, shape: &[usize], axis: isize, indices: &Tensor<u32>) -> Self {
        let mut out = Self::make(self.workspace(), shape.into(), |to| to.fill(T::ZERO));
        out.scatter_from("scatter", axis, indices, self);
        out
    }

    /// Adds `x` at the indices along an axis; repeated indices accumulate in order.
    #[track_caller]
    pub fn scatter_add(&mut self, axis: isize, indices: &Tensor<u32>, x: &Self) {
        self.scatter_from("scatter_add", axis, indices, x);
    }

    #[track_caller]
    fn scatter_from(&mut self, op: &str, axis: isize, indices: &Tensor<u32>, x: &Self) {
        let axis = checked(op, self.shape(), indices, axis);
        assert!(
            x.shape() == indices.shape(),
            "{op}: values of shape {:?} and indices of shape {:?} must agree",
            x.shape(),
            indices.shape()
        );
        let shape: crate::Shape = self.shape().into();
        index::scatter_add(x.data(), indices.data(), indices.shape(), axis, self.data_mut(), &shape);
    }
}
