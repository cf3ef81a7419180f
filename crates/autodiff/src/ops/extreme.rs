//! The largest and the smallest value along an axis, with their indices; and what else is picked by order.

use rappel_tensor::shape::{reduced, resolve_axis};
use rappel_tensor::{Float, Pick, Tensor};

use super::Gather;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The largest value along an axis and where it is: the first of equals, the first NaN if there is one. The axis stays with
    /// size 1 when `keep`.
    ///
    /// The gradient goes to that one value; [`max_axes`](Self::max_axes) shares it among equals.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([3.0, 5.0, 5.0]));
    /// let (largest, index) = x.max_with_index(0, false);
    /// assert_eq!((largest.item(), index.item()), (5.0, 1));
    /// assert_eq!(largest.backward().wrt(x).unwrap().data(), [0.0, 1.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn max_with_index(self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("max_with_index", Pick::Largest, axis, keep)
    }

    /// The smallest value along an axis and where it is; see [`max_with_index`](Self::max_with_index).
    #[track_caller]
    pub fn min_with_index(self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("min_with_index", Pick::Smallest, axis, keep)
    }

    /// Where the largest value along an axis is: the first of equals, the first NaN if there is one. The axis goes.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn argmax(self, axis: isize) -> Tensor<u32> {
        self.value().argmax(axis)
    }

    /// Where the smallest value along an axis is; see [`argmax`](Self::argmax).
    #[track_caller]
    pub fn argmin(self, axis: isize) -> Tensor<u32> {
        self.value().argmin(axis)
    }

    /// The values that are picked along an axis, and their indices; the axis stays or, where there is one value per line, goes.
    #[track_caller]
    pub(super) fn picked(self, op: &str, by: Pick, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        let value = self.value();
        let at = resolve_axis(op, axis, value.rank());
        let indices = value.pick(op, by, axis);
        let values = self.apply1(Gather { axis: at, indices: indices.clone() });
        if keep {
            return (values, indices);
        }
        let shape = reduced(value.shape(), &[at], false);
        (values.reshape(&shape), indices.reshape(&shape))
    }
}
