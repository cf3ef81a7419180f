//! Sums over places of a value times what shifted planes hold there: what the gradient in a convolution's weight is.

use crate::kernels::lanes::{LANES, add_scaled};
use crate::number::Float;
use crate::simd::Kernel;

/// Sums that stay in registers.
const SUMS: usize = 6;

/// Writes rows of values so that the values of sixteen rows at one place follow each other; lanes without a row stay as they are.
pub(super) fn interleave<T: Float>(rows: &[T], places: usize, to: &mut [T]) {
    for (row, values) in rows.chunks_exact(places).enumerate() {
        let to = to[row / LANES * places * LANES + row % LANES..].iter_mut().step_by(LANES);
        to.zip(values).for_each(|(to, x)| *to = *x);
    }
}

/// `sums[strip, channel, tap, lane] += sum over y and x of
/// values[strip, y, x, lane] * source[channel * distance + offset[tap] + y * pitch + x]`.
///
/// Each sum is formed in the order of the places, the same at every SIMD level.
pub(super) struct Patches<'a, T> {
    /// From [`interleave`].
    pub(super) values: &'a [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) source: &'a [T],
    pub(super) pitch: usize,
    pub(super) channels: usize,
    /// The distance between channels.
    pub(super) distance: usize,
    pub(super) offsets: &'a [usize],
    pub(super) sums: &'a mut [T],
}

impl<T: Float> Kernel for Patches<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Patches { values, rows, columns, source, pitch, channels, distance, offsets, sums } = self;
        let shifts = channels * offsets.len();
        let high = shifts.div_ceil(shifts.div_ceil(SUMS));
        let strips = values.chunks_exact(rows * columns * LANES).zip(sums.chunks_exact_mut(shifts * LANES));
        for (values, sums) in strips {
            for (i, to) in sums.as_chunks_mut::<LANES>().0.chunks_mut(high).enumerate() {
                let block = Block { values, columns, source, pitch, distance, offsets, first: i * high };
                match to.len() {
                    1 => block.add::<1>(to),
                    2 => block.add::<2>(to),
                    3 => block.add::<3>(to),
                    4 => block.add::<4>(to),
                    5 => block.add::<5>(to),
                    _ => block.add::<6>(to),
                }
            }
        }
    }
}

/// The sums of sixteen rows with some shifts.
struct Block<'a, T> {
    values: &'a [T],
    columns: usize,
    source: &'a [T],
    pitch: usize,
    distance: usize,
    offsets: &'a [usize],
    /// The first shift.
    first: usize,
}

impl<T: Float> Block<'_, T> {
    #[inline(always)]
    fn add<const SHIFTS: usize>(self, to: &mut [[T; LANES]]) {
        let Block { values, columns, source, pitch, distance, offsets, first } = self;
        let taps = offsets.len();
        // Beyond the last, that one again; nothing is computed with it.
        let start: [&[T]; SUMS] = std::array::from_fn(|i| {
            let shift = first + i.min(SHIFTS - 1);
            &source[shift / taps * distance + offsets[shift % taps]..]
        });
        // One variable each: elements of an array would be written to memory at each turn.
        let [mut s0, mut s1, mut s2, mut s3, mut s4, mut s5] = [[T::ZERO; LANES]; SUMS];
        for (y, row) in values.chunks_exact(columns * LANES).enumerate() {
            let row = row.as_chunks::<LANES>().0;
            let n = row.len();
            let [x0, x1, x2, x3, x4, x5] = start.map(|x| &x[y * pitch..][..n]);
            for i in 0..n {
                let v = &row[i];
                macro_rules! add {
                    ($sum:ident, $x:ident, $k:literal) => {
                        if $k < SHIFTS {
                            add_scaled(&mut $sum, $x[i], v);
                        }
                    };
                }
                add!(s0, x0, 0);
                add!(s1, x1, 1);
                add!(s2, x2, 2);
                add!(s3, x3, 3);
                add!(s4, x4, 4);
                add!(s5, x5, 5);
            }
        }
        for (to, sum) in to.iter_mut().zip([s0, s1, s2, s3, s4, s5]) {
            for l in 0..LANES {
                to[l] = to[l] + sum[l];
            }
        }
    }
}
