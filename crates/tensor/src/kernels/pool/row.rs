//! Rows of windows, folded side by side.

use super::fold::Fold;
use super::windows::{Even, Grid, Window};
use crate::number::Float;
use crate::simd::Kernel;

/// Folds `L` windows side by side, of which the first is given, into the start of `out`.
#[inline(always)]
fn lanes<T: Float, F: Fold<T>, const L: usize>(
    plane: &[T],
    width: usize,
    row: Window,
    column: Window,
    stride: usize,
    out: &mut [F::Output],
) {
    let fold = F::over(row, column);
    let out = &mut out[..L];
    let mut states = [fold.start(row.start * width + column.start); L];
    for (l, state) in states.iter_mut().enumerate() {
        *state = fold.start(row.start * width + column.start + l * stride);
    }
    for i in 0..row.count {
        let start = (row.start + i * row.step) * width + column.start;
        let mut j = 0;
        // Two neighbours of all windows at once where these follow each other by two.
        while stride == 2 && column.step == 1 && j + 2 <= column.count {
            let at = start + j;
            let pairs = &plane[at..][..2 * L];
            for l in 0..L {
                states[l] = fold.take(states[l], pairs[2 * l], at + 2 * l);
            }
            for l in 0..L {
                states[l] = fold.take(states[l], pairs[2 * l + 1], at + 2 * l + 1);
            }
            j += 2;
        }
        while j < column.count {
            let at = start + j * column.step;
            let values = &plane[at..][..(L - 1) * stride + 1];
            for l in 0..L {
                states[l] = fold.take(states[l], values[l * stride], at + l * stride);
            }
            j += 1;
        }
    }
    for l in 0..L {
        out[l] = fold.end(states[l]);
    }
}

/// Folds one window. What is to be ignored is passed over by the block, without waiting for the value before.
#[inline(always)]
fn alone<T: Float, F: Fold<T>>(plane: &[T], width: usize, row: Window, column: Window) -> F::Output {
    let fold = F::over(row, column);
    let (row, column) = joined(width, row, column);
    let mut state = fold.start(row.start * width + column.start);
    let extent = column.extent();
    for i in 0..row.count {
        let start = (row.start + i * row.step) * width + column.start;
        let line = &plane[start..][..extent];
        let mut j = 0;
        while column.step == 1 && j + 8 <= line.len() {
            let block = &line[j..][..8];
            let mut ignored = true;
            for &x in block {
                ignored &= fold.ignores(state, x);
            }
            if !ignored {
                for (l, &x) in block.iter().enumerate() {
                    state = fold.take(state, x, start + j + l);
                }
            }
            j += 8;
        }
        while j < line.len() {
            state = fold.take(state, line[j], start + j);
            j += column.step;
        }
    }
    fold.end(state)
}

/// A window of whole lines is one long line.
#[inline(always)]
pub(super) fn joined(width: usize, row: Window, column: Window) -> (Window, Window) {
    if row.step == 1 && column.step == 1 && column.count == width {
        (Window { count: row.count.min(1), ..row }, Window { count: row.count * width, ..column })
    } else {
        (row, column)
    }
}

/// Folds a row of even windows, `L` at a time. The last lanes may overlap those before: it is the same that is written twice.
#[inline(always)]
fn blocks<T: Float, F: Fold<T>, const L: usize>(
    plane: &[T],
    width: usize,
    row: Window,
    first: Window,
    stride: usize,
    out: &mut [F::Output],
) {
    let n = out.len();
    let mut done = 0;
    while done < n {
        let c = done.min(n - L);
        let column = Window { start: first.start + c * stride, ..first };
        lanes::<T, F, L>(plane, width, row, column, stride, &mut out[c..]);
        done += L;
    }
}

/// Folds a row of windows.
#[inline(always)]
fn fold_row<T: Float, F: Fold<T>>(plane: &[T], grid: &Grid, row: Window, out: &mut [F::Output]) {
    let (width, Even { from, to, stride, first }) = (grid.width, grid.even);
    let even = &mut out[from..to];
    // The usual sizes as constants: the loops over them are gone.
    macro_rules! usual {
        ($l:literal: $($rows:literal $columns:literal $stride:literal),*) => {
            match (row.count, first.count, stride, first.step) {
                $(($rows, $columns, $stride, 1) => {
                    let row = Window { count: $rows, ..row };
                    let first = Window { count: $columns, step: 1, ..first };
                    blocks::<T, F, $l>(plane, width, row, first, $stride, even);
                })*
                (_, _, 1, _) => blocks::<T, F, $l>(plane, width, row, first, 1, even),
                (_, _, 2, _) => blocks::<T, F, $l>(plane, width, row, first, 2, even),
                _ => blocks::<T, F, $l>(plane, width, row, first, stride, even),
            }
        };
    }
    match even.len() {
        0 => {}
        1 => even[0] = alone::<T, F>(plane, width, row, first),
        2..4 => usual!(2: 2 2 2),
        4..8 => usual!(4: 2 2 2),
        _ => usual!(8: 2 2 2, 3 3 2, 3 3 3, 4 4 4),
    }
    for c in grid.edges() {
        out[c] = alone::<T, F>(plane, width, row, grid.columns[c]);
    }
}

/// Folds rows of windows, which lie on one plane after the other.
pub(super) struct Rows<'a, T: Copy, F: Fold<T>> {
    pub(super) grid: &'a Grid,
    /// The number of the first row, counted over all planes.
    pub(super) from: usize,
    pub(super) x: &'a [T],
    pub(super) out: &'a mut [F::Output],
}

impl<T: Float, F: Fold<T>> Kernel for Rows<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Rows { grid, from, x, out } = self;
        let (mut plane, mut row) = (from / grid.rows.len(), from % grid.rows.len());
        for out in out.chunks_exact_mut(grid.columns.len()) {
            fold_row::<T, F>(&x[plane * grid.input..][..grid.input], grid, grid.rows[row], out);
            row += 1;
            if row == grid.rows.len() {
                (plane, row) = (plane + 1, 0);
            }
        }
    }
}
