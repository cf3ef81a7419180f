//! The pointwise parts of recurrent cells, fused, and whole sequences of steps.

mod sequence;

use super::place;
use crate::kernels::recurrent;
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;
pub use sequence::Sequence;

/// The size of a state, after checking that the gates' arguments are `gates` times as wide and otherwise of its shape.
#[track_caller]
fn state_size(op: &str, a: &[usize], b: &[usize], state: &[usize], gates: usize) -> usize {
    let Some((&size, leading)) = state.split_last() else { panic!("{op}: a state has shape [.., size], this one []") };
    let fits = |x: &[usize]| x.split_last() == Some((&gates.saturating_mul(size), leading));
    assert!(
        fits(a) && fits(b),
        "{op}: gates of shapes {a:?} and {b:?} do not fit a state of shape {state:?}: all axes but the last must be the state's, \
         and the last {gates} times its {size}"
    );
    size
}

impl<T: Float> Tensor<T> {
    /// One step of an LSTM behind its products: `self` and `by_state`, both `[.., 4 size]`, add up to the arguments of the gates in
    /// PyTorch's order (input, forget, cell, output), `cell` is `[.., size]`.
    ///
    /// Gives `[2, .., size]`, the new hidden state and the new cell, and what the cotangents need: the four gates and `tanh` of the
    /// new cell, `[.., 5 size]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn lstm_pointwise(&self, by_state: &Self, cell: &Self) -> (Self, Self) {
        let size = state_size("lstm_pointwise", self.shape(), by_state.shape(), cell.shape(), 4);
        let mut shape: Shape = cell.shape().into();
        shape.insert(0, 2);
        let mut out = None;
        let kept = Self::make(place(self, by_state), last(cell.shape(), 5 * size), |kept| {
            out = Some(Self::make(place(self, by_state), shape, |y| {
                let (hidden, next) = y.split_at_mut(cell.len());
                recurrent::lstm(self.data(), by_state.data(), cell.data(), hidden, next, kept, size);
            }));
        });
        (out.expect("the step was taken"), kept)
    }

    /// The cotangents of the gates' arguments and of the cell, from that of the output of [`lstm_pointwise`](Self::lstm_pointwise).
    pub fn lstm_pointwise_chain(g: &Self, cell: &Self, kept: &Self) -> (Self, Self) {
        let size = cell.shape()[cell.rank() - 1];
        let (hidden, next) = g.data().split_at(cell.len());
        let mut gates = None;
        let to = Self::make(place(g, cell), cell.shape().into(), |dc| {
            gates = Some(Self::make(place(g, cell), last(cell.shape(), 4 * size), |da| {
                recurrent::lstm_chain(hidden, next, cell.data(), kept.data(), da, dc, size);
            }));
        });
        (gates.expect("the gates' cotangent was formed"), to)
    }

    /// One step of a GRU behind its products: `self` by the input and `by_state`, both `[.., 3 size]`, are the arguments of the gates
    /// in PyTorch's order (reset, update, new), `state` is `[.., size]`.
    ///
    /// Gives the new state, and what the cotangents need: the gates, `[.., 3 size]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn gru_pointwise(&self, by_state: &Self, state: &Self) -> (Self, Self) {
        let size = state_size("gru_pointwise", self.shape(), by_state.shape(), state.shape(), 3);
        let mut out = None;
        let kept = Self::make(place(self, by_state), last(state.shape(), 3 * size), |kept| {
            out = Some(Self::make(place(self, by_state), state.shape().into(), |y| {
                recurrent::gru(self.data(), by_state.data(), state.data(), y, kept, size);
            }));
        });
        (out.expect("the step was taken"), kept)
    }

    /// The cotangents of the gates' arguments by input and by state, and of the state, from that of the output of
    /// [`gru_pointwise`](Self::gru_pointwise).
    pub fn gru_pointwise_chain(g: &Self, by_state: &Self, state: &Self, kept: &Self) -> (Self, Self, Self) {
        let size = state.shape()[state.rank() - 1];
        let wide = last(state.shape(), 3 * size);
        let workspace = place(g, state);
        let (mut by_input, mut to_state) = (None, None);
        let from_state = Self::make(workspace, wide.clone(), |db| {
            by_input = Some(Self::make(workspace, wide, |da| {
                to_state = Some(Self::make(workspace, state.shape().into(), |dh| {
                    recurrent::gru_chain(g.data(), by_state.data(), state.data(), kept.data(), da, db, dh, size);
                }));
            }));
        });
        (by_input.expect("formed above"), from_state, to_state.expect("formed above"))
    }
}

/// The shape with another last size.
fn last(shape: &[usize], size: usize) -> Shape {
    let mut shape: Shape = shape.into();
    if let Some(n) = shape.last_mut() {
        *n = size;
    }
    shape
}
