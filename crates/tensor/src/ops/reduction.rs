//! Reductions over any axes.

use crate::kernels::reduce::{self, Fold};
use crate::number::Float;
use crate::shape::{Shape, count, reduced, resolve_axes};
use crate::tensor::Tensor;

/// What the values along the reduced axes become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their sum; 0 for none.
    Sum,
    /// Their mean; NaN for none.
    Mean,
    /// The largest; NaN if any is NaN. There must be at least one.
    Max,
}

impl Reduction {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Reduction::Sum => "sum",
            Reduction::Mean => "mean",
            Reduction::Max => "max",
        }
    }
}

impl<T: Float> Tensor<T> {
    /// Reduces over axes (sorted, from the front); they stay with size 1 when `keep`, else they go.
    ///
    /// # Panics
    /// At the caller's line, for `Max` over no values.
    #[track_caller]
    pub fn reduce(&self, by: Reduction, axes: &[usize], keep: bool) -> Self {
        let fold = if by == Reduction::Max { Fold::Max } else { Fold::Sum };
        let n: usize = axes.iter().map(|&k| self.shape()[k]).product();
        let shape = reduced(self.shape(), axes, keep);
        assert!(
            by != Reduction::Max || n > 0 || count(&shape) == 0,
            "max: shape {:?} has no values along axes {axes:?}, and nothing has no largest",
            self.shape()
        );
        let mut out = self.fold(fold, axes).with_shape(shape);
        if by == Reduction::Mean {
            // Division, not multiplication by 1/n: the mean of equal values is that value.
            let n = T::of(n as f64);
            out.data_mut().iter_mut().for_each(|x| *x = *x / n);
        }
        out
    }

    /// Folds runs of neighbouring axes, the innermost first; axes of size 1 stay.
    fn fold(&self, fold: Fold, axes: &[usize]) -> Self {
        let mut shape: Shape = self.shape().into();
        let mut current: Option<Self> = None;
        let mut end = axes.len();
        while end > 0 {
            let mut begin = end - 1;
            while begin > 0 && axes[begin - 1] + 1 == axes[begin] {
                begin -= 1;
            }
            let (first, last) = (axes[begin], axes[end - 1]);
            let (middle, inner) = (count(&shape[first..=last]), count(&shape[last + 1..]));
            shape[first..=last].fill(1);
            let from = current.as_ref().unwrap_or(self);
            let out = Self::make(self.workspace(), shape.clone(), |to| {
                reduce::reduce(fold, from.data(), middle, inner, to);
            });
            current = Some(out);
            end = begin;
        }
        current.unwrap_or_else(|| self.clone())
    }

    /// Adds the sum of `x` over its leading axes to `self`, whose shape is the rest.
    pub fn add_leading_sum(&mut self, x: &Self) {
        debug_assert!(x.shape().ends_with(self.shape()));
        let inner = self.len();
        let middle = x.len().checked_div(inner).unwrap_or(0);
        reduce::sum_into(x.data(), middle, inner, self.data_mut());
    }

    /// The sum over axes; negative axes count from the back, no axes change nothing.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.sum_axes(&[-1], false).data(), [3.0, 7.0]);
    /// assert_eq!(x.sum_axes(&[0], true).shape(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn sum_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Sum, &resolve_axes("sum", axes, self.rank()), keep)
    }

    /// The mean over axes.
    #[track_caller]
    pub fn mean_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Mean, &resolve_axes("mean", axes, self.rank()), keep)
    }

    /// The largest value over axes; NaN propagates.
    #[track_caller]
    pub fn max_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Max, &resolve_axes("max", axes, self.rank()), keep)
    }

    /// The sum of all values, as a scalar tensor.
    pub fn sum(&self) -> Self {
        self.reduce(Reduction::Sum, &all(self.rank()), false)
    }

    /// The mean of all values, as a scalar tensor; NaN when there are none.
    pub fn mean(&self) -> Self {
        self.reduce(Reduction::Mean, &all(self.rank()), false)
    }

    /// The largest of all values, as a scalar tensor.
    #[track_caller]
    pub fn max(&self) -> Self {
        self.reduce(Reduction::Max, &all(self.rank()), false)
    }

    /// Where the largest value along the last axis is: the first of equals, the first NaN if there is one.
    ///
    /// # Panics
    /// At the caller's line, when there is no last axis or it is empty.
    #[track_caller]
    pub fn argmax(&self) -> Tensor<u32> {
        let Some(&n) = self.shape().last() else { panic!("argmax: a scalar has no axis to look along") };
        assert!(
            n > 0 || self.is_empty() && count(&self.shape()[..self.rank() - 1]) == 0,
            "argmax: the last axis is empty"
        );
        let largest = |row: &[T]| {
            let mut best = 0;
            for (i, x) in row.iter().enumerate() {
                let nan = x.partial_cmp(x).is_none();
                let best_nan = row[best].partial_cmp(&row[best]).is_none();
                if !best_nan && (nan || *x > row[best]) {
                    best = i;
                }
            }
            best as u32
        };
        Tensor::new(
            self.data().chunks_exact(n.max(1)).map(largest).collect::<Vec<_>>(),
            &self.shape()[..self.rank() - 1],
        )
    }
}

/// Every axis of a rank.
pub(super) fn all(rank: usize) -> smallvec::SmallVec<[usize; 4]> {
    (0..rank).collect()
}
