//! The long short-term memory.

use std::fmt;

use rappel_autodiff::{Float, Param, Var};

use super::cell::{self, Sizes, Weights, product};
use super::{InitialState, LstmState, Recurrent, RecurrentCell, RnnOptions};
use crate::Module;
use crate::init::Generator;

/// Long short-term memories, `torch.nn.LSTM`: layers of [`LstmCell`]s.
///
/// ```text
/// i, f, o = sigmoid(w_ih x_t + b_ih + w_hh h_(t-1) + b_hh)      g = tanh(the same)
/// c_t = f c_(t-1) + i g                                         h_t = o tanh(c_t)
/// ```
///
/// With a projection ([`projected`](Self::projected)) the hidden state, and so the output, is `w_hr (o tanh(c_t))`. How sequences,
/// states and lengths are given is said at [`Recurrent`].
///
/// Hochreiter & Schmidhuber, [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735), 1997, with the forget gate of
/// Gers et al., 2000; the projection is that of Sak et al., [2014](https://arxiv.org/abs/1402.1128).
///
/// The weights are the [cells'](Recurrent::cells_mut). Here the forget gates start open, as is often advised: the bias of f is the
/// second of four parts.
///
/// ```
/// use rappel_nn::Lstm;
/// use rappel_nn::autodiff::Rng;
///
/// let mut lstm: Lstm = Lstm::new(3, 8, &mut Rng::seed(0));
/// for cell in lstm.cells_mut() {
///     let bias = cell.bias_ih.as_mut().unwrap();
///     bias.value.data_mut()[8..16].fill(1.0);
/// }
/// ```
pub type Lstm<T = f32> = Recurrent<LstmCell<T>>;

impl<T: Float> Lstm<T> {
    /// Random weights as in [`with`](Self::with), for a hidden state that is projected to the size `output`: `proj_size` of
    /// `torch.nn.LSTM`.
    ///
    /// # Panics
    /// At the caller's line, unless `0 < output < hidden`.
    #[track_caller]
    pub fn projected(
        inputs: usize,
        hidden: usize,
        output: usize,
        options: RnnOptions,
        rng: &mut impl Generator,
    ) -> Self {
        assert!(
            (1..hidden).contains(&output),
            "Lstm::projected: the projection's size {output} must be at least 1 and below the hidden size {hidden}"
        );
        Recurrent::of(inputs, output, options, |inputs| {
            LstmCell::drawn(Weights::draw(4, inputs, hidden, Some(output), options.bias, rng))
        })
    }
}

/// One step of a long short-term memory, `torch.nn.LSTMCell`: from an input `[batch, inputs]` and a state, hidden state and cell of
/// `[batch, hidden]` each, the next state, whose `h` is also the output. The formula is [`Lstm`]'s; the weights hold the gates
/// i, f, g, o in this order.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{LstmCell, LstmState};
///
/// let cell: LstmCell = LstmCell::new(3, 8, &mut Rng::seed(0));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[2, 3]));
/// let one = cell.forward(x, None::<&LstmState>);
/// let two = cell.forward(x, one);
/// assert_eq!((&two.h.shape()[..], &two.c.shape()[..]), (&[2, 8][..], &[2, 8][..]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct LstmCell<T: Float = f32> {
    /// `[4 hidden, inputs]`.
    pub weight_ih: Param<T>,
    /// `[4 hidden, hidden]`; with a projection `[4 hidden, output]`.
    pub weight_hh: Param<T>,
    /// `[4 hidden]`, or none.
    pub bias_ih: Option<Param<T>>,
    /// `[4 hidden]`, or none.
    pub bias_hh: Option<Param<T>>,
    /// `[output, hidden]`, or none: the projection.
    pub weight_hr: Option<Param<T>>,
}

impl<T: Float> LstmCell<T> {
    /// Random weights and biases, PyTorch's default: uniform on `[-1/sqrt(hidden), 1/sqrt(hidden))`, drawn in the order of the fields;
    /// no projection.
    pub fn new(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        LstmCell::draw(inputs, hidden, true, rng)
    }

    /// The same without biases.
    pub fn without_bias(inputs: usize, hidden: usize, rng: &mut impl Generator) -> Self {
        LstmCell::draw(inputs, hidden, false, rng)
    }

    fn drawn(Weights { ih, hh, bias_ih, bias_hh, hr }: Weights<T>) -> Self {
        LstmCell { weight_ih: ih, weight_hh: hh, bias_ih, bias_hh, weight_hr: hr }
    }

    /// The state after a step.
    ///
    /// # Panics
    /// At the caller's line, when the input or the state does not fit.
    #[track_caller]
    pub fn forward<'t>(
        &self,
        x: Var<'t, T>,
        state: impl InitialState<'t, T, LstmState<Var<'t, T>>>,
    ) -> LstmState<Var<'t, T>> {
        cell::forward(self, || self.to_string(), x, state)
    }
}

impl<T: Float> RecurrentCell for LstmCell<T> {
    type Number = T;
    type State<'t> = LstmState<Var<'t, T>>;

    const LAYER: &'static str = "Lstm";

    fn draw(inputs: usize, hidden: usize, bias: bool, rng: &mut impl Generator) -> Self {
        LstmCell::drawn(Weights::draw(4, inputs, hidden, None, bias, rng))
    }

    fn sizes(&self) -> Sizes {
        Sizes::of(4, &self.weight_ih, &self.weight_hh)
    }

    fn by_input<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        product(x, &self.weight_ih, self.bias_ih.as_ref())
    }

    fn step<'t>(&self, by_input: Var<'t, T>, state: Self::State<'t>) -> Self::State<'t> {
        let by_state = product(state.h, &self.weight_hh, self.bias_hh.as_ref());
        let (h, c) = by_input.lstm_pointwise(by_state, state.c);
        let h = match &self.weight_hr {
            Some(projection) => product(h, projection, None),
            None => h,
        };
        LstmState { h, c }
    }
}

/// Kind and sizes: `LstmCell(3 -> 8)`.
impl<T: Float> fmt::Display for LstmCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { inputs, hidden, .. } = self.sizes();
        write!(f, "LstmCell({inputs} -> {hidden})")
    }
}
