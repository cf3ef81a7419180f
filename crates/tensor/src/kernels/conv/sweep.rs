//! Sums of shifted rows: what a convolution of stride 1 is, and its adjoint.

use crate::kernels::lanes::{LANES, add_scaled};
use crate::number::Float;
use crate::simd::Kernel;

/// Sums that stay in registers.
const SUMS: usize = 6;

/// Strips of lanes that are gone over together. Rows of results hold a multiple of these.
const SET: usize = 6;

/// Terms that are added up before they go to memory; the next ones are added there.
const DEPTH: usize = 256;

/// Values behind the last plane that may be read, and whose sums nobody looks at.
pub(super) const SLACK: usize = (SET + 1) * LANES;

/// The strips that cover so many values, and the values of a row of results.
pub(super) fn strips(len: usize) -> (usize, usize) {
    let strips = len.div_ceil(LANES);
    (strips, strips.next_multiple_of(SET) * LANES)
}

/// Writes factors in the order in which [`Sweep`] reads them: for each block of rows, by channel, tap and row.
pub(super) fn pack<T: Float>(
    to: &mut [T],
    [rows, channels, taps]: [usize; 3],
    factor: impl Fn(usize, usize, usize) -> T,
) {
    let mut to = to.iter_mut();
    for top in (0..rows).step_by(SUMS) {
        for channel in 0..channels {
            for tap in 0..taps {
                for row in top..rows.min(top + SUMS) {
                    *to.next().expect("a place for each factor") = factor(row, channel, tap);
                }
            }
        }
    }
}

/// `out[row, i] = sum over channel and tap of factor[row, channel, tap] * source[channel * distance + offset[tap] + i]`.
///
/// Each sum is formed in the order of channels and taps, the same at every SIMD level.
pub(super) struct Sweep<'a, T> {
    /// The planes of the channels, from where the first value of the first sum is.
    pub(super) source: &'a [T],
    /// The distance between channels.
    pub(super) distance: usize,
    pub(super) channels: usize,
    /// Where the taps look.
    pub(super) offsets: &'a [usize],
    /// Factors from [`pack`].
    pub(super) packed: &'a [T],
    pub(super) rows: usize,
    pub(super) out: &'a mut [T],
    /// The distance between rows of `out`.
    pub(super) width: usize,
    pub(super) strips: usize,
}

impl<T: Float> Kernel for Sweep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Sweep { source, distance, channels, offsets, packed, rows, out, width, strips } = self;
        let taps = offsets.len();
        let depth = (DEPTH / taps).max(1);
        for top in (0..channels).step_by(depth) {
            let deep = depth.min(channels - top);
            for set in (0..strips).step_by(SET) {
                let live = SET.min(strips - set);
                for row in (0..rows).step_by(SUMS) {
                    let high = SUMS.min(rows - row);
                    let factors = &packed[(row * channels + high * top) * taps..][..high * deep * taps];
                    let part = Part { source: &source[top * distance + set * LANES..], distance, offsets, factors };
                    let to = &mut out[row * width + set * LANES..];
                    match high {
                        1 => part.each::<1, 6>(to, width, live, top > 0),
                        2 => part.each::<2, 3>(to, width, live, top > 0),
                        3 => part.each::<3, 2>(to, width, live, top > 0),
                        4 => part.each::<4, 1>(to, width, live, top > 0),
                        5 => part.each::<5, 1>(to, width, live, top > 0),
                        _ => part.each::<6, 1>(to, width, live, top > 0),
                    }
                }
            }
        }
    }
}

/// What some rows need of some channels.
struct Part<'a, T> {
    source: &'a [T],
    distance: usize,
    offsets: &'a [usize],
    factors: &'a [T],
}

impl<T: Float> Part<'_, T> {
    /// The sums of so many rows, some strips at a time.
    #[inline(always)]
    fn each<const ROWS: usize, const STRIPS: usize>(self, to: &mut [T], width: usize, live: usize, add: bool) {
        for strip in (0..live).step_by(STRIPS) {
            let sums = self.block::<ROWS, STRIPS>(strip * LANES);
            for (i, sum) in sums[..ROWS * STRIPS].iter().enumerate() {
                let to = &mut to[i / STRIPS * width + (strip + i % STRIPS) * LANES..][..LANES];
                for (to, x) in to.iter_mut().zip(sum) {
                    *to = if add { *to + *x } else { *x };
                }
            }
        }
    }

    #[inline(always)]
    fn block<const ROWS: usize, const STRIPS: usize>(&self, at: usize) -> [[T; LANES]; SUMS] {
        let Part { source, distance, offsets, factors } = *self;
        // One variable each: elements of an array would be written to memory at each turn.
        let [mut s0, mut s1, mut s2, mut s3, mut s4, mut s5] = [[T::ZERO; LANES]; SUMS];
        for (channel, factors) in factors.chunks_exact(offsets.len() * ROWS).enumerate() {
            let plane = &source[channel * distance + at..];
            for (&offset, k) in offsets.iter().zip(factors.as_chunks::<ROWS>().0) {
                let x = plane[offset..][..STRIPS * LANES].as_chunks::<LANES>().0;
                macro_rules! add {
                    ($sum:ident, $i:literal) => {
                        if $i < ROWS * STRIPS {
                            add_scaled(&mut $sum, k[$i / STRIPS % ROWS], &x[$i % STRIPS]);
                        }
                    };
                }
                add!(s0, 0);
                add!(s1, 1);
                add!(s2, 2);
                add!(s3, 3);
                add!(s4, 4);
                add!(s5, 5);
            }
        }
        [s0, s1, s2, s3, s4, s5]
    }
}
