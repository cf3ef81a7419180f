//! Where the largest and the smallest value is.

use rappel_elem::Elem;

use crate::kernels::lanes::{self, LANES};
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// The index of the largest (or smallest) value along the middle of `[outer, middle, inner]`: the first of equals, and the
/// first NaN if there is one.
pub(crate) fn index_of<T: Float>(largest: bool, x: &[T], middle: usize, inner: usize, out: &mut [u32]) {
    if largest {
        let (join, beats) = (|a: T, b: T| Elem::max(a, b), |a: T, b: T| a > b);
        dispatch(Find { x, middle, inner, out, start: T::NEG_INFINITY, join, beats });
    } else {
        let (join, beats) = (|a: T, b: T| Elem::min(a, b), |a: T, b: T| a < b);
        dispatch(Find { x, middle, inner, out, start: -T::NEG_INFINITY, join, beats });
    }
}

struct Find<'a, T, J, B> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    out: &'a mut [u32],
    start: T,
    join: J,
    beats: B,
}

#[inline(always)]
fn is_nan<T: Float>(x: T) -> bool {
    x.partial_cmp(&x).is_none()
}

/// The index of the first value that is the given one, NaN being NaN.
#[inline(always)]
fn first<T: Float>(row: &[T], wanted: T) -> u32 {
    let nan = is_nan(wanted);
    let mut at = 0;
    // Sixteen at a time, which is one comparison of vectors; then one by one where there was a hit.
    for chunk in row.chunks_exact(LANES) {
        let mut hit = false;
        for v in chunk {
            hit |= *v == wanted || nan && is_nan(*v);
        }
        if hit {
            break;
        }
        at += LANES;
    }
    while at + 1 < row.len() && !(row[at] == wanted || nan && is_nan(row[at])) {
        at += 1;
    }
    at as u32
}

impl<T: Float, J: Fn(T, T) -> T + Copy, B: Fn(T, T) -> bool> Kernel for Find<'_, T, J, B> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Find { x, middle, inner, out, start, join, beats } = self;
        if middle == 0 || inner == 0 {
            return;
        }
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                *to = first(row, lanes::fold(row, start, |v| v, join));
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let mut best = [T::ZERO; LANES];
                best[..width].copy_from_slice(&block[at..at + width]);
                let mut place = [0_u32; LANES];
                for (i, row) in block.chunks_exact(inner).enumerate() {
                    let row = &row[at..at + width];
                    for ((v, best), place) in row.iter().zip(&mut best).zip(&mut place) {
                        let takes = beats(*v, *best) || is_nan(*v) && !is_nan(*best);
                        *best = if takes { *v } else { *best };
                        *place = if takes { i as u32 } else { *place };
                    }
                }
                to[at..at + width].copy_from_slice(&place[..width]);
            }
        }
    }
}
