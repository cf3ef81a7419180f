//! Upsampling to the nearest value: the adjoint of sums over windows.

use rappel_tensor::{Float, PerAxis, PoolShape};

use super::AvgUnpool;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// Repeats each value along the last two axes so many times, as `torch.nn.Upsample` does. See [`Tensor::upsample_nearest2d`].
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, no values along one of them, or more values than can be counted come out.
    ///
    /// [`Tensor::upsample_nearest2d`]: rappel_tensor::Tensor::upsample_nearest2d
    #[track_caller]
    pub fn upsample_nearest2d(self, scale: impl PerAxis<2>) -> Self {
        self.apply1(AvgUnpool(PoolShape::scaled("upsample_nearest2d", &self.shape(), scale.per_axis())))
    }

    /// Repeats each value along the last axis so many times; see [`upsample_nearest2d`](Self::upsample_nearest2d).
    #[track_caller]
    pub fn upsample_nearest1d(self, scale: usize) -> Self {
        self.apply1(AvgUnpool(PoolShape::scaled("upsample_nearest1d", &self.shape(), [scale])))
    }

    /// Resizes the last two axes: of n values, place i of m shows value `i n / m`, rounded down.
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, no values along one of them, or more values than can be counted come out.
    #[track_caller]
    pub fn interpolate_nearest2d(self, size: impl PerAxis<2>) -> Self {
        self.apply1(AvgUnpool(PoolShape::nearest("interpolate_nearest2d", &self.shape(), size.per_axis())))
    }

    /// Resizes the last axis; see [`interpolate_nearest2d`](Self::interpolate_nearest2d).
    #[track_caller]
    pub fn interpolate_nearest1d(self, size: usize) -> Self {
        self.apply1(AvgUnpool(PoolShape::nearest("interpolate_nearest1d", &self.shape(), [size])))
    }
}
