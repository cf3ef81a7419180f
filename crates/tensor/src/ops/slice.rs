//! Parts of a tensor: slices, pieces, diagonals; and the axes backwards. Each copies once.

use std::ops::Range;

use super::at::Span;
use super::view::View;
use crate::number::{Data, Float};
use crate::tensor::Tensor;

impl<T: Data> Tensor<T> {
    /// A box of the tensor: one range per axis; missing trailing ranges mean the whole axis. [`at`](Self::at) takes steps, negative
    /// bounds and single places too.
    ///
    /// # Panics
    /// At the caller's line, when a range leaves its axis or there are more ranges than axes.
    #[track_caller]
    pub fn slice(&self, ranges: &[Range<usize>]) -> Self {
        self.read(&View::of("slice", self.shape()).slice(ranges))
    }

    /// A range along one axis, also [with a step](crate::By::by); negative axes and bounds count from the back.
    ///
    /// ```
    /// use rappel_tensor::{By, Tensor};
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.slice_axis(1, 1..).data(), [2.0, 3.0, 5.0, 6.0]);
    /// assert_eq!(x.slice_axis(-1, (..).by(-2)).data(), [3.0, 1.0, 6.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, the range leaves it or ends before it starts, or the step is 0.
    #[track_caller]
    pub fn slice_axis(&self, axis: isize, range: impl Into<Span>) -> Self {
        self.read(&View::of("slice_axis", self.shape()).narrow(axis, range))
    }

    /// Pieces of an axis of the given sizes, one after the other.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let parts = Tensor::from([1.0_f32, 2.0, 3.0]).split(&[1, 2], 0);
    /// assert_eq!(parts[1].data(), [2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the sizes do not add up to its size.
    #[track_caller]
    pub fn split(&self, sizes: &[usize], axis: isize) -> Vec<Self> {
        self.read_all(&View::split(self.shape(), sizes, axis))
    }

    /// At most `n` pieces of an axis, all of one size but for a shorter last one, as `torch.chunk` cuts them. Of an axis of size 0 there
    /// is one, empty.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or `n` is 0.
    #[track_caller]
    pub fn chunk(&self, n: usize, axis: isize) -> Vec<Self> {
        self.read_all(&View::chunk(self.shape(), n, axis))
    }

    /// Each place along an axis, which goes.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[track_caller]
    pub fn unbind(&self, axis: isize) -> Vec<Self> {
        self.read_all(&View::unbind(self.shape(), axis))
    }

    fn read_all(&self, views: &[View]) -> Vec<Self> {
        views.iter().map(|view| self.read(view)).collect()
    }

    /// The given axes backwards.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.flip(&[0]).data(), [3.0, 4.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or it is named twice.
    #[track_caller]
    pub fn flip(&self, axes: &[isize]) -> Self {
        self.read(&View::of("flip", self.shape()).flip(axes))
    }

    /// The diagonal of the matrices in two axes, as the last axis of the result; `offset` counts from the main one to the right. Of a
    /// diagonal outside the matrix there are no values.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.diagonal(0, 0, 1).data(), [1.0, 5.0]);
    /// assert_eq!(x.diagonal(1, 0, 1).data(), [2.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are no such two axes.
    #[track_caller]
    pub fn diagonal(&self, offset: isize, axis1: isize, axis2: isize) -> Self {
        self.read(&View::of("diagonal", self.shape()).diagonal(offset, axis1, axis2))
    }
}

impl<T: Float> Tensor<T> {
    /// Square matrices, in two new last axes, with the last axis of `self` on a diagonal and zeros elsewhere; `offset` counts from the
    /// main diagonal to the right.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0]).diag_embed(0).data(), [1.0, 0.0, 0.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, for a scalar, or when the result has more values than can be counted.
    #[doc(alias = "diag")]
    #[track_caller]
    pub fn diag_embed(&self, offset: isize) -> Self {
        self.embed_at(&View::diag_embed(self.shape(), offset), T::ZERO)
    }

    /// Zeros of the given shape with `self` at the box that starts at `start`: the adjoint of [`slice`](Self::slice).
    ///
    /// # Panics
    /// At the caller's line, when it does not fit.
    #[track_caller]
    pub fn embed(&self, shape: &[usize], start: &[usize]) -> Self {
        self.embed_at(&View::of("embed", shape).window(start, self.shape()), T::ZERO)
    }

    /// Adds a smaller tensor to the box of `self` that starts at `start`.
    ///
    /// # Panics
    /// At the caller's line, when it does not fit.
    #[track_caller]
    pub fn add_embedded(&mut self, part: &Self, start: &[usize]) {
        let view = View::of("embed", self.shape()).window(start, part.shape());
        self.add_embedded_at(part, &view);
    }
}
