//! The same values under other axes. Reshaping shares the buffer; the others copy once.

use smallvec::SmallVec;

use super::view::View;
use crate::kernels::movement::{self, Walk};
use crate::number::{Data, Float};
use crate::shape::{
    Repetition, broadcast, count, count_or_panic, flattened, squeezed, strides_under, unflattened, unsqueezed,
};
use crate::tensor::Tensor;

impl<T: Data> Tensor<T> {
    /// The same values in the same order under another shape; shares the buffer.
    ///
    /// # Panics
    /// At the caller's line, when the counts differ.
    #[track_caller]
    pub fn reshape(&self, shape: &[usize]) -> Self {
        let n = count_or_panic("reshape", shape);
        assert!(
            n == self.len(),
            "reshape: shape {:?} holds {} values, {shape:?} would hold {n}",
            self.shape(),
            self.len()
        );
        self.with_shape(shape.into())
    }

    /// Without an axis of size 1.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or its size is not 1 (PyTorch leaves the shape as it is then).
    #[track_caller]
    pub fn squeeze(&self, axis: isize) -> Self {
        self.with_shape(squeezed(self.shape(), axis))
    }

    /// With a new axis of size 1, which is axis `axis` of the result; -1 puts it last.
    ///
    /// # Panics
    /// At the caller's line, when the result has no such axis.
    #[track_caller]
    pub fn unsqueeze(&self, axis: isize) -> Self {
        self.with_shape(unsqueezed(self.shape(), axis))
    }

    /// The axes from `first` to `last`, both included, made one.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).flatten(1, -1).shape(), [2, 12]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or `first` comes after `last`.
    #[track_caller]
    pub fn flatten(&self, first: isize, last: isize) -> Self {
        self.with_shape(flattened(self.shape(), first, last))
    }

    /// One axis split into several.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the product of the sizes is not its size.
    #[track_caller]
    pub fn unflatten(&self, axis: isize, sizes: &[usize]) -> Self {
        self.with_shape(unflattened(self.shape(), axis, sizes))
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]` of `self`.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.permute(&[1, 0]).data(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once (negative axes count from the back).
    #[track_caller]
    pub fn permute(&self, axes: &[isize]) -> Self {
        self.read(&View::of("permute", self.shape()).permute(axes))
    }

    /// Exchanges the last two axes.
    ///
    /// # Panics
    /// At the caller's line, when there are no two.
    #[track_caller]
    pub fn transpose(&self) -> Self {
        self.read(&View::transpose(self.shape()))
    }

    /// Exchanges two axes.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[doc(alias = "swapaxes")]
    #[track_caller]
    pub fn swap_axes(&self, a: isize, b: isize) -> Self {
        self.read(&View::of("swap_axes", self.shape()).swap(a, b))
    }

    /// Moves an axis to another place; the others stay in their order.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::<f32>::zeros(&[2, 3, 4]).moveaxis(0, -1).shape(), [3, 4, 2]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[doc(alias = "movedim")]
    #[track_caller]
    pub fn moveaxis(&self, from: isize, to: isize) -> Self {
        self.read(&View::of("moveaxis", self.shape()).shift_axis(from, to))
    }

    /// Stretches axes of size 1, and adds leading axes, to reach `shape`.
    ///
    /// # Panics
    /// At the caller's line, when `self` does not broadcast to exactly that shape.
    #[doc(alias = "broadcast_to")]
    #[track_caller]
    pub fn expand(&self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self.clone();
        }
        assert!(
            broadcast(self.shape(), shape).is_some_and(|s| s[..] == *shape),
            "expand: shape {:?} does not stretch to {shape:?}: aligned at the last axis, sizes must be equal or 1",
            self.shape()
        );
        if count_or_panic("expand", shape) == self.len() {
            return self.with_shape(shape.into());
        }
        let strides = strides_under(self.shape(), shape);
        let walk = Walk { start: 0, shape, strides: &strides };
        Self::make(self.workspace(), shape.into(), |to| movement::read(self.data(), walk, to))
    }

    /// The whole, `repeats[i]` times along axis i, as `torch.Tensor.repeat` does; more repeats than axes add leading ones.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0]).repeat(&[2, 2]).data(), [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are fewer repeats than axes, or the result has more values than can be counted.
    #[doc(alias = "tile")]
    #[track_caller]
    pub fn repeat(&self, repeats: &[usize]) -> Self {
        self.repeated(Repetition::tile(self.shape(), repeats))
    }

    /// Each place along an axis `times` times, as `torch.repeat_interleave` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0]).repeat_interleave(2, 0).data(), [1.0, 1.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the result has more values than can be counted.
    #[track_caller]
    pub fn repeat_interleave(&self, times: usize, axis: isize) -> Self {
        self.repeated(Repetition::interleave(self.shape(), times, axis))
    }

    fn repeated(&self, by: Repetition) -> Self {
        self.with_shape(by.thin).expand(&by.wide).with_shape(by.result)
    }
}

impl<T: Float> Tensor<T> {
    /// Adds over the axes that were stretched: the adjoint of [`expand`](Self::expand).
    ///
    /// # Panics
    /// At the caller's line, when `shape` does not stretch to that of `self`.
    #[track_caller]
    pub fn sum_to(&self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self.clone();
        }
        let Some(lead) = self.rank().checked_sub(shape.len()) else {
            panic!("sum_to: shape {:?} has fewer axes than {shape:?}", self.shape())
        };
        let axes: SmallVec<[isize; 4]> = (0..self.rank())
            .filter(|&i| i < lead || shape[i - lead] == 1 && self.shape()[i] != 1)
            .map(|i| i as isize)
            .collect();
        let summed = self.sum_axes(&axes, true);
        assert!(
            summed.len() == count(shape) && summed.shape()[lead..] == *shape,
            "sum_to: shape {:?} does not sum to {shape:?}",
            self.shape()
        );
        summed.with_shape(shape.into())
    }
}
