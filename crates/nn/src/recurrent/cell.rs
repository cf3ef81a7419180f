//! One step of a recurrent net.

use rappel_autodiff::{Float, Param, Var};

use super::{CellState, InitialState};
use crate::Module;
use crate::init::Generator;
use crate::layer::enter_module;

/// A cell that [`Recurrent`](super::Recurrent) repeats along a sequence: [`RnnCell`](super::RnnCell), [`LstmCell`](super::LstmCell) or
/// [`GruCell`](super::GruCell).
///
/// All of them add a product with the input, which a layer computes for all steps at once, and one with the hidden state.
pub trait RecurrentCell: Module + Send + Sync {
    /// `f32` or `f64`.
    type Number: Float;

    /// The state as variables of a tape.
    type State<'t>: CellState<'t, Self::Number>;

    /// How messages call the layer of such cells.
    #[doc(hidden)]
    const LAYER: &'static str;

    #[doc(hidden)]
    fn draw(inputs: usize, hidden: usize, bias: bool, rng: &mut impl Generator) -> Self
    where
        Self: Sized;

    #[doc(hidden)]
    fn sizes(&self) -> Sizes;

    /// The product with inputs `[.., inputs]`.
    #[doc(hidden)]
    fn by_input<'t>(&self, x: Var<'t, Self::Number>) -> Var<'t, Self::Number>;

    /// The state after a step.
    #[doc(hidden)]
    fn step<'t>(&self, by_input: Var<'t, Self::Number>, state: Self::State<'t>) -> Self::State<'t>;
}

/// The sizes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    pub(super) inputs: usize,
    /// What the gates have.
    pub(super) hidden: usize,
    /// What the hidden state and the output have: `hidden`, unless they are projected.
    pub(super) output: usize,
}

impl Sizes {
    /// Those of weights `[gates * hidden, inputs]` and `[gates * hidden, output]`.
    pub(super) fn of<T: Float>(gates: usize, weight_ih: &Param<T>, weight_hh: &Param<T>) -> Self {
        match (weight_ih.value.shape(), weight_hh.value.shape()) {
            (&[rows, inputs], &[_, output]) => Sizes { inputs, hidden: rows / gates, output },
            (ih, hh) => panic!("a recurrent cell: its weights have shapes {ih:?} and {hh:?}; expected two matrices"),
        }
    }

    /// Those of the parts of the state: hidden state and cell.
    pub(super) fn state(self) -> [usize; 2] {
        [self.output, self.hidden]
    }
}

/// The weights of a cell, as PyTorch draws them: all uniform on `[-1/sqrt(hidden), 1/sqrt(hidden))`, in the order of the fields.
pub(super) struct Weights<T: Float> {
    pub(super) ih: Param<T>,
    pub(super) hh: Param<T>,
    pub(super) bias_ih: Option<Param<T>>,
    pub(super) bias_hh: Option<Param<T>>,
    pub(super) hr: Option<Param<T>>,
}

impl<T: Float> Weights<T> {
    pub(super) fn draw(
        gates: usize,
        inputs: usize,
        hidden: usize,
        projected: Option<usize>,
        bias: bool,
        rng: &mut impl Generator,
    ) -> Self {
        let bound = if hidden == 0 { 0.0 } else { (hidden as f64).sqrt().recip() };
        let mut draw = |shape: &[usize]| Param::new(rng.draw_uniform(shape, -bound, bound));
        let rows = gates * hidden;
        Weights {
            ih: draw(&[rows, inputs]),
            hh: draw(&[rows, projected.unwrap_or(hidden)]),
            bias_ih: bias.then(|| draw(&[rows])),
            bias_hh: bias.then(|| draw(&[rows])),
            hr: projected.map(|projected| draw(&[projected, hidden])),
        }
    }
}

/// `x w^T + b`, of parameters.
pub(super) fn product<'t, T: Float>(x: Var<'t, T>, weight: &Param<T>, bias: Option<&Param<T>>) -> Var<'t, T> {
    let tape = x.tape();
    x.linear(tape.param(weight), bias.map(|bias| tape.param(bias)))
}

/// Panics at the caller's line, unless the parts of a state are on the input's tape and have the sizes `lead` before these widths.
#[track_caller]
pub(super) fn check_state<'t, T: Float, S: CellState<'t, T>>(
    kind: impl Fn() -> String,
    x: Var<'t, T>,
    state: S,
    lead: &[usize],
    widths: [usize; 2],
) {
    let mut widths = widths.into_iter();
    let mut wrong: Option<String> = None;
    state.for_each(|name, part| {
        let expected = [lead, &[widths.next().expect("a state has at most two parts")]].concat();
        let (shape, input) = (part.shape(), x.shape());
        let why = if !std::ptr::eq(part.tape(), x.tape()) {
            Some("is on another tape than the input: carry it on by `detach`".to_owned())
        } else if shape[..] != expected[..] {
            let (shape, input) = (&shape[..], &input[..]);
            Some(format!("has shape {shape:?}; for an input of shape {input:?} it must be {expected:?}"))
        } else {
            None
        };
        wrong = wrong.take().or(why.map(|why| format!("`{name}` of the state {why}")));
    });
    if let Some(why) = wrong {
        panic!("{}: {why}", kind());
    }
}

/// One step of a cell on its own, from an input `[.., inputs]` and a state `[.., hidden]`.
#[track_caller]
pub(super) fn forward<'t, C: RecurrentCell>(
    cell: &C,
    kind: impl Fn() -> String,
    x: Var<'t, C::Number>,
    state: impl InitialState<'t, C::Number, C::State<'t>>,
) -> C::State<'t> {
    let (sizes, shape, tape) = (cell.sizes(), x.shape(), x.tape());
    let lead = match shape.split_last() {
        Some((&last, lead)) if last == sizes.inputs => lead,
        _ => {
            let (kind, shape, inputs) = (kind(), &shape[..], sizes.inputs);
            panic!("{kind}: input of shape {shape:?} does not fit: the last axis must be {inputs}")
        }
    };
    let layer = enter_module(cell, &kind, tape);
    let state = match state.begin(tape) {
        Some(state) => state,
        None => C::State::on(&C::State::zeros(lead, sizes.state()), tape),
    };
    check_state(kind, x, state, lead, sizes.state());
    let next = cell.step(cell.by_input(x), state);
    layer.leave(next.hidden());
    next
}
