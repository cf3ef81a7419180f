//! One direction of one layer.

use rappel_autodiff::{Float, Sequence, Tensor, Var};

use super::{CellState, RecurrentCell};

/// How a cell passes through sequences.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'l> {
    /// Which axis is time: 0 or 1.
    pub(super) axis: usize,
    /// From each sequence's last step to its first.
    pub(super) backward: bool,
    /// How many steps each sequence has; none when all have all.
    pub(super) lengths: Option<&'l [usize]>,
}

impl Pass<'_> {
    /// The same for the engine's recurrences.
    pub(super) fn sequence(self) -> Sequence {
        let how = Sequence::new().batch_first(self.axis == 1).reverse(self.backward);
        match self.lengths {
            // A length is at most the number of steps, of which memory holds fewer than 2^32.
            Some(lengths) => how.lengths(&Tensor::from_fn(&[lengths.len()], |i| lengths[i] as u32)),
            None => how,
        }
    }

    /// The outputs of all steps, and the state after the last, by the cell step by step.
    pub(super) fn unroll<'t, C: RecurrentCell + ?Sized>(
        self,
        cell: &C,
        x: Var<'t, C::Number>,
        mut state: C::State<'t>,
    ) -> (Var<'t, C::Number>, C::State<'t>) {
        let by_input = cell.by_input(x);
        let time = by_input.shape()[self.axis];
        if time == 0 {
            // As empty as the outputs, and it depends on what they depend on.
            return (by_input.slice_axis(-1, 0..cell.sizes().output), state);
        }
        let slices = by_input.unbind(self.axis as isize);
        let mut outputs = slices.clone();
        for i in 0..time {
            let t = if self.backward { time - 1 - i } else { i };
            let next = cell.step(slices[t], state);
            (outputs[t], state) = match self.running(x, t) {
                None => (next.hidden(), next),
                Some(mask) => {
                    let state = next.zip(state, |next, before| mask.where_cond(next, before));
                    (mask.where_cond(next.hidden(), 0.0), state)
                }
            };
        }
        (Var::stack(&outputs, self.axis as isize), state)
    }

    /// A mask `[batch, 1]`, 1 where a sequence has not ended at this step; none where all run.
    fn running<'t, T: Float>(self, x: Var<'t, T>, t: usize) -> Option<Var<'t, T>> {
        let lengths = self.lengths.filter(|lengths| lengths.iter().any(|&length| length <= t))?;
        Some(x.tape().input(&Tensor::from_fn(&[lengths.len(), 1], |i| flag(t < lengths[i]))))
    }

    /// The sequences with zeros after their ends. What stands there must not come near the weights: their gradient is 0 times it,
    /// which is NaN if it is.
    pub(super) fn without_padding<T: Float>(self, x: Var<'_, T>) -> Var<'_, T> {
        let Some(lengths) = self.lengths else { return x };
        let (time, batch) = (x.shape()[self.axis], lengths.len());
        let mask = match self.axis {
            0 => Tensor::from_fn(&[time, batch, 1], |i| flag(i / batch < lengths[i % batch])),
            _ => Tensor::from_fn(&[batch, time, 1], |i| flag(i % time < lengths[i / time])),
        };
        x.tape().input(&mask).where_cond(x, 0.0)
    }
}

fn flag<T: Float>(holds: bool) -> T {
    if holds { T::ONE } else { T::ZERO }
}
