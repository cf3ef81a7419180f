//! The gated recurrent unit.

use std::fmt;

use rappel_autodiff::{Float, Param, Var};

use super::cell::{self, Sizes, Weights, product};
use super::{HiddenState, InitialState, Recurrent, RecurrentCell};
use crate::Module;
use crate::init::Generator;

/// Gated recurrent units, `torch.nn.GRU`: layers of [`GruCell`]s.
///
/// ```text
/// r, z = sigmoid(w_ih x_t + b_ih + w_hh h_(t-1) + b_hh)
/// n    = tanh(w_in x_t + b_in + r (w_hn h_(t-1) + b_hn))
/// h_t  = (1 - z) n + z h_(t-1)
/// ```
///
/// How sequences, states and lengths are given is said at [`Recurrent`].
///
/// Cho et al., [Learning phrase representations](https://arxiv.org/abs/1406.1078), 2014; as PyTorch has it, the reset gate acts
/// behind the product.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Gru, Layer};
///
/// let gru: Gru = Gru::new(3, 8, &mut Rng::seed(0));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[5, 2, 3])); // time, batch, features
/// let (y, state) = gru.forward_from(x, gru.zero_state(2));
/// assert_eq!((&y.shape()[..], &state.h.shape()[..]), (&[5, 2, 8][..], &[1, 2, 8][..]));
/// assert_eq!(y.at(-1).value(), state.h.at(0).value());
/// assert_eq!(gru.forward(x).value(), y.value());
/// ```
pub type Gru<T = f32> = Recurrent<GruCell<T>>;

/// One step of a gated recurrent unit, `torch.nn.GRUCell`: from an input `[batch, inputs]` and a state `[batch, hidden]` the next
/// state, which is also the output. The formula is [`Gru`]'s; the weights hold the gates r, z, n in this order.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{GruCell, HiddenState};
///
/// let cell: GruCell = GruCell::new(3, 8, &mut Rng::seed(0));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[2, 3]));
/// let one = cell.forward(x, None::<&HiddenState>);
/// let two = cell.forward(x, one);
/// assert_eq!(two.h.shape()[..], [2, 8]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct GruCell<T: Float = f32> {
    /// `[3 hidden, inputs]`.
    pub weight_ih: Param<T>,
    /// `[3 hidden, hidden]`.
    pub weight_hh: Param<T>,
    /// `[3 hidden]`, or none.
    pub bias_ih: Option<Param<T>>,
    /// `[3 hidden]`, or none.
    pub bias_hh: Option<Param<T>>,
}

impl<T: Float> GruCell<T> {
    /// Random weights and biases, PyTorch's default: uniform on `[-1/sqrt(hidden), 1/sqrt(hidden))`, drawn in the order of the fields.
    pub fn new(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        GruCell::draw(inputs, hidden, true, rng)
    }

    /// The same without biases.
    pub fn without_bias(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        GruCell::draw(inputs, hidden, false, rng)
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

impl<T: Float> RecurrentCell for GruCell<T> {
    type Number = T;
    type State<'t> = HiddenState<Var<'t, T>>;

    const LAYER: &'static str = "Gru";

    fn draw(inputs: usize, hidden: usize, bias: bool, rng: &mut impl Generator) -> Self {
        let Weights { ih, hh, bias_ih, bias_hh, .. } = Weights::draw(3, inputs, hidden, None, bias, rng);
        GruCell { weight_ih: ih, weight_hh: hh, bias_ih, bias_hh }
    }

    fn sizes(&self) -> Sizes {
        Sizes::of(3, &self.weight_ih, &self.weight_hh)
    }

    fn by_input<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        product(x, &self.weight_ih, self.bias_ih.as_ref())
    }

    fn step<'t>(&self, by_input: Var<'t, T>, state: Self::State<'t>) -> Self::State<'t> {
        let by_state = product(state.h, &self.weight_hh, self.bias_hh.as_ref());
        HiddenState { h: by_input.gru_pointwise(by_state, state.h) }
    }
}

/// Kind and sizes: `GruCell(3 -> 8)`.
impl<T: Float> fmt::Display for GruCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { inputs, hidden, .. } = self.sizes();
        write!(f, "GruCell({inputs} -> {hidden})")
    }
}
