//! Reductions of the middle of `[outer, middle, inner]`; any set of axes is a sequence of these.

use rappel_elem::Elem;

use crate::kernels::lanes;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// What is reduced by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// The sum; 0 for nothing.
    Sum,
    /// The product; 1 for nothing.
    Prod,
    /// The largest value; NaN if any is NaN; `-inf` for nothing.
    Max,
    /// The smallest value; NaN if any is NaN; `inf` for nothing.
    Min,
}

/// Reduces `x` of shape `[outer, middle, inner]` to `out` of shape `[outer, inner]`.
pub(crate) fn reduce<T: Float>(fold: Fold, x: &[T], middle: usize, inner: usize, out: &mut [T]) {
    match fold {
        Fold::Sum => dispatch(Sum { x, middle, inner, out, add: false }),
        Fold::Prod => dispatch(Join { x, middle, inner, out, start: T::ONE, join: |a: T, b: T| a * b }),
        Fold::Max => {
            dispatch(Join { x, middle, inner, out, start: T::NEG_INFINITY, join: |a: T, b: T| Elem::max(a, b) })
        }
        Fold::Min => {
            dispatch(Join { x, middle, inner, out, start: -T::NEG_INFINITY, join: |a: T, b: T| Elem::min(a, b) })
        }
    }
}

/// Adds the sums to what `out` holds.
pub(crate) fn sum_into<T: Float>(x: &[T], middle: usize, inner: usize, out: &mut [T]) {
    dispatch(Sum { x, middle, inner, out, add: true });
}

struct Sum<'a, T> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    out: &'a mut [T],
    add: bool,
}

impl<T: Float> Kernel for Sum<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Sum { x, middle, inner, out, add } = self;
        if !add {
            out.fill(T::ZERO);
        }
        if inner == 0 || middle == 0 {
            return;
        }
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                *to = *to + lanes::sum(row);
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let total = lanes::strip_sum(block, inner, (at, width), |v, _| v);
                for (to, t) in to[at..at + width].iter_mut().zip(total) {
                    *to = *to + t;
                }
            }
        }
    }
}

/// A reduction by an operation that may be done in any order.
struct Join<'a, T, F> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    out: &'a mut [T],
    start: T,
    join: F,
}

impl<T: Float, F: Fn(T, T) -> T + Copy> Kernel for Join<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Join { x, middle, inner, out, start, join } = self;
        if inner == 0 || middle == 0 {
            out.fill(start);
            return;
        }
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                *to = lanes::fold(row, start, |v| v, join);
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let all = lanes::strip(block, inner, (at, width), start, move |a, v, _| join(a, v));
                to[at..at + width].copy_from_slice(&all[..width]);
            }
        }
    }
}
