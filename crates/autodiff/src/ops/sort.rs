//! Sorting along an axis, and what follows from the order. NaN counts as the largest number, as in PyTorch; equals keep their order.
//!
//! Gradients follow the indices.

use rappel_tensor::{Float, Pick, Tensor};

use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The values along an axis in order, and the indices they had: stable, and NaN is the largest.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([2.0, 3.0, 1.0]));
    /// let (sorted, indices) = x.sort(0, false);
    /// assert_eq!(sorted.value().data(), [1.0, 2.0, 3.0]);
    /// assert_eq!(indices.data(), [2, 0, 1]);
    /// let weighted = sorted * tape.input(&Tensor::from([10.0, 20.0, 30.0]));
    /// assert_eq!(weighted.sum().backward().wrt(x).unwrap().data(), [20.0, 30.0, 10.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist.
    #[track_caller]
    pub fn sort(self, axis: isize, descending: bool) -> (Self, Tensor<u32>) {
        self.picked("sort", Pick::Sorted { descending }, axis, true)
    }

    /// The indices that sort the values along an axis; see [`sort`](Self::sort).
    #[track_caller]
    pub fn argsort(self, axis: isize, descending: bool) -> Tensor<u32> {
        self.value().argsort(axis, descending)
    }

    /// The `k` largest (or smallest) values along an axis, from the most extreme on, and their indices.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or has fewer than `k` values.
    #[track_caller]
    pub fn topk(self, k: usize, axis: isize, largest: bool) -> (Self, Tensor<u32>) {
        self.picked("topk", Pick::Top { k, largest }, axis, true)
    }

    /// The `k`-th smallest value along an axis, counted from 1, and its index. The axis stays with size 1 when `keep`.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist, and unless `k` is from 1 to its size.
    #[track_caller]
    pub fn kthvalue(self, k: usize, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("kthvalue", Pick::Kth(k), axis, keep)
    }

    /// The median along an axis, and its index: the lower of the two in the middle of an even number of values; NaN if any is NaN. The
    /// axis stays with size 1 when `keep`.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn median(self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("median", Pick::Median, axis, keep)
    }
}
