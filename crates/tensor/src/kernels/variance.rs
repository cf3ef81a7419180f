//! The variance, in two passes: the mean first, then the squares of what is left.

use crate::kernels::lanes;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// The sum of squared deviations from the mean over `divisor`, along the middle of `[outer, middle, inner]`.
///
/// Deviations are first taken from the first value, which is exact near it: equal values have a variance of exactly 0, however
/// their mean would be rounded.
pub(crate) fn variance<T: Float>(x: &[T], middle: usize, inner: usize, divisor: T, out: &mut [T]) {
    dispatch(Variance { x, middle, inner, divisor, out });
}

struct Variance<'a, T> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    divisor: T,
    out: &'a mut [T],
}

impl<T: Float> Kernel for Variance<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Variance { x, middle, inner, divisor, out } = self;
        if middle == 0 || inner == 0 {
            out.fill(T::of(f64::NAN));
            return;
        }
        let n = T::of(middle as f64);
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                let first = row[0];
                let mean = lanes::sum_of(row, |v| v - first) / n;
                let squares = lanes::sum_of(row, |v| square(v - first - mean));
                *to = squares / divisor;
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let mut first = [T::ZERO; lanes::LANES];
                first[..width].copy_from_slice(&block[at..at + width]);
                let mean = lanes::strip_sum(block, inner, (at, width), |v, i| v - first[i]).map(|sum| sum / n);
                let squares = lanes::strip_sum(block, inner, (at, width), |v, i| square(v - first[i] - mean[i]));
                for (to, squares) in to[at..at + width].iter_mut().zip(squares) {
                    *to = squares / divisor;
                }
            }
        }
    }
}

#[inline(always)]
fn square<T: Float>(x: T) -> T {
    x * x
}
