//! Sorting along an axis, and what follows from the order. NaN counts as the largest number, as in PyTorch; equals keep their order.

use crate::kernels::{extreme, sort};
use crate::number::Float;
use crate::shape::{Run, Shape, count, reduced, resolve_axis};
use crate::tensor::Tensor;

/// Which values along an axis are picked, by their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The first of the largest; the first NaN if there is one.
    Largest,
    /// The first of the smallest; the first NaN if there is one.
    Smallest,
    /// All, in order.
    Sorted {
        /// From the largest on.
        descending: bool,
    },
    /// The most extreme, from the most extreme on.
    Top {
        /// How many.
        k: usize,
        /// Those with the largest values, not with the smallest.
        largest: bool,
    },
    /// The one at a place in ascending order, counted from 1.
    Kth(usize),
    /// The lower of the two in the middle; the first NaN if there is one.
    Median,
}

impl<T: Float> Tensor<T> {
    /// The indices that sort the values along an axis: stable, and NaN is the largest.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([2.0_f32, f32::NAN, 1.0, 2.0]);
    /// assert_eq!(x.argsort(0, false).data(), [2, 0, 3, 1]);
    /// assert_eq!(x.argsort(0, true).data(), [1, 0, 3, 2]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist.
    #[track_caller]
    pub fn argsort(&self, axis: isize, descending: bool) -> Tensor<u32> {
        self.pick("argsort", Pick::Sorted { descending }, axis)
    }

    /// The values along an axis in order, and the indices they had; see [`argsort`](Self::argsort).
    #[track_caller]
    pub fn sort(&self, axis: isize, descending: bool) -> (Self, Tensor<u32>) {
        self.picked("sort", Pick::Sorted { descending }, axis, true)
    }

    /// The `k` largest (or smallest) values along an axis, from the most extreme on, and their indices.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let (values, indices) = Tensor::from([3.0_f32, 1.0, 4.0, 1.0]).topk(2, 0, true);
    /// assert_eq!((values.data(), indices.data()), (&[4.0, 3.0][..], &[2, 0][..]));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or has fewer than `k` values.
    #[track_caller]
    pub fn topk(&self, k: usize, axis: isize, largest: bool) -> (Self, Tensor<u32>) {
        self.picked("topk", Pick::Top { k, largest }, axis, true)
    }

    /// The `k`-th smallest value along an axis, counted from 1, and its index. The axis stays with size 1 when `keep`.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist, and unless `k` is from 1 to its size.
    #[track_caller]
    pub fn kthvalue(&self, k: usize, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("kthvalue", Pick::Kth(k), axis, keep)
    }

    /// The median along an axis, and its index: the lower of the two in the middle of an even number of values; NaN if any is NaN. The
    /// axis stays with size 1 when `keep`.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([4.0_f32, 1.0, 3.0, 2.0]).median(0, false).0.item(), 2.0);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist or is empty.
    #[track_caller]
    pub fn median(&self, axis: isize, keep: bool) -> (Self, Tensor<u32>) {
        self.picked("median", Pick::Median, axis, keep)
    }

    /// The indices along an axis of the values that are picked, in their order; the axis stays. `op` is the name in messages.
    #[track_caller]
    pub fn pick(&self, op: &str, by: Pick, axis: isize) -> Tensor<u32> {
        let axis = resolve_axis(op, axis, self.rank());
        let n = self.shape()[axis];
        assert!(u32::try_from(n).is_ok(), "{op}: axis {axis} of {n} values is longer than indices can count");
        let lines = count(&reduced(self.shape(), &[axis], false));
        match by {
            Pick::Sorted { descending } => self.order(axis, n, descending),
            Pick::Top { k, largest } => {
                assert!(k <= n, "{op}: axis {axis} of shape {:?} has {n} values, fewer than {k}", self.shape());
                self.order(axis, k, largest)
            }
            Pick::Kth(k) => {
                assert!(
                    (1..=n).contains(&k),
                    "{op}: axis {axis} of shape {:?} has {n} values, none of which is number {k} (they count from 1)",
                    self.shape()
                );
                self.kth(axis, k)
            }
            Pick::Largest | Pick::Smallest | Pick::Median => {
                assert!(
                    n > 0 || lines == 0,
                    "{op}: axis {axis} of shape {:?} is empty: there is nothing to pick from",
                    self.shape()
                );
                if by == Pick::Median && n > 0 { self.middle(axis) } else { self.extreme(axis, by != Pick::Smallest) }
            }
        }
    }

    /// The index of the largest or smallest value of each line.
    fn extreme(&self, axis: usize, largest: bool) -> Tensor<u32> {
        let [_, middle, inner] = Run::new(self.shape(), &[axis]).dims;
        Tensor::make(None, reduced(self.shape(), &[axis], true), |to| {
            extreme::index_of(largest, self.data(), middle, inner, to)
        })
    }

    /// The indices of the first `k` values of each line in sorted order.
    fn order(&self, axis: usize, k: usize, descending: bool) -> Tensor<u32> {
        let [_, middle, inner] = Run::new(self.shape(), &[axis]).dims;
        let mut shape: Shape = self.shape().into();
        shape[axis] = k;
        Tensor::make(None, shape, |to| sort::order(self.data(), (middle, inner), k, descending, to))
    }

    /// The index of the `k`-th smallest value of each line.
    fn kth(&self, axis: usize, k: usize) -> Tensor<u32> {
        self.order(axis, k, false).slice_axis(axis as isize, k - 1..k)
    }

    /// The index of the median of each line.
    fn middle(&self, axis: usize) -> Tensor<u32> {
        // The first of the largest is the first NaN where there is one.
        let mut at = self.extreme(axis, true);
        let top = self.gather(axis as isize, &at);
        let middle = self.kth(axis, self.shape()[axis].div_ceil(2));
        for ((at, top), middle) in at.data_mut().iter_mut().zip(top.data()).zip(middle.data()) {
            if top.partial_cmp(top).is_some() {
                *at = *middle;
            }
        }
        at
    }
}
