//! Sums over places of a value times what shifted planes hold there: what the gradient in a convolution's weight is.

use crate::kernels::lanes::{LANES, add_scaled};
use crate::number::Float;
use crate::simd::{Isa, Kernel, dispatch, isa};

/// Shifts whose sums stay in registers.
const SHIFTED: usize = 6;

/// Sums that stay in registers: two strips of lanes, or one where registers are fewer or hold less.
const SUMS: usize = 2 * SHIFTED;

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

impl<T: Float> Patches<'_, T> {
    /// Adds the sums with as many registers as this processor has.
    pub(super) fn run(self) {
        if isa() == Isa::X86V4 { dispatch(Strips::<_, 2>(self)) } else { dispatch(Strips::<_, 1>(self)) }
    }
}

/// So many strips at a time.
struct Strips<'a, T, const STRIPS: usize>(Patches<'a, T>);

impl<T: Float, const STRIPS: usize> Kernel for Strips<'_, T, STRIPS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Patches { values, rows, columns, source, pitch, channels, distance, offsets, sums } = self.0;
        let shifts = channels * offsets.len();
        let high = shifts.div_ceil(shifts.div_ceil(SHIFTED));
        let places = rows * columns * LANES;
        let strips = values.chunks(STRIPS * places).zip(sums.chunks_mut(STRIPS * shifts * LANES));
        for (values, sums) in strips {
            // The last strip may be alone; nothing is computed with its second.
            let (value, others) = values.split_at(places);
            let (sums, more) = sums.split_at_mut(shifts * LANES);
            let alone = others.is_empty();
            let values = [value, if alone { value } else { others }];
            let (sums, more) = (sums.as_chunks_mut::<LANES>().0, more.as_chunks_mut::<LANES>().0);
            for first in (0..shifts).step_by(high) {
                let end = shifts.min(first + high);
                let block = Block { values, columns, source, pitch, distance, offsets, first };
                let to = &mut sums[first..end];
                let more = if alone { &mut [][..] } else { &mut more[first..end] };
                match (alone, to.len()) {
                    (true, 1) => block.add::<1, 1>(to, more),
                    (true, 2) => block.add::<2, 1>(to, more),
                    (true, 3) => block.add::<3, 1>(to, more),
                    (true, 4) => block.add::<4, 1>(to, more),
                    (true, 5) => block.add::<5, 1>(to, more),
                    (true, _) => block.add::<6, 1>(to, more),
                    (false, 1) => block.add::<1, STRIPS>(to, more),
                    (false, 2) => block.add::<2, STRIPS>(to, more),
                    (false, 3) => block.add::<3, STRIPS>(to, more),
                    (false, 4) => block.add::<4, STRIPS>(to, more),
                    (false, 5) => block.add::<5, STRIPS>(to, more),
                    (false, _) => block.add::<6, STRIPS>(to, more),
                }
            }
        }
    }
}

/// The sums of sixteen or thirty-two rows with some shifts.
struct Block<'a, T> {
    values: [&'a [T]; 2],
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
    fn add<const SHIFTS: usize, const STRIPS: usize>(self, to: &mut [[T; LANES]], more: &mut [[T; LANES]]) {
        let Block { values, columns, source, pitch, distance, offsets, first } = self;
        let taps = offsets.len();
        // Beyond the last, that one again; nothing is computed with it. Written out, as `map` is not always seen through.
        let start = |i: usize| {
            let shift = first + i.min(SHIFTS - 1);
            &source[shift / taps * distance + offsets[shift % taps]..]
        };
        let (x0, x1, x2, x3, x4, x5) = (start(0), start(1), start(2), start(3), start(4), start(5));
        // One variable each: elements of an array would be written to memory at each turn.
        let [mut s0, mut s1, mut s2, mut s3, mut s4, mut s5, mut t0, mut t1, mut t2, mut t3, mut t4, mut t5] =
            [[T::ZERO; LANES]; SUMS];
        let rows = values[0].chunks_exact(columns * LANES).zip(values[1].chunks_exact(columns * LANES));
        for (y, (row, other)) in rows.enumerate() {
            let row = row.as_chunks::<LANES>().0;
            let n = row.len();
            let other = &other.as_chunks::<LANES>().0[..n];
            let at = y * pitch..y * pitch + n;
            let (x0, x1, x2) = (&x0[at.clone()], &x1[at.clone()], &x2[at.clone()]);
            let (x3, x4, x5) = (&x3[at.clone()], &x4[at.clone()], &x5[at]);
            for i in 0..n {
                let (v, w) = (&row[i], &other[i]);
                macro_rules! add {
                    ($sum:ident, $more:ident, $x:ident, $k:literal) => {
                        if $k < SHIFTS {
                            add_scaled(&mut $sum, $x[i], v);
                            if STRIPS == 2 {
                                add_scaled(&mut $more, $x[i], w);
                            }
                        }
                    };
                }
                add!(s0, t0, x0, 0);
                add!(s1, t1, x1, 1);
                add!(s2, t2, x2, 2);
                add!(s3, t3, x3, 3);
                add!(s4, t4, x4, 4);
                add!(s5, t5, x5, 5);
            }
        }
        let sums = [s0, s1, s2, s3, s4, s5].into_iter().zip([t0, t1, t2, t3, t4, t5]).take(SHIFTS);
        for (k, (sum, other)) in sums.enumerate() {
            for l in 0..LANES {
                to[k][l] = to[k][l] + sum[l];
            }
            if STRIPS == 2 {
                for l in 0..LANES {
                    more[k][l] = more[k][l] + other[l];
                }
            }
        }
    }
}
