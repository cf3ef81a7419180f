//! Pooling over the last one or two axes; all axes in front are batches and channels.

mod options;
mod shape;

use super::conv::PerAxis;
use crate::number::Float;
use crate::tensor::Tensor;
pub use options::Pool;
pub use shape::PoolShape;

impl<T: Float> Tensor<T> {
    /// The largest value in each window of the last two axes. NaN propagates. Padding is never the largest; a window without any value,
    /// which dilation can make, gives `-inf`.
    ///
    /// ```
    /// use rappel_tensor::{Pool, Tensor};
    /// let x = Tensor::from([[1.0_f32, 2.0, 5.0, 0.0], [4.0, 3.0, 1.0, 6.0]]);
    /// assert_eq!(x.max_pool2d(Pool::new(2)).data(), [4.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line: when there are fewer axes, or no values along one of them; when kernel, stride or dilation is 0; when a window
    /// is larger than the padded input; when the padding is more than half of a window.
    #[track_caller]
    pub fn max_pool2d(&self, options: Pool<2>) -> Self {
        PoolShape::new("max_pool2d", self.shape(), &options).pick(self, self, T::NEG_INFINITY)
    }

    /// The largest value in each window of the last axis; see [`max_pool2d`](Self::max_pool2d).
    #[track_caller]
    pub fn max_pool1d(&self, options: Pool<1>) -> Self {
        PoolShape::new("max_pool1d", self.shape(), &options).pick(self, self, T::NEG_INFINITY)
    }

    /// The mean of each window of the last two axes. Padding counts as zeros unless [`Pool::count_include_pad`] says otherwise.
    ///
    /// # Panics
    /// At the caller's line: as [`max_pool2d`](Self::max_pool2d) does, and when there is a dilation.
    #[track_caller]
    pub fn avg_pool2d(&self, options: Pool<2>) -> Self {
        PoolShape::averages("avg_pool2d", self.shape(), &options).average(self)
    }

    /// The mean of each window of the last axis; see [`avg_pool2d`](Self::avg_pool2d).
    #[track_caller]
    pub fn avg_pool1d(&self, options: Pool<1>) -> Self {
        PoolShape::averages("avg_pool1d", self.shape(), &options).average(self)
    }

    /// The mean of each of so many windows of the last two axes: of n values, window i of m is from `i n / m`, rounded down, to
    /// `(i + 1) n / m`, rounded up, as in PyTorch.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [3.0, 4.0, 5.0]]);
    /// assert_eq!(x.adaptive_avg_pool2d([1, 2]).data(), [2.5, 3.5]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, or no values along one of them.
    #[track_caller]
    pub fn adaptive_avg_pool2d(&self, size: impl PerAxis<2>) -> Self {
        PoolShape::adaptive("adaptive_avg_pool2d", self.shape(), size.per_axis()).average(self)
    }

    /// The mean of each of so many windows of the last axis; see [`adaptive_avg_pool2d`](Self::adaptive_avg_pool2d).
    #[track_caller]
    pub fn adaptive_avg_pool1d(&self, size: usize) -> Self {
        PoolShape::adaptive("adaptive_avg_pool1d", self.shape(), [size]).average(self)
    }

    /// The largest value in each of so many windows of the last two axes; windows as for
    /// [`adaptive_avg_pool2d`](Self::adaptive_avg_pool2d).
    #[track_caller]
    pub fn adaptive_max_pool2d(&self, size: impl PerAxis<2>) -> Self {
        PoolShape::adaptive("adaptive_max_pool2d", self.shape(), size.per_axis()).pick(self, self, T::NEG_INFINITY)
    }

    /// The largest value in each of so many windows of the last axis; see [`adaptive_max_pool2d`](Self::adaptive_max_pool2d).
    #[track_caller]
    pub fn adaptive_max_pool1d(&self, size: usize) -> Self {
        PoolShape::adaptive("adaptive_max_pool1d", self.shape(), [size]).pick(self, self, T::NEG_INFINITY)
    }
}
