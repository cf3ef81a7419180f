//! Windows over planes: the largest value in each, or their sum over a number, and the adjoints.
//!
//! Threads share planes. Values are visited in row-major order within a window, windows in row-major order.

use smallvec::SmallVec;

use rappel_elem::Elem;

use super::shards::for_each_part;
use crate::Threads;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// What windows there are along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Windows {
    /// Of one size at equal distances, over padding in front and behind.
    Sliding { kernel: usize, stride: usize, padding: usize, dilation: usize, count_padding: bool },
    /// So many of about equal sizes, which cover the axis.
    Adaptive,
    /// For each value of a shorter axis, the places whose nearest it is when it is stretched; sums are not divided.
    Nearest,
}

/// Sizes along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) input: usize,
    pub(crate) output: usize,
    pub(crate) windows: Windows,
}

/// A window: so many places, and what a sum over them is divided by.
#[derive(Clone, Copy)]
struct Window {
    start: usize,
    count: usize,
    step: usize,
    divisor: usize,
}

impl Axis {
    /// An axis that is not there.
    pub(crate) const ONE: Axis = Axis { input: 1, output: 1, windows: Windows::Nearest };

    fn window(&self, o: usize) -> Window {
        let Axis { input, output, windows } = *self;
        // Products of a place with a size, wide: sizes fit in memory, their products need not.
        let share = |o: usize, round: u128| ((o as u128 * input as u128 + round) / output as u128) as usize;
        match windows {
            Windows::Sliding { kernel, stride, padding, dilation, count_padding } => {
                let begin = o * stride;
                let skipped = padding.saturating_sub(begin).div_ceil(dilation).min(kernel);
                let start = begin + skipped * dilation - padding.min(begin + skipped * dilation);
                let count = input.saturating_sub(start).div_ceil(dilation).min(kernel - skipped);
                let whole = (begin + kernel).min(input + 2 * padding) - begin;
                Window { start, count, step: dilation, divisor: if count_padding { whole } else { count } }
            }
            Windows::Adaptive => {
                let (start, end) = (share(o, 0), share(o + 1, output as u128 - 1));
                Window { start, count: end - start, step: 1, divisor: end - start }
            }
            Windows::Nearest => {
                let (start, end) = (share(o, output as u128 - 1), share(o + 1, output as u128 - 1));
                Window { start, count: end - start, step: 1, divisor: 1 }
            }
        }
    }

    fn all(&self) -> SmallVec<[Window; 32]> {
        (0..self.output).map(|o| self.window(o)).collect()
    }
}

/// From this many values on, threads share the work.
const LARGE: usize = 1 << 16;

/// Calls `f` for planes of `out` with those of `x`, and for each of their windows within.
fn for_each_plane<T: Float>(
    threads: &Threads,
    axes: &[Axis; 2],
    out: &mut [T],
    size: usize,
    f: impl Fn(usize, &mut [T], &[Window], &[Window]) + Sync,
) {
    let (input, output) = area(axes);
    // No planes, no windows, or none with a value: what is not 0 of the sizes may then be too large to go through.
    if out.is_empty() || input == 0 || output == 0 {
        return out.fill(T::ZERO);
    }
    let [rows, columns] = [axes[0].all(), axes[1].all()];
    let run = LARGE.div_ceil(input.max(output));
    for_each_part(threads, out, run.saturating_mul(size), |shard, part| {
        for (i, plane) in part.chunks_exact_mut(size).enumerate() {
            f(shard * run + i, plane, &rows, &columns);
        }
    });
}

/// The place of the largest value of a window; of equals the first, and the first NaN before all others. None in a window without
/// values.
#[inline(always)]
fn largest<T: Float>(plane: &[T], width: usize, row: Window, column: Window) -> Option<usize> {
    if row.count == 0 || column.count == 0 {
        return None;
    }
    let mut best = row.start * width + column.start;
    let mut top = plane[best];
    for i in 0..row.count {
        let mut at = (row.start + i * row.step) * width + column.start;
        for _ in 0..column.count {
            take(&mut top, &mut best, plane[at], at);
            at += column.step;
        }
    }
    Some(best)
}

/// Takes a value and its place if it is larger, or the first NaN. Selected, not branched on: which of some values is largest cannot be
/// foretold.
#[inline(always)]
fn take<T: Float, I: Copy>(top: &mut T, best: &mut I, x: T, at: I) {
    let nan = |x: T| x.partial_cmp(&x).is_none();
    let larger = (x > *top) | (nan(x) & !nan(*top));
    *best = if larger { at } else { *best };
    *top = if larger { x } else { *top };
}

/// The windows of one size at equal distances among those along a row: what vectors work on. In front and behind are those that
/// reach into the padding.
#[derive(Clone, Copy)]
struct Even {
    from: usize,
    to: usize,
    stride: usize,
    first: Window,
}

impl Even {
    fn among(windows: &[Window]) -> Self {
        let whole = windows.iter().map(|w| w.count).max().unwrap_or(0);
        let from = windows.iter().position(|w| w.count == whole).unwrap_or(0);
        let Some(&first) = windows.get(from) else {
            return Even { from: 0, to: 0, stride: 1, first: Window { start: 0, count: 0, step: 1, divisor: 1 } };
        };
        let stride = windows.get(from + 1).map_or(1, |w| w.start.saturating_sub(first.start).max(1));
        let even = |(i, w): &(usize, &Window)| w.count == whole && w.start == first.start + i * stride;
        let to = from + windows[from..].iter().enumerate().take_while(even).count();
        Even { from, to, stride, first }
    }

    /// Calls `tap` with the place in the plane of the first window's value, for each place in the windows; the others' are a stride
    /// further each.
    #[inline(always)]
    fn taps(&self, width: usize, row: Window, mut tap: impl FnMut(usize)) {
        for i in 0..row.count {
            for j in 0..self.first.count {
                tap((row.start + i * row.step) * width + self.first.start + j * self.first.step);
            }
        }
    }
}

/// Every stride-th value from the start of a slice, `n` of them.
#[inline(always)]
fn strided<T: Float>(x: &[T], stride: usize, n: usize, mut f: impl FnMut(usize, T)) {
    match (stride, x.as_chunks::<2>()) {
        (1, _) => x[..n].iter().enumerate().for_each(|(i, &x)| f(i, x)),
        (2, (pairs, _)) if pairs.len() >= n => pairs[..n].iter().enumerate().for_each(|(i, x)| f(i, x[0])),
        _ => (0..n).for_each(|i| f(i, x[i * stride])),
    }
}

/// The largest values of a row of windows, in vectors where the windows are even.
struct Tops<'a, T> {
    plane: &'a [T],
    width: usize,
    row: Window,
    even: Even,
    tops: &'a mut [T],
}

impl<T: Float> Kernel for Tops<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Tops { plane, width, row, even, tops } = self;
        tops.fill(T::NEG_INFINITY);
        let n = tops.len();
        even.taps(width, row, |at| {
            strided(&plane[at..], even.stride, n, |i, x| tops[i] = Elem::max(tops[i], x));
        });
    }
}

/// The places of the largest values of a row of windows; `tops` is room for the values.
struct Bests<'a, T> {
    tops: Tops<'a, T>,
    bests: &'a mut [u32],
}

impl<T: Float> Kernel for Bests<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Bests { tops: Tops { plane, width, row, even, tops }, bests } = self;
        let n = tops.len();
        let bests = &mut bests[..n];
        let mut first = true;
        even.taps(width, row, |at| {
            strided(&plane[at..], even.stride, n, |i, x| {
                let place = (at + i * even.stride) as u32;
                if first {
                    (tops[i], bests[i]) = (x, place);
                } else {
                    take(&mut tops[i], &mut bests[i], x, place);
                }
            });
            first = false;
        });
    }
}

fn area(axes: &[Axis; 2]) -> (usize, usize) {
    (axes[0].input * axes[1].input, axes[0].output * axes[1].output)
}

/// Calls `f` with each window's number and the place of its largest value, none in a window without values.
fn for_each_largest<T: Float>(
    x: &[T],
    width: usize,
    rows: &[Window],
    columns: &[Window],
    mut f: impl FnMut(usize, Option<usize>),
) {
    // Places are kept in 32 bits: twice as many fit a vector.
    let even = if u32::try_from(x.len()).is_ok() { Even::among(columns) } else { Even::among(&[]) };
    let n = even.to - even.from;
    let (mut tops, mut bests): (SmallVec<[T; 64]>, SmallVec<[u32; 64]>) =
        (smallvec::smallvec![T::ZERO; n], smallvec::smallvec![0; n]);
    for (r, &row) in rows.iter().enumerate() {
        let empty = row.count == 0 || even.first.count == 0;
        if !empty {
            dispatch(Bests { tops: Tops { plane: x, width, row, even, tops: &mut tops }, bests: &mut bests });
        }
        for (c, &column) in columns.iter().enumerate() {
            let place = match (even.from..even.to).contains(&c) {
                true => (!empty).then(|| bests[c - even.from] as usize),
                false => largest(x, width, row, column),
            };
            f(r * columns.len() + c, place);
        }
    }
}

/// The largest value of each window; `-inf` in a window without values.
pub(crate) fn max<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, output, |i, out, rows, columns| {
        let x = &x[i * input..][..input];
        let even = Even::among(columns);
        for (&row, out) in rows.iter().zip(out.chunks_exact_mut(columns.len().max(1))) {
            dispatch(Tops { plane: x, width, row, even, tops: &mut out[even.from..even.to] });
            for c in (0..even.from).chain(even.to..columns.len()) {
                out[c] = largest(x, width, row, columns[c]).map_or(T::NEG_INFINITY, |at| x[at]);
            }
        }
    });
}

/// At each window the value of `of` where that of `x` is largest; 0 in a window without values.
pub(crate) fn pick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], of: &[T]) {
    let (input, output) = area(axes);
    for_each_plane(threads, axes, out, output, |i, out, rows, columns| {
        let [x, of] = [x, of].map(|x| &x[i * input..][..input]);
        for_each_largest(x, axes[1].input, rows, columns, |k, at| out[k] = at.map_or(T::ZERO, |at| of[at]));
    });
}

/// The adjoint of [`pick`] in `of`: zeros, with `g` added where the values of `x` are largest.
pub(crate) fn unpick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], g: &[T]) {
    let (input, output) = area(axes);
    for_each_plane(threads, axes, out, input, |i, out, rows, columns| {
        let (x, g) = (&x[i * input..][..input], &g[i * output..][..output]);
        out.fill(T::ZERO);
        for_each_largest(x, axes[1].input, rows, columns, |k, at| {
            if let Some(at) = at {
                out[at] = out[at] + g[k];
            }
        });
    });
}

/// The sums over a row of even windows.
struct Sums<'a, T>(Tops<'a, T>);

impl<T: Float> Kernel for Sums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Tops { plane, width, row, even, tops: sums } = self.0;
        sums.fill(T::ZERO);
        let n = sums.len();
        even.taps(width, row, |at| {
            strided(&plane[at..], even.stride, n, |i, x| sums[i] = sums[i] + x);
        });
    }
}

/// Adds a value for each of a row of even windows to all its places.
struct Shares<'a, T> {
    plane: &'a mut [T],
    width: usize,
    row: Window,
    even: Even,
    shares: &'a [T],
}

impl<T: Float> Kernel for Shares<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Shares { plane, width, row, even, shares } = self;
        let n = shares.len();
        even.taps(width, row, |at| {
            let to = &mut plane[at..];
            match (even.stride, to.len() / 2 >= n) {
                (1, _) => to[..n].iter_mut().zip(shares).for_each(|(to, &g)| *to = *to + g),
                (2, true) => {
                    to.as_chunks_mut::<2>().0[..n].iter_mut().zip(shares).for_each(|(to, &g)| to[0] = to[0] + g);
                }
                (stride, _) => (0..n).for_each(|i| to[i * stride] = to[i * stride] + shares[i]),
            }
        });
    }
}

/// The sum over each window, divided.
pub(crate) fn average<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, output, |i, out, rows, columns| {
        let x = &x[i * input..][..input];
        let even = Even::among(columns);
        for (&row, out) in rows.iter().zip(out.chunks_exact_mut(columns.len().max(1))) {
            dispatch(Sums(Tops { plane: x, width, row, even, tops: &mut out[even.from..even.to] }));
            for c in (0..even.from).chain(even.to..columns.len()) {
                let column = columns[c];
                let lines = (0..row.count).map(|i| (row.start + i * row.step) * width + column.start);
                out[c] = lines.flat_map(|start| &x[start..start + column.count]).fold(T::ZERO, |sum, &x| sum + x);
            }
            for (out, column) in out.iter_mut().zip(columns) {
                *out = *out / T::of((row.divisor * column.divisor) as f64);
            }
        }
    });
}

/// The adjoint of [`average`]: zeros, with `g` divided and added over each window.
pub(crate) fn spread<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], g: &[T]) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, input, |i, out, rows, columns| {
        out.fill(T::ZERO);
        let even = Even::among(columns);
        let mut shares: SmallVec<[T; 64]> = smallvec::smallvec![T::ZERO; columns.len()];
        for (&row, g) in rows.iter().zip(g[i * output..][..output].chunks_exact(columns.len().max(1))) {
            for ((share, &g), column) in shares.iter_mut().zip(g).zip(columns) {
                *share = g / T::of((row.divisor * column.divisor) as f64);
            }
            dispatch(Shares { plane: out, width, row, even, shares: &shares[even.from..even.to] });
            for c in (0..even.from).chain(even.to..columns.len()) {
                for i in 0..row.count {
                    let start = (row.start + i * row.step) * width + columns[c].start;
                    out[start..start + columns[c].count].iter_mut().for_each(|out| *out = *out + shares[c]);
                }
            }
        }
    });
}
