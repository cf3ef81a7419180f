//! The plain recurrent net.

use std::fmt;

use rappel_autodiff::{Float, Param, Var};

use super::cell::{self, Sizes, Weights, product};
use super::{HiddenState, InitialState, Recurrent, RecurrentCell};
use crate::Module;
use crate::init::Generator;

/// Elman's recurrent net, `torch.nn.RNN`: layers of [`RnnCell`]s.
///
/// ```text
/// h_t = tanh(w_ih x_t + b_ih + w_hh h_(t-1) + b_hh)
/// ```
///
/// or with a ReLU in place of the tanh ([`relu`](Self::relu)). How sequences, states and lengths are given is said at [`Recurrent`].
///
/// Elman, [Finding structure in time](https://doi.org/10.1207/s15516709cog1402_1), 1990.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Rnn};
///
/// let rnn: Rnn = Rnn::new(3, 8, &mut Rng::seed(0)).relu();
/// let tape = Tape::new();
/// let y = rnn.forward(tape.input(&Tensor::ones(&[5, 2, 3])));
/// assert_eq!(y.shape()[..], [5, 2, 8]);
/// assert!(y.value().data().iter().all(|&y| y >= 0.0));
/// ```
pub type Rnn<T = f32> = Recurrent<RnnCell<T>>;

impl<T: Float> Rnn<T> {
    /// With a ReLU in place of the tanh.
    #[must_use]
    pub fn relu(mut self) -> Self {
        for cell in self.cells_mut() {
            cell.nonlinearity = Nonlinearity::Relu;
        }
        self
    }
}

/// What stands behind the sum in an [`RnnCell`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nonlinearity {
    /// The hyperbolic tangent.
    #[default]
    Tanh,
    /// `max(x, 0)`.
    Relu,
}

/// One step of a plain recurrent net, `torch.nn.RNNCell`: from an input `[batch, inputs]` and a state `[batch, hidden]` the next state,
/// which is also the output.
///
/// ```text
/// h' = tanh(w_ih x + b_ih + w_hh h + b_hh)
/// ```
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{HiddenState, RnnCell};
///
/// let cell: RnnCell = RnnCell::new(3, 8, &mut Rng::seed(0));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[2, 3]));
/// let one = cell.forward(x, None::<&HiddenState>);
/// let two = cell.forward(x, one);
/// assert_eq!(two.h.shape()[..], [2, 8]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct RnnCell<T: Float = f32> {
    /// `[hidden, inputs]`.
    pub weight_ih: Param<T>,
    /// `[hidden, hidden]`.
    pub weight_hh: Param<T>,
    /// `[hidden]`, or none.
    pub bias_ih: Option<Param<T>>,
    /// `[hidden]`, or none.
    pub bias_hh: Option<Param<T>>,
    /// Tanh, or ReLU.
    #[module(skip)]
    pub nonlinearity: Nonlinearity,
}

impl<T: Float> RnnCell<T> {
    /// Random weights and biases, PyTorch's default: uniform on `[-1/sqrt(hidden), 1/sqrt(hidden))`, drawn in the order of the fields.
    pub fn new(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        RnnCell::draw(inputs, hidden, true, rng)
    }

    /// The same without biases.
    pub fn without_bias(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        RnnCell::draw(inputs, hidden, false, rng)
    }

    /// With a ReLU in place of the tanh.
    #[must_use]
    pub fn relu(self) -> Self {
        RnnCell { nonlinearity: Nonlinearity::Relu, ..self }
    }

    /// The state after a step.
    ///
    /// # Panics
    /// At the caller's line, when the input or the state does not fit.
    #[track_caller]
    pub fn forward<'t>(
        &self,
        x: Var<'t, T>,
        state: impl InitialState<'t, T, HiddenState<Var<'t, T>>>,
    ) -> HiddenState<Var<'t, T>> {
        cell::forward(self, || self.to_string(), x, state)
    }
}

impl<T: Float> RecurrentCell for RnnCell<T> {
    type Number = T;
    type State<'t> = HiddenState<Var<'t, T>>;

    const LAYER: &'static str = "Rnn";

    fn draw(inputs: usize, hidden: usize, bias: bool, rng: &mut impl Generator) -> Self {
        let Weights { ih, hh, bias_ih, bias_hh, .. } = Weights::draw(1, inputs, hidden, None, bias, rng);
        RnnCell { weight_ih: ih, weight_hh: hh, bias_ih, bias_hh, nonlinearity: Nonlinearity::Tanh }
    }

    fn sizes(&self) -> Sizes {
        Sizes::of(1, &self.weight_ih, &self.weight_hh)
    }

    fn by_input<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        product(x, &self.weight_ih, self.bias_ih.as_ref())
    }

    fn step<'t>(&self, by_input: Var<'t, T>, state: Self::State<'t>) -> Self::State<'t> {
        let sum = by_input + product(state.h, &self.weight_hh, self.bias_hh.as_ref());
        let h = match self.nonlinearity {
            Nonlinearity::Tanh => sum.tanh(),
            Nonlinearity::Relu => sum.relu(),
        };
        HiddenState { h }
    }
}

/// Kind and sizes: `RnnCell(3 -> 8)`.
impl<T: Float> fmt::Display for RnnCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { inputs, hidden, .. } = self.sizes();
        write!(f, "RnnCell({inputs} -> {hidden})")
    }
}
