//! Whole sequences of recurrent steps.

use super::last;
use crate::kernels::recurrent::{self, GruSequence, LstmSequence, Steps};
use crate::number::Float;
use crate::ops::place;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// How a recurrent layer goes through a batch of sequences.
///
/// ```
/// use rappel_tensor::{Sequence, Tensor};
///
/// // Two sequences, of three steps and of one, from the last step to the first.
/// let how = Sequence::new().batch_first(true).reverse(true).lengths(&Tensor::from([3_u32, 1]));
/// assert!(how.is_batch_first() && how.is_reverse());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    batch_first: bool,
    reverse: bool,
    lengths: Option<Tensor<u32>>,
}

impl Sequence {
    /// From the first step to the last, of arrays `[steps, sequences, ..]`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether arrays are `[sequences, steps, ..]`.
    #[must_use]
    pub fn batch_first(self, batch_first: bool) -> Self {
        Sequence { batch_first, ..self }
    }

    /// Whether to go from the last step of each sequence to its first.
    #[must_use]
    pub fn reverse(self, reverse: bool) -> Self {
        Sequence { reverse, ..self }
    }

    /// How many steps each sequence has, from the first on: `[sequences]`, each at most as many as there are. At the others the output
    /// is 0, the state stays, and no gradient flows; padding there has no influence.
    #[must_use]
    pub fn lengths(self, lengths: &Tensor<u32>) -> Self {
        Sequence { lengths: Some(lengths.clone()), ..self }
    }

    /// Whether arrays are `[sequences, steps, ..]`.
    pub fn is_batch_first(&self) -> bool {
        self.batch_first
    }

    /// Whether the last step comes first.
    pub fn is_reverse(&self) -> bool {
        self.reverse
    }

    /// How many steps each sequence has, where not all.
    pub fn each_length(&self) -> Option<&Tensor<u32>> {
        self.lengths.as_ref()
    }

    /// Sequences and steps of an array `[steps, sequences, ..]`, or with the two exchanged.
    fn sizes(&self, outer: usize, inner: usize) -> (usize, usize) {
        if self.batch_first { (outer, inner) } else { (inner, outer) }
    }

    /// The steps, after checking that the sizes fit each other.
    #[track_caller]
    fn steps<T: Float>(
        &self,
        op: &str,
        gates: usize,
        a: &Tensor<T>,
        states: &[&Tensor<T>],
        weight: &Tensor<T>,
    ) -> Steps<'_> {
        let layout = if self.batch_first { "[sequences, steps, .." } else { "[steps, sequences, .." };
        let &[outer, inner, wide] = a.shape() else {
            panic!("{op}: gates of shape {:?}: they must have three axes, {layout}]", a.shape())
        };
        let (rows, steps) = self.sizes(outer, inner);
        let &[_, size] = weight.shape() else {
            panic!("{op}: a weight of shape {:?}: it must be [{gates} size, size]", weight.shape())
        };
        assert!(
            weight.shape()[0] == gates.saturating_mul(size) && wide == weight.shape()[0],
            "{op}: a weight of shape {:?} does not fit gates of shape {:?}: it must be [{gates} size, size], and they {layout}, {gates} size]",
            weight.shape(),
            a.shape()
        );
        for state in states {
            assert!(
                state.shape() == [rows, size],
                "{op}: a state of shape {:?} does not fit {rows} sequences and a weight of shape {:?}: it must be [{rows}, {size}]",
                state.shape(),
                weight.shape()
            );
        }
        // Not `map`: a closure would put the panics at this line.
        if let Some(lengths) = &self.lengths {
            assert!(
                lengths.shape() == [rows],
                "{op}: lengths of shape {:?} for {rows} sequences: there must be one for each, [{rows}]",
                lengths.shape()
            );
            if let Some((i, long)) = lengths.data().iter().enumerate().find(|(_, n)| **n as usize > steps) {
                panic!("{op}: length {long} of sequence {i} is more than the {steps} steps there are");
            }
        }
        let lengths = self.lengths.as_ref().map(|lengths| lengths.data());
        Steps { steps, rows, size, batch_first: self.batch_first, reverse: self.reverse, lengths }
    }
}

fn rows(n: usize, size: usize) -> Shape {
    Shape::from_slice(&[n, size])
}

impl<T: Float> Tensor<T> {
    /// All steps of an LSTM behind the products with its input: `self`, `[steps, sequences, 4 size]`, are the gates' arguments by the input
    /// (input, forget, cell, output), `[sequences, size]` the state before the first step, `[4 size, size]` the weight of the state.
    ///
    /// Gives rows of `size` values, the hidden states of all steps in the order of `self`, the last hidden states and the last cells, and
    /// what the cotangents need: gates, `tanh` of the cell, and the cell of each step.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, or a length is more than there are steps.
    #[track_caller]
    pub fn lstm_sequence(&self, hidden: &Self, cell: &Self, weight: &Self, how: &Sequence) -> (Self, Self) {
        let steps = how.steps("lstm_sequence", 4, self, &[hidden, cell], weight);
        let (workspace, all) = (place(self, weight), steps.steps * steps.rows);
        let weight = weight.transpose();
        let of = LstmSequence { steps, workspace, hidden: hidden.data(), cell: cell.data(), weight: weight.data() };
        let mut out = None;
        let kept = Self::make(workspace, rows(all, 6 * steps.size), |kept| {
            out = Some(Self::make(workspace, rows(all + 2 * steps.rows, steps.size), |y| {
                recurrent::lstm_sequence(&of, self.data(), y, kept);
            }));
        });
        (out.expect("the steps were taken"), kept)
    }

    /// From the cotangent of the output of [`lstm_sequence`](Self::lstm_sequence), that output, and what it kept: the cotangents of the gates'
    /// arguments, of the first hidden state and of the first cell; and the hidden state before each step, in rows.
    #[track_caller]
    pub fn lstm_sequence_chain(
        g: &Self,
        (gates, hidden, cell, weight): (&Self, &Self, &Self, &Self),
        y: &Self,
        kept: &Self,
        how: &Sequence,
    ) -> [Self; 4] {
        let steps = how.steps("lstm_sequence", 4, gates, &[hidden, cell], weight);
        let workspace = place(g, weight);
        let of = LstmSequence { steps, workspace, hidden: hidden.data(), cell: cell.data(), weight: weight.data() };
        let shapes = [
            gates.shape().into(),
            hidden.shape().into(),
            cell.shape().into(),
            rows(steps.steps * steps.rows, steps.size),
        ];
        let [mut d, mut to_hidden, mut to_cell, mut before] = shapes.map(|shape| Self::make(workspace, shape, |_| {}));
        recurrent::lstm_sequence_chain(
            &of,
            g.data(),
            y.data(),
            kept.data(),
            d.data_mut(),
            before.data_mut(),
            to_hidden.data_mut(),
            to_cell.data_mut(),
        );
        [d, to_hidden, to_cell, before]
    }

    /// All steps of a GRU behind the products with its input: `self`, `[steps, sequences, 3 size]`, are the gates' arguments by the input
    /// (reset, update, new), `[sequences, size]` the state before the first step, `[3 size, size]` the weight of the state, and `[3 size]`
    /// what is added to its products.
    ///
    /// Gives rows of `size` values, the states of all steps in the order of `self` and the last ones, and what the cotangents need: the
    /// gates of each step and what r is multiplied with.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, or a length is more than there are steps.
    #[track_caller]
    pub fn gru_sequence(&self, state: &Self, weight: &Self, bias: Option<&Self>, how: &Sequence) -> (Self, Self) {
        let steps = how.steps("gru_sequence", 3, self, &[state], weight);
        if let Some(bias) = bias {
            assert!(
                bias.shape() == &weight.shape()[..1],
                "gru_sequence: a bias of shape {:?} does not fit a weight of shape {:?}: it must be [{}]",
                bias.shape(),
                weight.shape(),
                weight.shape()[0]
            );
        }
        let (workspace, all) = (place(self, weight), steps.steps * steps.rows);
        let weight = weight.transpose();
        let of = GruSequence { steps, workspace, state: state.data(), weight: weight.data() };
        let mut out = None;
        let kept = Self::make(workspace, rows(all, 4 * steps.size), |kept| {
            out = Some(Self::make(workspace, rows(all + steps.rows, steps.size), |y| {
                recurrent::gru_sequence(&of, self.data(), bias.map(Tensor::data), y, kept);
            }));
        });
        (out.expect("the steps were taken"), kept)
    }

    /// From the cotangent of the output of [`gru_sequence`](Self::gru_sequence), that output, and what it kept: the cotangents of the gates'
    /// arguments by input and by state and of the first state; and the state before each step, in rows.
    #[track_caller]
    pub fn gru_sequence_chain(
        g: &Self,
        (gates, state, weight): (&Self, &Self, &Self),
        y: &Self,
        kept: &Self,
        how: &Sequence,
    ) -> [Self; 4] {
        let steps = how.steps("gru_sequence", 3, gates, &[state], weight);
        let workspace = place(g, weight);
        let of = GruSequence { steps, workspace, state: state.data(), weight: weight.data() };
        let all = rows(steps.steps * steps.rows, steps.size);
        let shapes = [gates.shape().into(), last(gates.shape(), 3 * steps.size), state.shape().into(), all];
        let [mut by_input, mut by_state, mut to_state, mut before] =
            shapes.map(|shape| Self::make(workspace, shape, |_| {}));
        recurrent::gru_sequence_chain(
            &of,
            g.data(),
            y.data(),
            kept.data(),
            by_input.data_mut(),
            by_state.data_mut(),
            before.data_mut(),
            to_state.data_mut(),
        );
        [by_input, by_state, to_state, before]
    }
}
