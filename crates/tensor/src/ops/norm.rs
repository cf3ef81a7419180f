//! Norms.

use super::reduction::all;
use crate::kernels::norm;
use crate::number::Float;
use crate::shape::resolve_axes;
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// The norm of order p over axes: `(sum |x|^p)^(1/p)`, and the largest magnitude for `p = inf`. 0 where there are no values.
    ///
    /// Nothing overflows or vanishes on the way: sums out of range are scaled by the largest magnitude.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[3.0_f32, -4.0], [3e30, 4e30]]);
    /// assert_eq!(x.norm_axes(2.0, &[1], false).data(), [5.0, 5e30]);
    /// assert_eq!(x.norm_axes(1.0, &[1], false).data()[0], 7.0);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless `p > 0`, and when an axis does not exist or is named twice.
    #[track_caller]
    pub fn norm_axes(&self, p: f64, axes: &[isize], keep: bool) -> Self {
        check_norm_order(p);
        self.norm_over(p, &resolve_axes("norm", axes, self.rank()), keep)
    }

    /// The Euclidean norm of all values.
    pub fn norm(&self) -> Self {
        self.norm_over(2.0, &all(self.rank()), false)
    }

    /// [`norm_axes`](Self::norm_axes) over axes that are sorted and counted from the front.
    #[track_caller]
    pub fn norm_over(&self, p: f64, axes: &[usize], keep: bool) -> Self {
        self.reduce_run("norm", axes, keep, |x, middle, inner, to| norm::norm(x, p, middle, inner, to))
    }
}

/// Panics at the caller's line unless there is a norm of order p.
#[track_caller]
pub fn check_norm_order(p: f64) {
    assert!(p > 0.0, "norm: the order must be above 0, not {p} (to count what is not 0, sum `x.ne(0.0)`)");
}
