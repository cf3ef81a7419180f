//! All steps of a gated recurrent unit, and their cotangents, as [`lstm`](super::lstm) has them.

use std::ops::Range;

use super::steps::{Rows, Steps, room};
use super::{gru_row, gru_row_chain};
use crate::kernels::matmul::gemm;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};
use crate::{Threads, Workspace};

/// What a sequence of steps is computed from. Rows are as [`Steps`] says.
#[derive(Clone, Copy)]
pub(crate) struct GruSequence<'a, T: Float> {
    pub(crate) steps: Steps<'a>,
    pub(crate) workspace: Option<&'a Workspace<T>>,
    /// The state before the first step.
    pub(crate) state: &'a [T],
    /// `[size, 3 size]` for the value, and transposed for the cotangents: in either case what a row is multiplied with.
    pub(crate) weight: &'a [T],
}

/// From the gates' arguments by the input, and what is added to those by the state, the states of all steps, and behind them the last
/// ones. `kept` takes the gates of each step, and what r is multiplied with.
pub(crate) fn gru_sequence<T: Float>(
    of: &GruSequence<'_, T>,
    a: &[T],
    bias: Option<&[T]>,
    y: &mut [T],
    kept: &mut [T],
) {
    let &GruSequence { steps, workspace, weight, .. } = of;
    let n = steps.size;
    if n == 0 {
        return;
    }
    let (y, kept) = (Rows::new(y, n), Rows::new(kept, 4 * n));
    steps.share(workspace, 3, |rows| {
        let count = rows.len();
        let [mut by_state, mut state] = [3 * n, n].map(|width| room(workspace, count * width));
        let (by_state, state) = (by_state.data_mut(), state.data_mut());
        state.copy_from_slice(&of.state[rows.start * n..rows.end * n]);
        for step in steps.in_order() {
            if let Some(bias) = bias {
                by_state.chunks_exact_mut(3 * n).for_each(|row| row.copy_from_slice(bias));
            }
            gemm(&Threads::serial(), by_state, state, weight, count, n, 3 * n, false, false, bias.is_some());
            dispatch(Step { steps, step, rows: rows.clone(), a, by_state, state, y: &y, kept: &kept });
        }
        for (r, row) in rows.enumerate() {
            // SAFETY: `y` is borrowed by this function, and the last row of a sequence is its thread's.
            unsafe { y.row(steps.steps * steps.rows + row) }.copy_from_slice(&state[r * n..][..n]);
        }
    });
}

/// One step of some sequences; the state is theirs alone.
struct Step<'a, T> {
    steps: Steps<'a>,
    step: usize,
    rows: Range<usize>,
    a: &'a [T],
    by_state: &'a [T],
    state: &'a mut [T],
    y: &'a Rows<T>,
    kept: &'a Rows<T>,
}

impl<T: Float> Kernel for Step<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Step { steps, step, rows, a, by_state, state, y, kept } = self;
        let n = steps.size;
        for (r, row) in rows.enumerate() {
            let at = steps.row(step, row);
            // SAFETY: the arrays are borrowed by `gru_sequence`, and the rows of a sequence are its thread's.
            let (y, kept) = unsafe { (y.row(at), kept.row(at)) };
            if !steps.takes(step, row) {
                y.fill(T::ZERO);
                continue;
            }
            let (by_state, state) = (&by_state[r * 3 * n..][..3 * n], &mut state[r * n..][..n]);
            let (kept, new_by_state) = kept.split_at_mut(3 * n);
            gru_row(&a[at * 3 * n..][..3 * n], by_state, state, y, kept);
            new_by_state.copy_from_slice(&by_state[2 * n..]);
            state.copy_from_slice(y);
        }
    }
}

/// From the cotangent `g` of the value those of the gates' arguments by input and by state and of the first state; `before` takes the
/// state before each step. Rows of steps that are not taken get zeros.
#[expect(clippy::too_many_arguments, reason = "three arrays in, four out")]
pub(crate) fn gru_sequence_chain<T: Float>(
    of: &GruSequence<'_, T>,
    g: &[T],
    y: &[T],
    kept: &[T],
    by_input: &mut [T],
    by_state: &mut [T],
    before: &mut [T],
    state: &mut [T],
) {
    let &GruSequence { steps, workspace, weight, .. } = of;
    let n = steps.size;
    if n == 0 {
        return;
    }
    let (_, last) = g.split_at(steps.steps * steps.rows * n);
    let (by_input, by_state) = (Rows::new(by_input, 3 * n), Rows::new(by_state, 3 * n));
    let (before, to_state) = (Rows::new(before, n), Rows::new(state, n));
    steps.share(workspace, 3, |rows| {
        let count = rows.len();
        let [mut pulled, mut state] = [3 * n, n].map(|width| room(workspace, count * width));
        let (pulled, state) = (pulled.data_mut(), state.data_mut());
        state.copy_from_slice(&last[rows.start * n..rows.end * n]);
        for step in steps.in_order().rev() {
            let (by_input, by_state, before) = (&by_input, &by_state, &before);
            dispatch(Back { of, step, rows: rows.clone(), g, y, kept, pulled, state, by_input, by_state, before });
            gemm(&Threads::serial(), state, pulled, weight, count, 3 * n, n, false, false, true);
        }
        for (r, row) in rows.enumerate() {
            // SAFETY: the array is borrowed by this function, and the row of a sequence is its thread's.
            unsafe { to_state.row(row) }.copy_from_slice(&state[r * n..][..n]);
        }
    });
}

/// A step of some sequences backwards, but for the product. In `state` is the cotangent from behind; it gets what goes past the
/// product, which is added to it.
struct Back<'a, T: Float> {
    of: &'a GruSequence<'a, T>,
    step: usize,
    rows: Range<usize>,
    g: &'a [T],
    y: &'a [T],
    kept: &'a [T],
    pulled: &'a mut [T],
    state: &'a mut [T],
    by_input: &'a Rows<T>,
    by_state: &'a Rows<T>,
    before: &'a Rows<T>,
}

impl<T: Float> Kernel for Back<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Back { of, step, rows, g, y, kept, pulled, state, by_input, by_state, before } = self;
        let steps = of.steps;
        let n = steps.size;
        for (r, row) in rows.enumerate() {
            let at = steps.row(step, row);
            // SAFETY: the arrays are borrowed by `gru_sequence_chain`, and the rows of a sequence are its thread's.
            let (by_input, by_state, before) = unsafe { (by_input.row(at), by_state.row(at), before.row(at)) };
            let pulled = &mut pulled[r * 3 * n..][..3 * n];
            if !steps.takes(step, row) {
                [by_input, by_state, before, pulled].into_iter().for_each(|to| to.fill(T::ZERO));
                continue;
            }
            let state = &mut state[r * n..][..n];
            let old = match steps.before(step, row) {
                Some(at) => &y[at * n..][..n],
                None => &of.state[row * n..][..n],
            };
            before.copy_from_slice(old);
            for (to, g) in state.iter_mut().zip(&g[at * n..][..n]) {
                *to = *to + *g;
            }
            let (gates, new_by_state) = kept[at * 4 * n..][..4 * n].split_at(3 * n);
            gru_row_chain(new_by_state, old, gates, by_input, pulled, state);
            by_state.copy_from_slice(pulled);
        }
    }
}
