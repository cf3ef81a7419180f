//! All steps of a long short-term memory, and their cotangents.
//!
//! Sequences are gone through in parts that threads share, so there is one hand-over for all steps. A step is one product with the
//! state and one pass over what comes of it. For the cotangent of the weight each step's state is laid down beside its gates'
//! cotangents, so that one product adds up all steps.

use std::ops::Range;

use super::steps::{Rows, Steps, room};
use super::{lstm_row, lstm_row_chain};
use crate::kernels::matmul::gemm;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};
use crate::{Threads, Workspace};

/// What a sequence of steps is computed from. Rows are as [`Steps`] says.
#[derive(Clone, Copy)]
pub(crate) struct LstmSequence<'a, T: Float> {
    pub(crate) steps: Steps<'a>,
    pub(crate) workspace: Option<&'a Workspace<T>>,
    /// The hidden state and the cell before the first step.
    pub(crate) hidden: &'a [T],
    pub(crate) cell: &'a [T],
    /// `[size, 4 size]` for the value, and transposed for the cotangents: in either case what a row is multiplied with.
    pub(crate) weight: &'a [T],
}

/// From the gates' arguments by the input, the hidden states of all steps, and behind them the last hidden states and cells. `kept` takes the
/// gates, `tanh(cell)` and the cell of each step.
pub(crate) fn lstm_sequence<T: Float>(of: &LstmSequence<'_, T>, a: &[T], y: &mut [T], kept: &mut [T]) {
    let &LstmSequence { steps, workspace, weight, .. } = of;
    let n = steps.size;
    if n == 0 {
        return;
    }
    let (y, kept) = (Rows::new(y, n), Rows::new(kept, 6 * n));
    steps.share(workspace, 4, |rows| {
        let count = rows.len();
        let [mut by_state, mut hidden, mut cell] = [4 * n, n, n].map(|width| room(workspace, count * width));
        let (by_state, hidden, cell) = (by_state.data_mut(), hidden.data_mut(), cell.data_mut());
        hidden.copy_from_slice(&of.hidden[rows.start * n..rows.end * n]);
        cell.copy_from_slice(&of.cell[rows.start * n..rows.end * n]);
        for step in steps.in_order() {
            gemm(&Threads::serial(), by_state, hidden, weight, count, n, 4 * n, false, false, false);
            dispatch(Step { steps, step, rows: rows.clone(), a, by_state, hidden, cell, y: &y, kept: &kept });
        }
        let last = steps.steps * steps.rows;
        for (r, row) in rows.enumerate() {
            // SAFETY: `y` is borrowed by this function, and the last rows of a sequence are its thread's.
            unsafe { y.row(last + row) }.copy_from_slice(&hidden[r * n..][..n]);
            // SAFETY: as above.
            unsafe { y.row(last + steps.rows + row) }.copy_from_slice(&cell[r * n..][..n]);
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
    hidden: &'a mut [T],
    cell: &'a mut [T],
    y: &'a Rows<T>,
    kept: &'a Rows<T>,
}

impl<T: Float> Kernel for Step<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Step { steps, step, rows, a, by_state, hidden, cell, y, kept } = self;
        let n = steps.size;
        for (r, row) in rows.enumerate() {
            let at = steps.row(step, row);
            // SAFETY: the arrays are borrowed by `lstm_sequence`, and the rows of a sequence are its thread's.
            let (y, kept) = unsafe { (y.row(at), kept.row(at)) };
            if !steps.takes(step, row) {
                y.fill(T::ZERO);
                continue;
            }
            let (hidden, cell) = (&mut hidden[r * n..][..n], &mut cell[r * n..][..n]);
            let (kept, next) = kept.split_at_mut(5 * n);
            lstm_row(&a[at * 4 * n..][..4 * n], &by_state[r * 4 * n..][..4 * n], cell, y, next, kept);
            hidden.copy_from_slice(y);
            cell.copy_from_slice(next);
        }
    }
}

/// From the cotangent `g` of the value those of the gates' arguments and of the first state; `before` takes the hidden state before each
/// step. Rows of steps that are not taken get zeros.
#[expect(clippy::too_many_arguments, reason = "three arrays in, four out")]
pub(crate) fn lstm_sequence_chain<T: Float>(
    of: &LstmSequence<'_, T>,
    g: &[T],
    y: &[T],
    kept: &[T],
    gates: &mut [T],
    before: &mut [T],
    hidden: &mut [T],
    cell: &mut [T],
) {
    let &LstmSequence { steps, workspace, weight, .. } = of;
    let n = steps.size;
    if n == 0 {
        return;
    }
    let (_, last) = g.split_at(steps.steps * steps.rows * n);
    let (last_hidden, last_cell) = last.split_at(steps.rows * n);
    let (gates, before) = (Rows::new(gates, 4 * n), Rows::new(before, n));
    let (to_hidden, to_cell) = (Rows::new(hidden, n), Rows::new(cell, n));
    steps.share(workspace, 4, |rows| {
        let count = rows.len();
        let [mut pulled, mut hidden, mut cell] = [4 * n, n, n].map(|width| room(workspace, count * width));
        let (pulled, hidden, cell) = (pulled.data_mut(), hidden.data_mut(), cell.data_mut());
        hidden.copy_from_slice(&last_hidden[rows.start * n..rows.end * n]);
        cell.copy_from_slice(&last_cell[rows.start * n..rows.end * n]);
        for step in steps.in_order().rev() {
            let (gates, before) = (&gates, &before);
            dispatch(Back { of, step, rows: rows.clone(), g, y, kept, pulled, hidden, cell, gates, before });
            gemm(&Threads::serial(), hidden, pulled, weight, count, 4 * n, n, false, false, true);
        }
        for (r, row) in rows.enumerate() {
            // SAFETY: the arrays are borrowed by this function, and the rows of a sequence are its thread's.
            unsafe { to_hidden.row(row) }.copy_from_slice(&hidden[r * n..][..n]);
            // SAFETY: as above.
            unsafe { to_cell.row(row) }.copy_from_slice(&cell[r * n..][..n]);
        }
    });
}

/// A step of some sequences backwards, but for the product. In `hidden` and `cell` are the cotangents from behind; `cell` gets that of
/// the cell before the step, and `hidden` 0, to which the product is added.
struct Back<'a, T: Float> {
    of: &'a LstmSequence<'a, T>,
    step: usize,
    rows: Range<usize>,
    g: &'a [T],
    y: &'a [T],
    kept: &'a [T],
    pulled: &'a mut [T],
    hidden: &'a mut [T],
    cell: &'a mut [T],
    gates: &'a Rows<T>,
    before: &'a Rows<T>,
}

impl<T: Float> Kernel for Back<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Back { of, step, rows, g, y, kept, pulled, hidden, cell, gates, before } = self;
        let steps = of.steps;
        let n = steps.size;
        for (r, row) in rows.enumerate() {
            let at = steps.row(step, row);
            // SAFETY: the arrays are borrowed by `lstm_sequence_chain`, and the rows of a sequence are its thread's.
            let (gates, before) = unsafe { (gates.row(at), before.row(at)) };
            let pulled = &mut pulled[r * 4 * n..][..4 * n];
            if !steps.takes(step, row) {
                [gates, before, pulled].into_iter().for_each(|to| to.fill(T::ZERO));
                continue;
            }
            let (hidden, cell) = (&mut hidden[r * n..][..n], &mut cell[r * n..][..n]);
            let (old_hidden, old_cell) = match steps.before(step, row) {
                Some(at) => (&y[at * n..][..n], &kept[at * 6 * n + 5 * n..][..n]),
                None => (&of.hidden[row * n..][..n], &of.cell[row * n..][..n]),
            };
            before.copy_from_slice(old_hidden);
            for (to, g) in hidden.iter_mut().zip(&g[at * n..][..n]) {
                *to = *to + *g;
            }
            lstm_row_chain(hidden, old_cell, &kept[at * 6 * n..][..5 * n], pulled, cell);
            gates.copy_from_slice(pulled);
            hidden.fill(T::ZERO);
        }
    }
}
