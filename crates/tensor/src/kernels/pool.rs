//! Windows over planes: the largest value in each, or their sum over a number, and the adjoints.
//!
//! Threads share planes. Values are visited in row-major order within a window, windows in row-major order.

mod fold;
mod row;
mod share;
mod windows;

use smallvec::SmallVec;

use self::fold::{Best, Fold, Mean, Place, Top};
use self::row::Rows;
use self::share::Shares;
use self::windows::Grid;
pub(crate) use self::windows::{Axis, Windows};
use super::shards::for_each_part;
use crate::Threads;
use crate::number::Float;
use crate::simd::dispatch;

/// From this many values on, threads share the work.
const LARGE: usize = 1 << 16;

/// So many places are kept on the stack.
const ROOM: usize = 256;

/// Calls `f` with runs of planes of `out`, of so many values each, and the number of the first. A run is work for one kernel: a
/// plane alone may be too small for that.
fn for_each_run<T: Float>(
    threads: &Threads,
    grid: &Grid,
    out: &mut [T],
    size: usize,
    f: impl Fn(usize, &mut [T]) + Sync,
) {
    let run = LARGE.div_ceil(grid.input.max(grid.output).max(1));
    for_each_part(threads, out, run.saturating_mul(size), |shard, part| f(shard * run, part));
}

/// The windows, or none, and zeros, where there are no planes, no windows, or none with a value: what is not 0 of the sizes may then be
/// too large to go through.
fn grid<T: Float>(axes: &[Axis; 2], out: &mut [T]) -> Option<Grid> {
    let [input, output] = [axes[0].input * axes[1].input, axes[0].output * axes[1].output];
    if out.is_empty() || input == 0 || output == 0 {
        out.fill(T::ZERO);
        return None;
    }
    Some(Grid::new(axes))
}

/// The largest value of each window; `-inf` in a window without values.
pub(crate) fn max<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    fold::<T, Top>(threads, axes, out, x);
}

/// The sum over each window, divided.
pub(crate) fn average<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    fold::<T, Mean<T>>(threads, axes, out, x);
}

fn fold<T: Float, F: Fold<T, Output = T>>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T]) {
    let Some(grid) = &grid(axes, out) else { return };
    for_each_run(threads, grid, out, grid.output, |first, out| {
        dispatch(Rows::<T, F> { grid, from: first * grid.rows.len(), x, out });
    });
}

/// At each window the value of `of` where that of `x` is largest; 0 in a window without values.
pub(crate) fn pick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], of: &[T]) {
    let Some(grid) = &grid(axes, out) else { return };
    for_each_run(threads, grid, out, grid.output, |first, out| {
        let planes = out.len() / grid.output;
        for_each_largest(&x[first * grid.input..], planes, grid, |i, k, at| {
            let of = &of[(first + i) * grid.input..][..grid.input];
            out[k] = of.get(at).copied().unwrap_or(T::ZERO);
        });
    });
}

/// The adjoint of [`pick`] in `of`: zeros, with `g` added where the values of `x` are largest.
pub(crate) fn unpick<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], x: &[T], g: &[T]) {
    let Some(grid) = &grid(axes, out) else { return };
    for_each_run(threads, grid, out, grid.input, |first, out| {
        out.fill(T::ZERO);
        let g = &g[first * grid.output..];
        for_each_largest(&x[first * grid.input..], out.len() / grid.input, grid, |i, k, at| {
            if let Some(out) = out[i * grid.input..][..grid.input].get_mut(at) {
                *out = *out + g[k];
            }
        });
    });
}

/// Calls `f` for each window of so many planes: with the plane's number, the window's, counted over all planes, and the place in the
/// plane of the largest value, outside of it for a window without values.
fn for_each_largest<T: Float>(x: &[T], planes: usize, grid: &Grid, f: impl FnMut(usize, usize, usize)) {
    match u32::try_from(grid.input) {
        Ok(_) => for_each_best::<T, u32>(x, planes, grid, f),
        Err(_) => for_each_best::<T, usize>(x, planes, grid, f),
    }
}

fn for_each_best<T: Float, P: Place>(x: &[T], planes: usize, grid: &Grid, mut f: impl FnMut(usize, usize, usize)) {
    let (rows, columns) = (grid.rows.len(), grid.columns.len());
    if planes * grid.output == 0 {
        return;
    }
    // Places are found for some rows before they are used, so that what is read is not still being written.
    let run = (ROOM / columns).max(1);
    let mut bests: SmallVec<[P; ROOM]> = smallvec::smallvec![P::NONE; run * columns];
    for from in (0..planes * rows).step_by(run) {
        let bests = &mut bests[..run.min(planes * rows - from) * columns];
        dispatch(Rows::<T, Best<P>> { grid, from, x, out: bests });
        for (row, bests) in (from..).zip(bests.chunks_exact(columns)) {
            let plane = row / rows;
            for (c, best) in bests.iter().enumerate() {
                f(plane, row * columns + c, best.index());
            }
        }
    }
}

/// The adjoint of [`average`]: zeros, with `g` divided and added over each window.
pub(crate) fn spread<T: Float>(threads: &Threads, axes: &[Axis; 2], out: &mut [T], g: &[T]) {
    let Some(grid) = &grid(axes, out) else { return };
    for_each_run(threads, grid, out, grid.input, |from, out| dispatch(Shares { grid, from, g, out }));
}
