//! Sums of shifted rows: what a convolution of stride 1 is, and its adjoint.

use crate::kernels::lanes::{LANES, add_scaled};
use crate::number::Float;
use crate::simd::{Isa, Kernel, dispatch, isa};

/// Rows of results whose sums stay in registers.
const HIGH: usize = 6;

/// Sums that stay in registers. With fewer than eighteen, loads are more than the additions can wait for: planes are read at any
/// place, so most loads span two cache lines. Where registers hold less than sixteen lanes or are fewer, six fill them.
const SUMS: usize = 18;

/// From this many terms on, more sums at a time pay: with one channel of 3 x 3 they take half as long again, with six of 5 x 5 a seventh
/// less.
const LONG: usize = 64;

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
    for top in (0..rows).step_by(HIGH) {
        for channel in 0..channels {
            for tap in 0..taps {
                for row in top..rows.min(top + HIGH) {
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

impl<T: Float> Sweep<'_, T> {
    /// Forms the sums with as many registers as this processor has, and as pay. Either way each is formed in the same order.
    pub(super) fn run(self) {
        let long = self.channels * self.offsets.len() >= LONG;
        if long && isa() == Isa::X86V4 { dispatch(Wide(self)) } else { dispatch(Narrow(self)) }
    }

    #[inline(always)]
    fn each_part(self, each: impl Fn(Part<'_, T>, usize, &mut [T], usize, usize, bool)) {
        let Sweep { source, distance, channels, offsets, packed, rows, out, width, strips } = self;
        let taps = offsets.len();
        let depth = (DEPTH / taps).max(1);
        for top in (0..channels).step_by(depth) {
            let deep = depth.min(channels - top);
            for set in (0..strips).step_by(SET) {
                let live = SET.min(strips - set);
                for row in (0..rows).step_by(HIGH) {
                    let high = HIGH.min(rows - row);
                    let factors = &packed[(row * channels + high * top) * taps..][..high * deep * taps];
                    let part = Part { source: &source[top * distance + set * LANES..], distance, offsets, factors };
                    each(part, high, &mut out[row * width + set * LANES..], width, live, top > 0);
                }
            }
        }
    }
}

/// With up to eighteen sums.
struct Wide<'a, T>(Sweep<'a, T>);

impl<T: Float> Kernel for Wide<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.each_part(
            #[inline(always)]
            |part, high, to, width, live, add| match high {
                1 => part.each::<1, 6>(to, width, live, add),
                2 => part.each::<2, 6>(to, width, live, add),
                3 => part.each::<3, 6>(to, width, live, add),
                4 => part.each::<4, 3>(to, width, live, add),
                5 => part.each::<5, 3>(to, width, live, add),
                _ => part.each::<6, 3>(to, width, live, add),
            },
        );
    }
}

/// With up to six sums.
struct Narrow<'a, T>(Sweep<'a, T>);

impl<T: Float> Kernel for Narrow<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.each_part(
            #[inline(always)]
            |part, high, to, width, live, add| match high {
                1 => part.each::<1, 6>(to, width, live, add),
                2 => part.each::<2, 3>(to, width, live, add),
                3 => part.each::<3, 2>(to, width, live, add),
                4 => part.each::<4, 1>(to, width, live, add),
                5 => part.each::<5, 1>(to, width, live, add),
                _ => part.each::<6, 1>(to, width, live, add),
            },
        );
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
            for row in 0..ROWS {
                let to = &mut to[row * width + strip * LANES..][..STRIPS * LANES];
                for (i, to) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                    let sum = &sums[row * STRIPS + i];
                    for l in 0..LANES {
                        to[l] = if add { to[l] + sum[l] } else { sum[l] };
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn block<const ROWS: usize, const STRIPS: usize>(&self, at: usize) -> [[T; LANES]; SUMS] {
        let Part { source, distance, offsets, factors } = *self;
        // One variable each: elements of an array would be written to memory at each turn.
        let [
            mut s0,
            mut s1,
            mut s2,
            mut s3,
            mut s4,
            mut s5,
            mut s6,
            mut s7,
            mut s8,
            mut s9,
            mut s10,
            mut s11,
            mut s12,
            mut s13,
            mut s14,
            mut s15,
            mut s16,
            mut s17,
        ] = [[T::ZERO; LANES]; SUMS];
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
                add!(s6, 6);
                add!(s7, 7);
                add!(s8, 8);
                add!(s9, 9);
                add!(s10, 10);
                add!(s11, 11);
                add!(s12, 12);
                add!(s13, 13);
                add!(s14, 14);
                add!(s15, 15);
                add!(s16, 16);
                add!(s17, 17);
            }
        }
        [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17]
    }
}
