//! Moving values: every shape operation is a walk over one side by strides.
//!
//! Permute, expand and slice read by strides and write in order; their adjoints, and concatenation, read in order and write
//! by strides.

use smallvec::SmallVec;

use super::elementwise::add_assign;
use crate::number::{Data, Float};
use crate::shape::{Shape, count};

/// A strided view: for each output axis its size and the step in the strided side, and where it starts.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) start: usize,
    pub(crate) shape: Shape,
    pub(crate) strides: Shape,
}

impl View {
    /// Axes outermost first, without those of size 1 and with neighbours merged where they are one walk.
    fn merged(&self) -> SmallVec<[(usize, usize); 6]> {
        let mut axes: SmallVec<[(usize, usize); 6]> = SmallVec::new();
        for (&n, &step) in self.shape.iter().zip(&self.strides) {
            if n == 1 {
                continue;
            }
            match axes.last_mut() {
                Some((m, outer)) if *outer == step * n => (*m, *outer) = (*m * n, step),
                _ => axes.push((n, step)),
            }
        }
        axes
    }

    /// Calls `row(in order, by strides, length, step)` for each innermost run.
    fn rows(&self, mut row: impl FnMut(usize, usize, usize, usize)) {
        if count(&self.shape) == 0 {
            return;
        }
        let mut axes = self.merged();
        let (n, step) = axes.pop().unwrap_or((1, 1));
        let mut at: SmallVec<[usize; 6]> = smallvec::smallvec![0; axes.len()];
        let (mut ordered, mut strided) = (0, self.start);
        loop {
            row(ordered, strided, n, step);
            ordered += n;
            let mut axis = axes.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                at[axis] += 1;
                strided += axes[axis].1;
                if at[axis] < axes[axis].0 {
                    break;
                }
                at[axis] = 0;
                strided -= axes[axis].0 * axes[axis].1;
            }
        }
    }
}

/// Copies what the view sees of `x` into `out`, in order.
pub(crate) fn read<T: Data>(x: &[T], view: &View, out: &mut [T]) {
    if let Some((rows, columns)) = transposition(view) {
        return transpose(x, out, rows, columns);
    }
    view.rows(|o, s, n, step| match step {
        1 => out[o..o + n].copy_from_slice(&x[s..s + n]),
        0 => out[o..o + n].fill(x[s]),
        _ => {
            for (to, from) in out[o..o + n].iter_mut().zip(x[s..].iter().step_by(step)) {
                *to = *from;
            }
        }
    });
}

/// Writes `x`, in order, to where the view points in `out`.
pub(crate) fn write<T: Data>(x: &[T], view: &View, out: &mut [T]) {
    view.rows(|o, s, n, step| match step {
        1 => out[s..s + n].copy_from_slice(&x[o..o + n]),
        _ => {
            for (to, from) in out[s..].iter_mut().step_by(step.max(1)).zip(&x[o..o + n]) {
                *to = *from;
            }
        }
    });
}

/// Adds `x`, in order, to where the view points in `out`.
pub(crate) fn add<T: Float>(x: &[T], view: &View, out: &mut [T]) {
    view.rows(|o, s, n, step| match step {
        1 => add_assign(&mut out[s..s + n], &x[o..o + n]),
        _ => {
            for (to, from) in out[s..].iter_mut().step_by(step.max(1)).zip(&x[o..o + n]) {
                *to = *to + *from;
            }
        }
    });
}

/// Sizes of the matrix whose transpose the view is, if it is one.
fn transposition(view: &View) -> Option<(usize, usize)> {
    match view.merged()[..] {
        [(columns, 1), (rows, step)] if step == columns && view.start == 0 => Some((rows, columns)),
        _ => None,
    }
}

/// `out[j, i] = x[i, j]` in square blocks that stay in the first-level cache.
fn transpose<T: Data>(x: &[T], out: &mut [T], rows: usize, columns: usize) {
    const BLOCK: usize = 16;
    for i0 in (0..rows).step_by(BLOCK) {
        for j0 in (0..columns).step_by(BLOCK) {
            for j in j0..(j0 + BLOCK).min(columns) {
                for i in i0..(i0 + BLOCK).min(rows) {
                    out[j * rows + i] = x[i * columns + j];
                }
            }
        }
    }
}
