//! Windows over planes: the largest value in each, or their sum over a number, and the adjoints.
//!
//! Threads share planes. Values are visited in row-major order within a window, windows in row-major order.

use smallvec::SmallVec;

use super::shards::for_each_part;
use crate::Threads;
use crate::number::Float;

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
    let [rows, columns] = [axes[0].all(), axes[1].all()];
    let values = (axes[0].input * axes[1].input).max(axes[0].output * axes[1].output);
    let run = LARGE.div_ceil(values.max(1));
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
        let start = (row.start + i * row.step) * width + column.start;
        let values = plane[start..].iter().step_by(column.step).take(column.count);
        for (j, &x) in values.enumerate() {
            // Not `x > top`: a NaN is taken, and stays.
            let below = x <= top;
            if top == top && !below {
                (best, top) = (start + j * column.step, x);
            }
        }
    }
    Some(best)
}

fn area(axes: &[Axis; 2]) -> (usize, usize) {
    (axes[0].input * axes[1].input, axes[0].output * axes[1].output)
}

/// At each window the value of `of` where that of `x` is largest; `none` in a window without values.
pub(crate) fn pick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], of: &[T], none: T) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, output, |i, out, rows, columns| {
        let [x, of] = [x, of].map(|x| &x[i * input..][..input]);
        let mut out = out.iter_mut();
        for &row in rows {
            for (&column, out) in columns.iter().zip(&mut out) {
                *out = largest(x, width, row, column).map_or(none, |at| of[at]);
            }
        }
    });
}

/// The adjoint of [`pick`] in `of`: zeros, with `g` added where the values of `x` are largest.
pub(crate) fn unpick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], g: &[T]) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, input, |i, out, rows, columns| {
        let (x, g) = (&x[i * input..][..input], &g[i * output..][..output]);
        out.fill(T::ZERO);
        let mut g = g.iter();
        for &row in rows {
            for (&column, &g) in columns.iter().zip(&mut g) {
                if let Some(at) = largest(x, width, row, column) {
                    out[at] = out[at] + g;
                }
            }
        }
    });
}

/// The sum over each window, divided.
pub(crate) fn average<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    let (input, output) = area(axes);
    let width = axes[1].input;
    for_each_plane(threads, axes, out, output, |i, out, rows, columns| {
        let x = &x[i * input..][..input];
        let mut out = out.iter_mut();
        for &row in rows {
            for (&column, out) in columns.iter().zip(&mut out) {
                let mut sum = T::ZERO;
                for i in 0..row.count {
                    let start = (row.start + i * row.step) * width + column.start;
                    for &x in &x[start..start + column.count] {
                        sum = sum + x;
                    }
                }
                *out = sum / T::of((row.divisor * column.divisor) as f64);
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
        let mut g = g[i * output..][..output].iter();
        for &row in rows {
            for (&column, &g) in columns.iter().zip(&mut g) {
                let share = g / T::of((row.divisor * column.divisor) as f64);
                for i in 0..row.count {
                    let start = (row.start + i * row.step) * width + column.start;
                    for out in &mut out[start..start + column.count] {
                        *out = *out + share;
                    }
                }
            }
        }
    });
}
