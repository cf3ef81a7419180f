//! Variances and standard deviations.

use super::reduction::all;
use crate::kernels::variance;
use crate::number::Float;
use crate::shape::resolve_axes;
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// The variance over axes: the sum of squared deviations from the mean, over `n - correction`. NaN unless `correction` is below
    /// the number n of values.
    ///
    /// A correction of 1 estimates the variance of what the values were drawn from, 0 gives that of the values themselves. Taken in two
    /// passes, so nothing cancels; equal values give exactly 0.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [5.0, 5.0, 5.0]]);
    /// assert_eq!(x.var_axes(&[1], 1.0, false).data(), [1.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when an axis does not exist or is named twice.
    #[track_caller]
    pub fn var_axes(&self, axes: &[isize], correction: f64, keep: bool) -> Self {
        self.variance(&resolve_axes("var", axes, self.rank()), correction, keep)
    }

    /// The variance of all values with a correction of 1; see [`var_axes`](Self::var_axes).
    pub fn var(&self) -> Self {
        self.variance(&all(self.rank()), 1.0, false)
    }

    /// The root of the variance over axes; see [`var_axes`](Self::var_axes).
    #[track_caller]
    pub fn std_axes(&self, axes: &[isize], correction: f64, keep: bool) -> Self {
        self.variance(&resolve_axes("std", axes, self.rank()), correction, keep).sqrt()
    }

    /// The root of the variance of all values with a correction of 1.
    pub fn std(&self) -> Self {
        self.var().sqrt()
    }

    /// [`var_axes`](Self::var_axes) over axes that are sorted and counted from the front.
    #[track_caller]
    pub fn variance(&self, axes: &[usize], correction: f64, keep: bool) -> Self {
        let n: usize = axes.iter().map(|&k| self.shape()[k]).product();
        let divisor = T::of(degrees_of_freedom(n, correction));
        self.reduce_run("var", axes, keep, |x, middle, inner, to| variance::variance(x, middle, inner, divisor, to))
    }
}

/// `n - correction`, what a variance divides by; NaN unless it is above 0.
pub fn degrees_of_freedom(n: usize, correction: f64) -> f64 {
    let rest = n as f64 - correction;
    if rest > 0.0 { rest } else { f64::NAN }
}
