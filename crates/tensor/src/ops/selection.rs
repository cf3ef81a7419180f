//! Comparisons and selection. A mask is a tensor of 0 and 1 of the same number type.

use crate::kernels::selection;
use crate::number::Float;
use crate::shape::{broadcast_or_panic, resolve_axes};
use crate::tensor::Tensor;

pub use crate::kernels::selection::Comparison;

impl<T: Float> Tensor<T> {
    /// A mask of where the comparison holds, under broadcasting.
    #[track_caller]
    pub fn compare(&self, by: Comparison, other: &Self) -> Self {
        let shape = broadcast_or_panic(by.name(), self.shape(), other.shape());
        let (a, b) = (self.expand(&shape), other.expand(&shape));
        Self::make(super::place(self, other), shape, |to| selection::compare(by, a.data(), b.data(), to))
    }

    /// Where `self` is not 0 the value of `a`, elsewhere that of `b`, under broadcasting: selects, so a NaN in the branch not
    /// taken does not show.
    #[track_caller]
    pub fn where_cond(&self, a: &Self, b: &Self) -> Self {
        let shape = broadcast_or_panic("where_cond", a.shape(), b.shape());
        let shape = broadcast_or_panic("where_cond", self.shape(), &shape);
        let (m, x, y) = (self.expand(&shape), a.expand(&shape), b.expand(&shape));
        let workspace = super::place(a, b).or_else(|| self.workspace());
        Self::make(workspace, shape, |to| selection::choose(m.data(), x.data(), y.data(), to))
    }

    /// The share of each value in its maximum (or minimum) over axes, where `top` holds those with the axes kept: 1/c for the c
    /// values that equal it, else 0. NaN counts as equal to NaN.
    #[track_caller]
    pub fn tie_weights(&self, top: &Self, axes: &[usize]) -> Self {
        let top = top.expand(self.shape());
        let hits = Self::make(self.workspace(), self.shape().into(), |to| selection::same(self.data(), top.data(), to));
        let signed: smallvec::SmallVec<[isize; 4]> = axes.iter().map(|&k| k as isize).collect();
        debug_assert_eq!(resolve_axes("max", &signed, self.rank())[..], *axes);
        let ties = hits.sum_axes(&signed, true);
        hits / &ties
    }
}
