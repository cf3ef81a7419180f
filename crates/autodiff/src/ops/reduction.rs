//! Reductions over any axes. Negative axes count from the back.

use rappel_tensor::shape::{resolve_axes, resolve_axis};
use rappel_tensor::{Float, Reduction};

use crate::array::Axes;
use crate::op::Op;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The sum of all values, a scalar.
    #[track_caller]
    pub fn sum(self) -> Self {
        self.reduce_all(Reduction::Sum)
    }

    /// The mean of all values, a scalar; NaN when there are none.
    #[track_caller]
    pub fn mean(self) -> Self {
        self.reduce_all(Reduction::Mean)
    }

    /// The largest of all values, a scalar; NaN if any is NaN, and equals share the gradient evenly.
    #[track_caller]
    pub fn max(self) -> Self {
        self.reduce_all(Reduction::Max)
    }

    /// The smallest of all values, a scalar; see [`max`](Self::max).
    #[track_caller]
    pub fn min(self) -> Self {
        -(-self).max()
    }

    /// The sum over axes, which stay with size 1 when `keep`.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::ones(&[2, 3]));
    /// assert_eq!(x.sum_axes(&[-1], false).value().data(), [3.0, 3.0]);
    /// assert_eq!(x.sum_axes(&[0], true).shape()[..], [1, 3]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when an axis does not exist or is named twice.
    #[track_caller]
    pub fn sum_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Sum, axes, keep)
    }

    /// The mean over axes; NaN when there are no values along them.
    #[track_caller]
    pub fn mean_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Mean, axes, keep)
    }

    /// The largest over axes; NaN propagates, equals share the gradient evenly. There must be values along the axes.
    #[track_caller]
    pub fn max_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Max, axes, keep)
    }

    /// The smallest over axes; see [`max_axes`](Self::max_axes).
    #[track_caller]
    pub fn min_axes(self, axes: &[isize], keep: bool) -> Self {
        -(-self).max_axes(axes, keep)
    }

    /// `log sum exp` along an axis, computed from the maximum so that nothing overflows; `-inf` for a row of `-inf`, which passes
    /// no gradient.
    #[track_caller]
    pub fn logsumexp(self, axis: isize, keep: bool) -> Self {
        let axis = resolve_axis("logsumexp", axis, self.rank());
        self.apply1(Op::LogSumExp(axis, keep))
    }

    #[track_caller]
    fn reduce(self, by: Reduction, axes: &[isize], keep: bool) -> Self {
        let axes = resolve_axes(by.name(), axes, self.rank());
        self.apply1(Op::Reduce(by, axes, keep))
    }

    #[track_caller]
    fn reduce_all(self, by: Reduction) -> Self {
        let axes: Axes = (0..self.rank()).collect();
        self.apply1(Op::Reduce(by, axes, false))
    }
}
