//! Upsampling to the nearest value.

use super::conv::PerAxis;
use super::pool::PoolShape;
use crate::number::Float;
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// Repeats each value along the last two axes so many times, as `torch.nn.Upsample` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0]]);
    /// assert_eq!(x.upsample_nearest2d([1, 2]).data(), [1.0, 1.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, no values along one of them, or more values than can be counted come out.
    #[track_caller]
    pub fn upsample_nearest2d(&self, scale: impl PerAxis<2>) -> Self {
        PoolShape::scaled("upsample_nearest2d", self.shape(), scale.per_axis()).spread(self)
    }

    /// Repeats each value along the last axis so many times; see [`upsample_nearest2d`](Self::upsample_nearest2d).
    #[track_caller]
    pub fn upsample_nearest1d(&self, scale: usize) -> Self {
        PoolShape::scaled("upsample_nearest1d", self.shape(), [scale]).spread(self)
    }

    /// Resizes the last two axes: of n values, place i of m shows value `i n / m`, rounded down, as
    /// `torch.nn.functional.interpolate(mode="nearest")` does.
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, no values along one of them, or more values than can be counted come out.
    #[track_caller]
    pub fn interpolate_nearest2d(&self, size: impl PerAxis<2>) -> Self {
        PoolShape::nearest("interpolate_nearest2d", self.shape(), size.per_axis()).spread(self)
    }

    /// Resizes the last axis; see [`interpolate_nearest2d`](Self::interpolate_nearest2d).
    #[track_caller]
    pub fn interpolate_nearest1d(&self, size: usize) -> Self {
        PoolShape::nearest("interpolate_nearest1d", self.shape(), [size]).spread(self)
    }
}
