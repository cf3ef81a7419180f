//! Normalisation, fused: statistics, scaling and the affine map in one kernel, and the cotangents.
//!
//! An array is seen as `[outer, groups, width, inner]`; a weight has a value for each of `groups x width`. The statistics are those
//! of a row ([`rows`]: of each group of each outer index, which is contiguous) or those of a channel ([`channels`]: of each group,
//! over all outer indices; the width is 1). Variances are formed from the values less their mean, in a second pass: squares of
//! values far from 0 would cancel.

pub(crate) mod channels;
pub(crate) mod rows;

use rappel_elem::Elem;

use crate::kernels::lanes::LANES;
use crate::number::Float;

/// How an array is seen, and how it is normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) outer: usize,
    pub(crate) groups: usize,
    pub(crate) width: usize,
    pub(crate) inner: usize,
    /// Whether the mean is taken out first.
    pub(crate) centred: bool,
    pub(crate) eps: f64,
}

/// Mean, variance and `1 / sqrt(variance + eps)` of each row or channel.
#[derive(Clone, Copy)]
struct Stats<'a, T> {
    mean: &'a [T],
    inverse: &'a [T],
}

impl<'a, T> Stats<'a, T> {
    fn of(stats: &'a [T]) -> Self {
        let k = stats.len() / 3;
        Stats { mean: &stats[..k], inverse: &stats[2 * k..] }
    }
}

/// Mean, variance and inverse of statistics that are to be written.
fn split<T>(stats: &mut [T]) -> (&mut [T], &mut [T], &mut [T]) {
    let k = stats.len() / 3;
    let (mean, rest) = stats.split_at_mut(k);
    let (var, inverse) = rest.split_at_mut(k);
    (mean, var, inverse)
}

#[inline(always)]
fn inverse<T: Float>(var: T, eps: f64) -> T {
    T::ONE / Elem::sqrt(var + T::of(eps))
}

/// Rows summed one after the other before they are added to a total: bounds the error of long columns.
const ROWS: usize = 256;

/// Sums over `outer` rows for each of `width` columns, K sums at once, in strips that fit in registers.
///
/// `each(row, start, width, sums)` adds what a row has to the columns of a strip, `done(start, width, totals)` takes the result.
#[inline(always)]
fn columns<T: Float, const K: usize>(
    outer: usize,
    width: usize,
    each: impl Fn(usize, usize, usize, &mut [[T; LANES]; K]),
    mut done: impl FnMut(usize, usize, &[[T; LANES]; K]),
) {
    for start in (0..width).step_by(LANES) {
        let wide = (width - start).min(LANES);
        let mut totals = [[T::ZERO; LANES]; K];
        for block in (0..outer).step_by(ROWS) {
            let mut part = [[T::ZERO; LANES]; K];
            let rows = block..(block + ROWS).min(outer);
            if wide == LANES {
                // The width is a constant here, which makes the loops over a strip vector code.
                rows.for_each(|row| each(row, start, LANES, &mut part));
            } else {
                rows.for_each(|row| each(row, start, wide, &mut part));
            }
            for (totals, part) in totals.iter_mut().zip(&part) {
                for (t, p) in totals.iter_mut().zip(part) {
                    *t = *t + *p;
                }
            }
        }
        done(start, wide, &totals);
    }
}
