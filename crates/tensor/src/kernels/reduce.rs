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
    /// The largest value; NaN if any is NaN; `-inf` for nothing.
    Max,
}

/// Reduces `x` of shape `[outer, middle, inner]` to `out` of shape `[outer, inner]`.
pub(crate) fn reduce<T: Float>(fold: Fold, x: &[T], middle: usize, inner: usize, out: &mut [T]) {
    match fold {
        Fold::Sum => dispatch(Sum { x, middle, inner, out, add: false }),
        Fold::Max => dispatch(Max { x, middle, inner, out }),
    }
}

/// Adds the sums to what `out` holds.
pub(crate) fn sum_into<T: Float>(x: &[T], middle: usize, inner: usize, out: &mut [T]) {
    dispatch(Sum { x, middle, inner, out, add: true });
}

/// Rows summed one after the other into a column sum before it is added to the total: bounds the error of long columns.
const ROWS: usize = 256;

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
            // Columns go in strips that fit in registers; within a strip, rows in blocks.
            let mut start = 0;
            while start < inner {
                let width = (inner - start).min(lanes::LANES);
                let to = &mut to[start..start + width];
                let mut total = [T::ZERO; lanes::LANES];
                for rows in block.chunks(ROWS * inner) {
                    let mut part = [T::ZERO; lanes::LANES];
                    if width == lanes::LANES {
                        for row in rows.chunks_exact(inner) {
                            let row = &row[start..start + lanes::LANES];
                            for i in 0..lanes::LANES {
                                part[i] = part[i] + row[i];
                            }
                        }
                    } else {
                        for row in rows.chunks_exact(inner) {
                            for (p, v) in part.iter_mut().zip(&row[start..start + width]) {
                                *p = *p + *v;
                            }
                        }
                    }
                    for i in 0..lanes::LANES {
                        total[i] = total[i] + part[i];
                    }
                }
                for (to, t) in to.iter_mut().zip(total) {
                    *to = *to + t;
                }
                start += width;
            }
        }
    }
}

struct Max<'a, T> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    out: &'a mut [T],
}

impl<T: Float> Kernel for Max<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Max { x, middle, inner, out } = self;
        out.fill(T::NEG_INFINITY);
        if inner == 0 || middle == 0 {
            return;
        }
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                *to = lanes::fold(row, T::NEG_INFINITY, |v| v, |a, b| Elem::max(a, b));
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for row in block.chunks_exact(inner) {
                for (to, v) in to.iter_mut().zip(row) {
                    *to = Elem::max(*to, *v);
                }
            }
        }
    }
}
