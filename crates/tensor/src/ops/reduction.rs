//! Reductions over any axes.

use super::place;
use crate::kernels::product;
use crate::kernels::reduce::{self, Fold};
use crate::number::Float;
use crate::shape::{Run, Shape, count, count_or_panic, reduced, resolve_axes};
use crate::tensor::Tensor;

/// What the values along the reduced axes become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their sum; 0 for none.
    Sum,
    /// Their mean; NaN for none.
    Mean,
    /// Their product; 1 for none.
    Prod,
    /// The largest; NaN if any is NaN. There must be at least one.
    Max,
    /// The smallest; NaN if any is NaN. There must be at least one.
    Min,
}

impl Reduction {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Reduction::Sum => "sum",
            Reduction::Mean => "mean",
            Reduction::Prod => "prod",
            Reduction::Max => "max",
            Reduction::Min => "min",
        }
    }

    /// What does not exist of no values.
    fn missing(self) -> Option<&'static str> {
        match self {
            Reduction::Sum | Reduction::Mean | Reduction::Prod => None,
            Reduction::Max => Some("largest"),
            Reduction::Min => Some("smallest"),
        }
    }
}

impl<T: Float> Tensor<T> {
    /// Reduces over axes (sorted, from the front); they stay with size 1 when `keep`, else they go.
    ///
    /// # Panics
    /// At the caller's line, for `Max` and `Min` over no values.
    #[track_caller]
    pub fn reduce(&self, by: Reduction, axes: &[usize], keep: bool) -> Self {
        let fold = match by {
            Reduction::Sum | Reduction::Mean => Fold::Sum,
            Reduction::Prod => Fold::Prod,
            Reduction::Max => Fold::Max,
            Reduction::Min => Fold::Min,
        };
        let n: usize = axes.iter().map(|&k| self.shape()[k]).product();
        let shape = reduced(self.shape(), axes, keep);
        if let Some(missing) = by.missing() {
            assert!(
                n > 0 || count(&shape) == 0,
                "{}: shape {:?} has no values along axes {axes:?}, and nothing has no {missing}",
                by.name(),
                self.shape()
            );
        }
        count_or_panic(by.name(), &shape);
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
        if self.is_empty() {
            // At once: with some of the axes gone there may be more values than can be counted.
            axes.iter().for_each(|&k| shape[k] = 1);
            return Self::make(self.workspace(), shape, |to| reduce::reduce(fold, &[], 0, to.len(), to));
        }
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

    /// The product over axes; 1 where there are no values along them.
    #[track_caller]
    pub fn prod_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Prod, &resolve_axes("prod", axes, self.rank()), keep)
    }

    /// The largest value over axes; NaN propagates.
    #[track_caller]
    pub fn max_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Max, &resolve_axes("max", axes, self.rank()), keep)
    }

    /// The smallest value over axes; NaN propagates.
    #[track_caller]
    pub fn min_axes(&self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Min, &resolve_axes("min", axes, self.rank()), keep)
    }

    /// The sum of all values, as a scalar tensor.
    pub fn sum(&self) -> Self {
        self.reduce(Reduction::Sum, &all(self.rank()), false)
    }

    /// The mean of all values, as a scalar tensor; NaN when there are none.
    pub fn mean(&self) -> Self {
        self.reduce(Reduction::Mean, &all(self.rank()), false)
    }

    /// The product of all values, as a scalar tensor; 1 when there are none.
    pub fn prod(&self) -> Self {
        self.reduce(Reduction::Prod, &all(self.rank()), false)
    }

    /// The largest of all values, as a scalar tensor.
    #[track_caller]
    pub fn max(&self) -> Self {
        self.reduce(Reduction::Max, &all(self.rank()), false)
    }

    /// The smallest of all values, as a scalar tensor.
    #[track_caller]
    pub fn min(&self) -> Self {
        self.reduce(Reduction::Min, &all(self.rank()), false)
    }

    /// The cotangent of the input of a product over axes: `g` times all other values, by products of those before and those
    /// after, so that zeros are exact. g holds one value per product.
    pub fn prod_chain(g: &Self, x: &Self, axes: &[usize]) -> Self {
        let run = Run::new(x.shape(), axes);
        let [_, middle, inner] = run.dims;
        let from = x.together(&run);
        Self::make(place(g, x), from.shape().into(), |to| product::backward(to, g.data(), from.data(), middle, inner))
            .apart(&run)
    }

    /// The axes of a run brought together.
    pub(super) fn together(&self, run: &Run) -> Self {
        match run.order() {
            Some(order) => self.permute(&signed(order)),
            None => self.clone(),
        }
    }

    /// Undoes [`together`](Self::together).
    pub(super) fn apart(self, run: &Run) -> Self {
        match run.back() {
            Some((order, _)) => self.permute(&signed(order)),
            None => self,
        }
    }

    /// A reduction over axes (sorted, from the front) by a kernel over `[outer, middle, inner]`:
    /// `kernel(values, middle, inner, results)`.
    #[track_caller]
    pub(super) fn reduce_run(
        &self,
        op: &str,
        axes: &[usize],
        keep: bool,
        kernel: impl FnOnce(&[T], usize, usize, &mut [T]),
    ) -> Self {
        let shape = reduced(self.shape(), axes, keep);
        count_or_panic(op, &shape);
        let run = Run::new(self.shape(), axes);
        let [_, middle, inner] = run.dims;
        let from = self.together(&run);
        Self::make(self.workspace(), shape, |to| kernel(from.data(), middle, inner, to))
    }
}

/// Axes counted from the front, as the methods take them.
pub(super) fn signed(axes: &[usize]) -> smallvec::SmallVec<[isize; 4]> {
    axes.iter().map(|&k| k as isize).collect()
}

/// Every axis of a rank.
pub(super) fn all(rank: usize) -> smallvec::SmallVec<[usize; 4]> {
    (0..rank).collect()
}
