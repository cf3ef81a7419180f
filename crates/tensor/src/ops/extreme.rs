//! The largest and the smallest value along an axis, and where it is.

use super::sort::Pick;
use crate::number::Float;
use crate::shape::{reduced, resolve_axis};
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// Where the largest value along an axis is: the first of equals, the first NaN if there is one. The axis goes.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[0.0_f32, 1.0], [5.0, 4.0]]);
    /// assert_eq!(x.argmax(-1).data(), [1, 0]);
    /// assert_eq!(x.argmax(0).data(), [1, 1]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn argmax(&self, axis: isize) -> Tensor<u32> {
        self.without("argmax", axis, &self.pick("argmax", Pick::Largest, axis))
    }

    /// Where the smallest value along an axis is; see [`argmax`](Self::argmax).
    #[track_caller]
    pub fn argmin(&self, axis: isize) -> Tensor<u32> {
        self.without("argmin", axis, &self.pick("argmin", Pick::Smallest, axis))
    }

    /// The largest value along an axis and where it is: the first of equals, the first NaN if there is one. The axis stays with
    /// size 1 when `keep`.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[0.0_f32, 1.0], [5.0, 4.0]]);
    /// let (values, indices) = x.max_with_index(1, false);
    /// assert_eq!((values.data(), indices.data()), (&[1.0, 5.0][..], &[1, 0][..]));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn max_with_index(&self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("max_with_index", Pick::Largest, axis, keep)
    }

    /// The smallest value along an axis and where it is; see [`max_with_index`](Self::max_with_index).
    #[track_caller]
    pub fn min_with_index(&self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("min_with_index", Pick::Smallest, axis, keep)
    }

    /// One value per line, and its index; the axis stays with size 1 or goes.
    #[track_caller]
    pub(super) fn picked(&self, op: &str, by: Pick, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        let indices = self.pick(op, by, axis);
        let values = self.gather(axis, &indices);
        if keep {
            return (values, indices);
        }
        let indices = self.without(op, axis, &indices);
        (values.with_shape(indices.shape().into()), indices)
    }

    /// Indices with the axis left away.
    #[track_caller]
    fn without(&self, op: &str, axis: isize, indices: &Tensor<u32>) -> Tensor<u32> {
        indices.with_shape(reduced(self.shape(), &[resolve_axis(op, axis, self.rank())], false))
    }
}
