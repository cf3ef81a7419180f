//! What a recurrent net remembers.

use rappel_autodiff::{Float, Tape, Tensor, Var};

/// The state of a recurrent cell as variables, part of one tape's graph: [`HiddenState`] or [`LstmState`] of [`Var`].
///
/// What a layer does with it is hidden; a program needs the fields of the two structs and their `detach`.
pub trait CellState<'t, T: Float>: Copy {
    /// The same as tensors, which belong to no tape.
    type Value;

    #[doc(hidden)]
    fn zeros(lead: &[usize], widths: [usize; 2]) -> Self::Value;

    #[doc(hidden)]
    fn on(value: &Self::Value, tape: &'t Tape<T>) -> Self;

    /// Calls `f` with the name and the variable of each part.
    #[doc(hidden)]
    fn for_each(self, f: impl FnMut(&'static str, Var<'t, T>));

    #[doc(hidden)]
    fn map(self, f: impl FnMut(Var<'t, T>) -> Var<'t, T>) -> Self;

    #[doc(hidden)]
    fn zip(self, other: Self, f: impl FnMut(Var<'t, T>, Var<'t, T>) -> Var<'t, T>) -> Self;

    /// Each part of the states, one behind the other along a new first axis.
    #[doc(hidden)]
    fn stack(states: &[Self]) -> Self;

    #[doc(hidden)]
    fn hidden(self) -> Var<'t, T>;
}

/// What a recurrent layer or cell may begin with, where `S` is its state as variables:
///
/// * `&state` or `state`, tensors: what [`detach`](HiddenState::detach) or `zero_state` gave. No gradient flows into it.
/// * `state`, variables of the input's tape: the gradient flows on, through what the layer returned before on this tape or into an
///   initial state that is learned.
/// * `Some(either)`, or `None` of such a type for zeros: `None::<&HiddenState>`.
#[diagnostic::on_unimplemented(
    message = "a recurrent layer with the state `{S}` cannot begin with `{Self}`",
    note = "pass `&state` of tensors (from `zero_state` or `detach`), or the state of variables that it returned on this tape"
)]
pub trait InitialState<'t, T: Float, S> {
    #[doc(hidden)]
    fn begin(self, tape: &'t Tape<T>) -> Option<S>;
}

impl<'t, T: Float, S, I: InitialState<'t, T, S>> InitialState<'t, T, S> for Option<I> {
    fn begin(self, tape: &'t Tape<T>) -> Option<S> {
        self?.begin(tape)
    }
}

macro_rules! state {
    ($(#[$doc:meta])* $name:ident { $($(#[$part_doc:meta])* $part:ident: $width:literal),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name<S = Tensor<f32>> {
            $($(#[$part_doc])* pub $part: S,)*
        }

        impl<T: Float> $name<Var<'_, T>> {
            /// The same values as tensors, which outlive the tape; no gradient will flow back through them.
            #[track_caller]
            pub fn detach(self) -> $name<Tensor<T>> {
                $name { $($part: self.$part.value()),* }
            }
        }

        impl<'t, T: Float> CellState<'t, T> for $name<Var<'t, T>> {
            type Value = $name<Tensor<T>>;

            fn zeros(lead: &[usize], widths: [usize; 2]) -> Self::Value {
                $name { $($part: Tensor::zeros(&[lead, &[widths[$width]]].concat())),* }
            }

            fn on(value: &Self::Value, tape: &'t Tape<T>) -> Self {
                $name { $($part: tape.input(&value.$part)),* }
            }

            fn for_each(self, mut f: impl FnMut(&'static str, Var<'t, T>)) {
                $(f(stringify!($part), self.$part);)*
            }

            fn map(self, mut f: impl FnMut(Var<'t, T>) -> Var<'t, T>) -> Self {
                $name { $($part: f(self.$part)),* }
            }

            fn zip(self, other: Self, mut f: impl FnMut(Var<'t, T>, Var<'t, T>) -> Var<'t, T>) -> Self {
                $name { $($part: f(self.$part, other.$part)),* }
            }

            fn stack(states: &[Self]) -> Self {
                match states {
                    [one] => one.map(|part| part.unsqueeze(0)),
                    _ => $name { $($part: Var::stack(&states.iter().map(|s| s.$part).collect::<Vec<_>>(), 0)),* },
                }
            }

            fn hidden(self) -> Var<'t, T> {
                self.h
            }
        }

        impl<'t, T: Float> InitialState<'t, T, $name<Var<'t, T>>> for $name<Var<'t, T>> {
            fn begin(self, _: &'t Tape<T>) -> Option<Self> {
                Some(self)
            }
        }

        impl<'t, T: Float> InitialState<'t, T, $name<Var<'t, T>>> for &$name<Tensor<T>> {
            fn begin(self, tape: &'t Tape<T>) -> Option<$name<Var<'t, T>>> {
                Some(CellState::on(self, tape))
            }
        }

        impl<'t, T: Float> InitialState<'t, T, $name<Var<'t, T>>> for $name<Tensor<T>> {
            fn begin(self, tape: &'t Tape<T>) -> Option<$name<Var<'t, T>>> {
                (&self).begin(tape)
            }
        }
    };
}

state! {
    /// The state of an [`Rnn`](crate::Rnn) or a [`Gru`](crate::Gru), and of their cells.
    ///
    /// A layer returns it as variables, `HiddenState<Var>`, which are part of the tape's graph. To carry it to the next tape, or to
    /// the next step of the same, [`detach`](Self::detach) it: `HiddenState<Tensor<T>>` belongs to no tape, and the gradient ends
    /// there. A state of variables cannot get there by accident, since it borrows the tape:
    ///
    /// ```compile_fail,E0502
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::Gru;
    ///
    /// let gru: Gru = Gru::new(3, 8, &mut Rng::seed(0));
    /// let mut tape = Tape::new();
    /// let (_, state) = gru.forward_from(tape.input(&Tensor::zeros(&[5, 1, 3])), gru.zero_state(1));
    /// tape.reset(); // `tape` is borrowed by `state`: detach it first
    /// gru.forward_from(tape.input(&Tensor::zeros(&[5, 1, 3])), state);
    /// ```
    HiddenState {
        /// The hidden state: `[layers * directions, batch, hidden]` of a layer, `[batch, hidden]` of a cell.
        h: 0
    }
}

state! {
    /// The state of an [`Lstm`](crate::Lstm) and of its cell.
    ///
    /// As [`HiddenState`], it is returned as variables and carried on as tensors, by [`detach`](Self::detach):
    ///
    /// ```compile_fail,E0502
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::Lstm;
    ///
    /// let lstm: Lstm = Lstm::new(3, 8, &mut Rng::seed(0));
    /// let mut tape = Tape::new();
    /// let (_, state) = lstm.forward_from(tape.input(&Tensor::zeros(&[5, 1, 3])), lstm.zero_state(1));
    /// tape.reset(); // `tape` is borrowed by `state`: detach it first
    /// lstm.forward_from(tape.input(&Tensor::zeros(&[5, 1, 3])), state);
    /// ```
    LstmState {
        /// The hidden state, which is also the output: `[layers * directions, batch, hidden]` of a layer, `[batch, hidden]` of a
        /// cell. With a projection the last axis is the projection's.
        h: 0,
        /// The cell: the same, always with `hidden` on the last axis.
        c: 1
    }
}
