//! Values added to all places of their windows.

use super::fold::{Fold, Mean};
use super::row::joined;
use super::windows::{Even, Grid, Window};
use crate::number::Float;
use crate::simd::Kernel;

/// Adds values, divided, to all places of the windows over a run of planes, from one on.
pub(super) struct Shares<'a, T> {
    pub(super) grid: &'a Grid,
    pub(super) from: usize,
    pub(super) g: &'a [T],
    pub(super) out: &'a mut [T],
}

impl<T: Float> Kernel for Shares<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Shares { grid, from, g, out } = self;
        let Even { from: begin, to: end, stride, first } = grid.even;
        out.fill(T::ZERO);
        for (i, plane) in out.chunks_exact_mut(grid.input).enumerate() {
            let g = &g[(from + i) * grid.output..][..grid.output];
            for (&row, g) in grid.rows.iter().zip(g.chunks_exact(grid.columns.len().max(1))) {
                for c in 0..begin {
                    share(plane, grid.width, row, grid.columns[c], 1, &g[c..=c]);
                }
                share(plane, grid.width, row, first, stride, &g[begin..end]);
                for c in end..grid.columns.len() {
                    share(plane, grid.width, row, grid.columns[c], 1, &g[c..=c]);
                }
            }
        }
    }
}

/// Adds values, divided, to a row of even windows, of which the first is given.
#[inline(always)]
fn share<T: Float>(plane: &mut [T], width: usize, row: Window, first: Window, stride: usize, g: &[T]) {
    let n = g.len();
    if n == 0 || first.count == 0 {
        return;
    }
    let Mean { divisor } = Mean::<T>::over(row, first);
    if n == 1 {
        let share = g[0] / divisor;
        let (row, column) = joined(width, row, first);
        for i in 0..row.count {
            let line = &mut plane[(row.start + i * row.step) * width + column.start..][..column.extent()];
            line.iter_mut().step_by(column.step).for_each(|to| *to = *to + share);
        }
        return;
    }
    for i in 0..row.count {
        let line = &mut plane[(row.start + i * row.step) * width..][..width][first.start..];
        match (first.count, stride, first.step) {
            (3, 3, 1) => share_whole::<T, 3>(line, g, divisor),
            (4, 4, 1) => share_whole::<T, 4>(line, g, divisor),
            _ => {
                // From behind: a place gets what is added to it in the order of the windows.
                let mut j = first.count;
                while j > 0 {
                    if stride == 2 && first.step == 1 && j.is_multiple_of(2) {
                        j -= 2;
                        share_whole::<T, 2>(&mut line[j..], g, divisor);
                        continue;
                    }
                    j -= 1;
                    let line = &mut line[j * first.step..][..(n - 1) * stride + 1];
                    if stride == 1 {
                        line.iter_mut().zip(g).for_each(|(to, &g)| *to = *to + g / divisor);
                    } else {
                        line.iter_mut().step_by(stride).zip(g).for_each(|(to, &g)| *to = *to + g / divisor);
                    }
                }
            }
        }
    }
}

/// Adds values, divided, to windows of `W` values that follow each other.
#[inline(always)]
fn share_whole<T: Float, const W: usize>(line: &mut [T], g: &[T], divisor: T) {
    let windows = &mut line.as_chunks_mut::<W>().0[..g.len()];
    for (window, &g) in windows.iter_mut().zip(g) {
        let share = g / divisor;
        for to in window {
            *to = *to + share;
        }
    }
}
