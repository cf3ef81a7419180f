//! Recurrent layers: cells along a sequence, one above the other.

use std::fmt;

use rappel_autodiff::module::{Visitor, VisitorMut};
use rappel_autodiff::{Tape, Var};
use rappel_schedule::Schedule;

use super::cell::{Sizes, check_state};
use super::names::Placed;
use super::pass::Pass;
use super::{CellState, InitialState, RecurrentCell, RnnOptions};
use crate::init::Generator;
use crate::layer::enter;
use crate::rate::Rate;
use crate::{Layer, Misfit, Module};

/// A cell repeated along sequences, in layers and one or both directions: what [`Rnn`](super::Rnn), [`Lstm`](super::Lstm) and
/// [`Gru`](super::Gru) are.
///
/// # Sequences
///
/// The input is `[time, batch, inputs]`, as in PyTorch; with [`batch_first`](Self::batch_first) it is `[batch, time, inputs]`. Without a
/// batch it is `[time, inputs]`, and the batch's axis is missing from outputs and states too. The output has the hidden state of the last
/// layer at every step, `[time, batch, directions * hidden]`, the forward direction first; the axes are in the input's order.
///
/// | | begins with | returns |
/// |---|---|---|
/// | [`forward`](Layer::forward), as a [`Layer`] | zeros | the outputs |
/// | [`forward_from`](Self::forward_from) | a state | the outputs and the last state |
/// | [`forward_with`](Self::forward_with) | a state | the same, for sequences of different lengths |
///
/// # State
///
/// A state is `[layers * directions, batch, hidden]`, in both orders of the axes; layer 0 forward comes first, then layer 0 backward,
/// then layer 1. What is returned are variables of the tape: a loss may use them. What is carried on to the next piece of a sequence is
/// the [detached](super::HiddenState::detach) state, of tensors: the gradient ends there. That is truncated backpropagation through
/// time (Williams & Peng, [1990](https://doi.org/10.1162/neco.1990.2.4.490)):
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, Lstm, Module};
///
/// #[derive(Module)]
/// struct Net {
///     lstm: Lstm,
///     out: Linear,
/// }
///
/// let mut rng = Rng::seed(0);
/// let net = Net { lstm: Lstm::new(1, 8, &mut rng), out: Linear::new(8, 1, &mut rng) };
/// let wave = |t: usize| (0.3 * t as f32).sin();
///
/// let mut tape = Tape::training(0);
/// let mut state = net.lstm.zero_state(1);
/// for piece in 0..4 {
///     tape.reset();
///     let x = tape.input(&Tensor::from_fn(&[20, 1, 1], |i| wave(20 * piece + i)));
///     let next = tape.input(&Tensor::from_fn(&[20, 1, 1], |i| wave(20 * piece + i + 1)));
///     let (y, last) = net.lstm.forward_from(x, &state);
///     let loss = (net.out.forward(y) - next).square().mean();
///     state = last.detach(); // tensors: what the next piece begins with
///     let _gradients = loss.backward(); // for the optimizer's step
/// }
/// assert!(state.h.data().iter().any(|&h| h != 0.0));
/// ```
///
/// # Weights
///
/// There is a cell for each layer and direction ([`cells`](Self::cells)). The first layer reads `inputs`, others the outputs of the one
/// before. Parameters are called as in PyTorch: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, the same with `_reverse`,
/// then those of `l1`.
#[derive(Debug, Clone)]
pub struct Recurrent<C> {
    cells: Vec<C>,
    directions: usize,
    batch_first: bool,
    dropout: Rate,
}

impl<C: RecurrentCell> Recurrent<C> {
    /// One layer, forward in time, with biases. The weights are random, PyTorch's default: uniform on
    /// `[-1/sqrt(hidden), 1/sqrt(hidden))`, drawn in the order of the parameters.
    ///
    /// # Panics
    /// At the caller's line, when `hidden` is 0.
    #[track_caller]
    pub fn new(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        Recurrent::with(inputs, hidden, RnnOptions::new(), rng)
    }

    /// Random weights as in [`new`](Self::new), for layers, directions and biases as the options say.
    ///
    /// # Panics
    /// At the caller's line, when `hidden` is 0.
    #[track_caller]
    pub fn with(inputs: usize, hidden: usize, options: RnnOptions, rng: &mut impl Generator) -> Self {
        assert!(hidden > 0, "{}: the hidden size must be at least 1", C::LAYER);
        Recurrent::of(inputs, hidden, options, |inputs| C::draw(inputs, hidden, options.bias, rng))
    }

    /// The cells that `draw` gives for so many inputs each.
    pub(super) fn of(inputs: usize, output: usize, options: RnnOptions, mut draw: impl FnMut(usize) -> C) -> Self {
        let RnnOptions { layers, directions, .. } = options;
        let inputs_of = |cell| if cell < directions { inputs } else { directions * output };
        let cells = (0..layers * directions).map(|cell| draw(inputs_of(cell))).collect();
        Recurrent { cells, directions, batch_first: false, dropout: Rate::new(C::LAYER, 0.0.into()) }
    }

    /// For inputs and outputs `[batch, time, features]`. The states keep their order.
    #[must_use]
    pub fn batch_first(self) -> Self {
        Recurrent { batch_first: true, ..self }
    }

    /// On a tape in training mode, drops values of the outputs of each layer but the last with probability `p`, a number or a schedule,
    /// as [`Dropout`](crate::Dropout) does. With one layer it does nothing.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`, or when a schedule cannot be bound or follows what is observed.
    #[must_use]
    #[track_caller]
    pub fn dropout(self, p: impl Into<Schedule>) -> Self {
        let p = p.into();
        if let Some(p) = p.number() {
            assert!((0.0..1.0).contains(&p), "dropout({p}): the probability must be at least 0 and below 1");
        }
        Recurrent { dropout: Rate::new("dropout", p), ..self }
    }

    /// The cells: layer 0 forward, layer 0 backward if there are two directions, then those of layer 1.
    pub fn cells(&self) -> &[C] {
        &self.cells
    }

    /// The cells, to be changed: another initialisation, weights that are tied. They must keep their sizes.
    pub fn cells_mut(&mut self) -> &mut [C] {
        &mut self.cells
    }

    /// How many layers there are.
    pub fn layers(&self) -> usize {
        self.cells.len() / self.directions
    }

    /// The zeros that a sequence begins with: tensors of shape `[layers * directions, batch, hidden]`.
    pub fn zero_state(&self, batch: usize) -> <C::State<'static> as CellState<'static, C::Number>>::Value {
        C::State::zeros(&[self.cells.len(), batch], self.sizes().state())
    }

    fn sizes(&self) -> Sizes {
        self.cells[0].sizes()
    }

    /// The outputs of the sequences, and the state after their last step.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
    /// use rappel_nn::{Gru, HiddenState};
    ///
    /// let gru: Gru = Gru::new(3, 8, &mut Rng::seed(0));
    /// let x = Tensor::ones(&[6, 2, 3]);
    /// let tape = Tape::new();
    /// let (whole, _) = gru.forward_from(tape.input(&x), gru.zero_state(2));
    ///
    /// // In two pieces, on two tapes.
    /// let (first, second) = (Tape::new(), Tape::new());
    /// let (_, state) = gru.forward_from(first.input(&x).slice_axis(0, 0..3), None::<&HiddenState>);
    /// let (y, _) = gru.forward_from(second.input(&x).slice_axis(0, 3..6), &state.detach());
    /// assert!((y - second.input(&whole.slice_axis(0, 3..6).value())).abs().max().item() < 1e-6);
    ///
    /// // From a state that is learned, the same for each sequence.
    /// let start = Param::new(Tensor::zeros(&[1, 1, 8]));
    /// let h = tape.param(&start).expand(&[1, 2, 8]);
    /// let (y, _) = gru.forward_from(tape.input(&x), HiddenState { h });
    /// assert!(y.sum().backward().param(&start).is_some());
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the input or the state does not fit, or a state of variables is on another tape.
    #[track_caller]
    pub fn forward_from<'t>(
        &self,
        x: Var<'t, C::Number>,
        state: impl InitialState<'t, C::Number, C::State<'t>>,
    ) -> (Var<'t, C::Number>, C::State<'t>) {
        let (y, last) = self.run(x, None, |tape| state.begin(tape), true);
        (y, last.expect("it was asked for"))
    }

    /// [`forward_from`](Self::forward_from) for sequences of different lengths, in any order, padded to one: what stands after a
    /// sequence's end is ignored, its outputs there are 0, and its last state is that of its own last step, which is where the backward
    /// direction begins. A sequence of length 0 ends with the state it began with. The same as PyTorch's for packed sequences
    /// (`enforce_sorted=False`), which allows no length 0.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::Gru;
    ///
    /// let gru: Gru = Gru::new(1, 4, &mut Rng::seed(0)).batch_first();
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[1.0, f32::NAN, f32::NAN], [1.0, 2.0, 3.0]])).unsqueeze(2);
    /// let (y, state) = gru.forward_with(x, &[1, 3], gru.zero_state(2));
    /// assert_eq!(y.at((0, 1..)).value(), Tensor::zeros(&[2, 4]));
    /// assert_eq!(state.h.at((0, 0)).value(), y.at((0, 0)).value());
    /// assert_eq!(state.h.at((0, 1)).value(), y.at((1, 2)).value());
    /// ```
    ///
    /// # Panics
    /// As [`forward_from`](Self::forward_from), and unless there is a length for each sequence, at most the input's number of steps.
    #[track_caller]
    pub fn forward_with<'t>(
        &self,
        x: Var<'t, C::Number>,
        lengths: &[usize],
        state: impl InitialState<'t, C::Number, C::State<'t>>,
    ) -> (Var<'t, C::Number>, C::State<'t>) {
        let (y, last) = self.run(x, Some(lengths), |tape| state.begin(tape), true);
        (y, last.expect("it was asked for"))
    }

    /// The outputs and, if wanted, the state after the last steps.
    #[track_caller]
    fn run<'t>(
        &self,
        x: Var<'t, C::Number>,
        lengths: Option<&[usize]>,
        begin: impl FnOnce(&'t Tape<C::Number>) -> Option<C::State<'t>>,
        wanted: bool,
    ) -> (Var<'t, C::Number>, Option<C::State<'t>>) {
        let shape = x.shape();
        if let Some(why) = self.misfit(&shape) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, tape) = (enter(self, x), x.tape());
        let state = begin(tape);
        let batched = shape.len() == 3;
        let (axis, batch) = match (batched, self.batch_first) {
            (false, _) => (0, 1),
            (true, false) => (0, shape[1]),
            (true, true) => (1, shape[0]),
        };
        let time = shape[axis];
        if let Some(lengths) = lengths {
            self.check_lengths(lengths, time, batch);
        }
        let widths = self.sizes().state();
        if let Some(state) = state {
            let lead = [self.cells.len(), batch];
            check_state(|| self.to_string(), x, state, if batched { &lead } else { &lead[..1] }, widths);
        }
        // One place of the state, or zeros that all cells share.
        let zeros = C::State::on(&C::State::zeros(&[batch], widths), tape);
        let start = |place: usize| match state {
            Some(state) => state.map(|part| {
                let width = part.shape()[part.rank() - 1];
                part.slice_axis(0, place..place + 1).reshape(&[batch, width])
            }),
            None => zeros,
        };

        // Where all sequences have all steps, there is nothing to look after.
        let lengths = lengths.filter(|lengths| lengths.iter().any(|&length| length < time));
        let pass = Pass { axis, backward: false, lengths };
        let mut y = pass.without_padding(if batched { x } else { x.unsqueeze(1) });
        let mut ends = Vec::with_capacity(self.cells.len());
        for cells in self.cells.chunks(self.directions) {
            if !ends.is_empty() && tape.is_training() {
                let p = self.dropout.at(y);
                y = y.dropout(p);
            }
            let mut outputs = Vec::with_capacity(self.directions);
            for (direction, cell) in cells.iter().enumerate() {
                let (output, end) = cell.along(y, start(ends.len()), Pass { backward: direction == 1, ..pass });
                outputs.push(output);
                ends.push(end);
            }
            y = match outputs[..] {
                [one] => one,
                _ => Var::concat(&outputs, -1),
            };
        }
        let y = if batched { y } else { y.squeeze(1) };
        // Not `then`: it belongs to the layer, and is left out where nobody asks.
        let last = if wanted { Some(self.joined(x, &ends)) } else { None };
        (layer.leave(y), last)
    }

    /// The states of the cells as one, with a batch's axis if the input has one.
    #[track_caller]
    fn joined<'t>(&self, x: Var<'t, C::Number>, ends: &[C::State<'t>]) -> C::State<'t> {
        let joined = C::State::stack(ends);
        if x.rank() == 3 { joined } else { joined.map(|part| part.squeeze(1)) }
    }

    #[track_caller]
    fn check_lengths(&self, lengths: &[usize], time: usize, batch: usize) {
        let given = lengths.len();
        assert!(given == batch, "{self}: {given} lengths for a batch of {batch}: there must be one for each sequence");
        if let Some((i, length)) = lengths.iter().enumerate().find(|(_, length)| **length > time) {
            panic!("{self}: length {length} of sequence {i} is more than the {time} steps of the input");
        }
    }
}

impl<C: RecurrentCell> Layer<C::Number> for Recurrent<C> {
    /// The outputs of the sequences, which begin with zeros.
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, C::Number>) -> Var<'t, C::Number> {
        self.run(x, None, |_| None, false).0
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let inputs = self.sizes().inputs;
        let order = if self.batch_first { "[batch, time, inputs]" } else { "[time, batch, inputs]" };
        let wrong = |what: String| Some(format!("{self}: input of shape {shape:?} does not fit: {what}"));
        match shape {
            [_, last] | [_, _, last] if *last == inputs => None,
            [_, _] | [_, _, _] => wrong(format!("the last axis must be {inputs}")),
            _ => wrong(format!("it must be {order} or [time, inputs], where inputs are {inputs}")),
        }
    }

    fn kind(&self) -> String {
        self.to_string()
    }
}

/// The parameters have PyTorch's names, which no struct of cells gives.
impl<C: RecurrentCell> Module for Recurrent<C> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for (i, cell) in self.cells.iter().enumerate() {
            let (layer, reverse) = (i / self.directions, i % self.directions == 1);
            cell.visit(&mut Placed { visitor: &mut *visitor, layer, reverse });
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        for (i, cell) in self.cells.iter_mut().enumerate() {
            let (layer, reverse) = (i / self.directions, i % self.directions == 1);
            cell.visit_mut(&mut Placed { visitor: &mut *visitor, layer, reverse });
        }
    }
}

/// Kind and sizes, as messages name the layer: `Gru(64 -> 128, 2 layers, bidirectional)`.
impl<C: RecurrentCell> fmt::Display for Recurrent<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { inputs, hidden, output } = self.sizes();
        write!(f, "{}({inputs} -> {hidden}", C::LAYER)?;
        if output != hidden {
            write!(f, " -> {output}")?;
        }
        if self.layers() > 1 {
            write!(f, ", {} layers", self.layers())?;
        }
        write!(f, "{})", if self.directions == 2 { ", bidirectional" } else { "" })
    }
}
