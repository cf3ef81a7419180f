//! Recurrent layers over whole sequences: one product with the input for all steps, one node for all steps, one product for the
//! cotangent of each weight.
//!
//! The rules are the cells' own, step by step; the fast forms are kernels that do the same without a node per step.

use rappel_tensor::{Float, Sequence, Shape, Tensor};
use smallvec::{SmallVec, smallvec};

use super::{Cell, GruPointwise, LstmPointwise, Maybe};
use crate::array::{Array, Tangent};
use crate::ops::{Concat, MatMul};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// A long short-term memory over sequences, one layer and direction of `torch.nn.LSTM`: `self` is `[steps, sequences, in]`, or with
    /// the first two exchanged as `how` says, the state `(h, c)` is `[sequences, size]` each. Weights and formulas are those of
    /// [`lstm_cell`](Self::lstm_cell).
    ///
    /// Gives the hidden states of all steps, in the layout of `self`, and hidden state and cell behind each sequence's last step.
    ///
    /// ```
    /// use rappel_autodiff::{Sequence, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let [x, h, w_ih, w_hh] =
    ///     [&[7, 2, 3][..], &[2, 5], &[20, 3], &[20, 5]].map(|shape| tape.var(&Tensor::full(shape, 0.1)));
    /// let (ys, last, _) = x.lstm_sequence((h, h), w_ih, w_hh, None, None, &Sequence::new());
    /// assert_eq!(ys.shape()[..], [7, 2, 5]);
    /// assert_eq!(last.value(), ys.slice_axis(0, 6..7).squeeze(0).value());
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit, or a length is more than there are steps.
    #[track_caller]
    pub fn lstm_sequence(
        self,
        (h, c): (Self, Self),
        w_ih: Self,
        w_hh: Self,
        b_ih: Maybe<'t, T>,
        b_hh: Maybe<'t, T>,
        how: &Sequence,
    ) -> (Self, Self, Self) {
        let bias = match (b_ih, b_hh) {
            (Some(by_input), Some(by_state)) => Some(by_input + by_state),
            (by_input, by_state) => by_input.or(by_state),
        };
        let gates = self.linear(w_ih, bias);
        let rows = Array::apply(LstmSequence(how.clone()), &[&gates, &h, &c, &w_hh]);
        let [ys, h, c] = rows.pieces(&gates, &h);
        (ys, h, c)
    }

    /// A gated recurrent unit over sequences, one layer and direction of `torch.nn.GRU`; shapes as for
    /// [`lstm_sequence`](Self::lstm_sequence), weights and formulas those of [`gru_cell`](Self::gru_cell).
    ///
    /// Gives the states of all steps, in the layout of `self`, and the state behind each sequence's last step.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit, or a length is more than there are steps.
    #[track_caller]
    pub fn gru_sequence(
        self,
        h: Self,
        w_ih: Self,
        w_hh: Self,
        b_ih: Maybe<'t, T>,
        b_hh: Maybe<'t, T>,
        how: &Sequence,
    ) -> (Self, Self) {
        let gates = self.linear(w_ih, b_ih);
        let op = GruSequence(how.clone());
        let rows = match b_hh {
            Some(b_hh) => Array::apply(op, &[&gates, &h, &w_hh, &b_hh]),
            None => gates.apply3(h, w_hh, op),
        };
        let [ys, h] = rows.pieces(&gates, &h);
        (ys, h)
    }

    /// The outputs and the last states in the rows that a sequence gives.
    #[track_caller]
    fn pieces<const N: usize>(self, gates: &Self, state: &Self) -> [Self; N] {
        let (mut shape, of_state) = (gates.shape(), state.shape());
        let (n, size) = (of_state[0], of_state[1]);
        shape[2] = size;
        let all = self.shape()[0] - (N - 1) * n;
        // Not `from_fn`: a closure would put the node at this line.
        let mut pieces = [self; N];
        pieces[0] = self.slice_axis(0, 0..all).reshape(&shape);
        for (i, piece) in pieces.iter_mut().enumerate().skip(1) {
            *piece = self.slice_axis(0, all + (i - 1) * n..all + i * n);
        }
        pieces
    }
}

/// A step as its cell sees it: the gates' arguments by input and by state, the states before it and what it gave.
struct Taken<V> {
    step: usize,
    /// Arguments by input and by state, and the last of the states.
    x: [V; 3],
    hidden: V,
    y: V,
    /// 1 for the sequences that take the step, where not all do: `[sequences, 1]`.
    mask: Option<V>,
}

impl<V> Saved<V> for Taken<V> {
    fn inputs(&self) -> usize {
        3
    }

    fn x(&self, i: usize) -> &V {
        &self.x[i]
    }

    fn y(&self) -> &V {
        &self.y
    }

    fn kept(&self) -> Option<&V> {
        None
    }
}

/// The cotangents of a cell's inputs.
struct Caught<V>([Option<V>; 3]);

impl<T: Float, V: Array<T>> Sink<T, V> for Caught<V> {
    fn needs(&self, _: usize) -> bool {
        true
    }

    fn add(&mut self, i: usize, g: V) {
        self.0[i] = Some(match self.0[i].take() {
            None => g,
            Some(sum) => sum.add(&g),
        });
    }
}

impl<V> Caught<V> {
    fn take(&mut self, i: usize) -> V {
        self.0[i].take().expect("a cell's rule gives each cotangent")
    }
}

/// A sequence as steps of a cell. Inputs: the gates' arguments by the input, the cell's states, the weight of the state and, if there is
/// one more, a bias.
struct Unrolled<'a, V, C> {
    cell: C,
    how: &'a Sequence,
    gates: &'a V,
    states: &'a [&'a V],
    weight: &'a V,
    bias: Option<&'a V>,
}

impl<'a, V, C: Cell> Unrolled<'a, V, C> {
    fn new<T: Float>(cell: C, how: &'a Sequence, x: &'a [&'a V]) -> Self
    where
        V: Array<T>,
    {
        let states = 1 + C::STATES;
        Unrolled { cell, how, gates: x[0], states: &x[1..states], weight: x[states], bias: x.get(states + 1).copied() }
    }

    /// The axis of the steps.
    fn axis(&self) -> usize {
        usize::from(self.how.is_batch_first())
    }

    /// Part `i` of an array that has the parts along an axis, without it.
    fn part<T: Float>(v: &V, axis: usize, i: usize) -> V
    where
        V: Array<T>,
    {
        let mut size = v.dims();
        let mut start: Shape = smallvec![0; size.len()];
        start[axis] = i;
        size[axis] = 1;
        let part = v.slice(&start, &size);
        size.remove(axis);
        part.reshape(&size)
    }

    /// Parts joined along a new axis.
    fn join<T: Float>(parts: &[&V], axis: usize) -> V
    where
        V: Array<T>,
    {
        let mut wide = parts[0].dims();
        wide.insert(axis, 1);
        let parts: Vec<V> = parts.iter().map(|part| part.reshape(&wide)).collect();
        V::apply(Concat(axis), &parts.iter().collect::<Vec<_>>())
    }

    /// `new` for the sequences that take a step, `old` for the others.
    fn pick<T: Float>(mask: Option<&V>, new: V, old: &V) -> V
    where
        V: Array<T>,
    {
        match mask {
            None => new,
            Some(mask) => V::select(mask, &new, old),
        }
    }

    /// The steps in the order in which they are taken, and the states behind them.
    fn run<T: Float>(&self) -> (Vec<Taken<V>>, SmallVec<[V; 2]>)
    where
        V: Array<T>,
    {
        let mut states: SmallVec<[V; 2]> = self.states.iter().map(|&state| state.clone()).collect();
        let rows = states[0].dims()[0];
        let steps = self.gates.dims()[self.axis()];
        let mut taken = Vec::with_capacity(steps);
        for i in 0..steps {
            let step = if self.how.is_reverse() { steps - 1 - i } else { i };
            let mask = self.how.each_length().map(|lengths| {
                let takes = |n: usize| if step < lengths.data()[n] as usize { T::ONE } else { T::ZERO };
                self.gates.fixed(Tensor::from_fn(&[rows, 1], takes))
            });
            let hidden = states[0].clone();
            let products = hidden.matmul(false, self.weight, true);
            let by_state = match self.bias {
                Some(bias) => products.add(bias),
                None => products,
            };
            let x = [Self::part(self.gates, self.axis(), step), by_state, states[C::STATES - 1].clone()];
            let y = V::apply(self.cell.clone(), &[&x[0], &x[1], &x[2]]);
            for (k, state) in states.iter_mut().enumerate() {
                let new = if C::STATES == 1 { y.clone() } else { Self::part(&y, 0, k) };
                *state = Self::pick(mask.as_ref(), new, state);
            }
            taken.push(Taken { step, x, hidden, y, mask });
        }
        (taken, states)
    }

    /// The value in rows, as the kernels give it.
    fn value<T: Float>(&self) -> V
    where
        V: Array<T>,
    {
        let (mut taken, states) = self.run();
        taken.sort_by_key(|taken| taken.step);
        let outputs: Vec<V> = taken
            .into_iter()
            .map(|Taken { y, mask, .. }| {
                let hidden = if C::STATES == 1 { y } else { Self::part(&y, 0, 0) };
                let nothing = hidden.constant(0.0);
                Self::pick(mask.as_ref(), hidden, &nothing)
            })
            .collect();
        let mut rows: SmallVec<[V; 3]> = SmallVec::new();
        if let Some(first) = outputs.first() {
            let dims = first.dims();
            let joined = Self::join(&outputs.iter().collect::<Vec<_>>(), self.axis());
            rows.push(joined.reshape(&[outputs.len() * dims[0], dims[1]]));
        }
        rows.extend(states);
        V::apply(Concat(0), &rows.iter().collect::<SmallVec<[&V; 3]>>())
    }

    /// Passes the cotangent of [`value`](Self::value) on.
    fn pull<T: Float>(&self, g: &V, s: &mut impl Sink<T, V>)
    where
        V: Array<T>,
    {
        let (mut taken, states) = self.run();
        let mut outputs = self.gates.dims();
        let (n, size) = (states[0].dims()[0], states[0].dims()[1]);
        outputs[2] = size;
        let all = outputs[0] * outputs[1];
        let rows = |from: usize, n: usize| g.slice(&smallvec![from, 0], &smallvec![n, size]);
        let by_output = rows(0, all).reshape(&outputs);
        let mut back: SmallVec<[V; 2]> = (0..C::STATES).map(|k| rows(all + k * n, n)).collect();
        let nothing = states[0].constant(0.0);
        let mut pulled = Vec::with_capacity(taken.len());
        while let Some(at) = taken.pop() {
            let mask = at.mask.as_ref();
            let own = back[0].add(&Self::part(&by_output, self.axis(), at.step));
            let mut along: SmallVec<[V; 2]> = smallvec![Self::pick(mask, own, &nothing)];
            along.extend(back[1..].iter().map(|g| Self::pick(mask, g.clone(), &nothing)));
            let along = if C::STATES == 1 { along.remove(0) } else { Self::join(&along.iter().collect::<Vec<_>>(), 0) };
            let mut caught = Caught([const { None }; 3]);
            self.cell.vjp(&at, along, &mut caught);
            let [by_input, by_state, state] = [0, 1, 2].map(|i| caught.take(i));
            let product = by_state.matmul(false, self.weight, false);
            let mut new: SmallVec<[V; 2]> =
                if C::STATES == 1 { smallvec![product.add(&state)] } else { smallvec![product, state] };
            for (new, back) in new.drain(..).zip(&mut back) {
                *back = Self::pick(mask, new, back);
            }
            pulled.push((at.step, by_input, by_state, at.hidden));
        }
        if !pulled.is_empty() {
            let all: Vec<(&V, &V)> = pulled.iter().map(|(_, _, by_state, hidden)| (by_state, hidden)).collect();
            let by_state = V::apply(Concat(0), &all.iter().map(|x| x.0).collect::<Vec<_>>());
            let hidden = V::apply(Concat(0), &all.iter().map(|x| x.1).collect::<Vec<_>>());
            s.add_op(1 + C::STATES, MatMul { ta: true, tb: false }, &[&by_state, &hidden]);
            if self.bias.is_some() {
                s.add(2 + C::STATES, by_state);
            }
            pulled.sort_by_key(|x| x.0);
            s.add(0, Self::join(&pulled.iter().map(|x| &x.1).collect::<Vec<_>>(), self.axis()));
        }
        for (k, back) in back.into_iter().enumerate() {
            s.add(1 + k, back);
        }
    }
}

/// The inputs of a node.
fn inputs<V>(c: &impl Saved<V>) -> SmallVec<[&V; 4]> {
    (0..c.inputs()).map(|i| c.x(i)).collect()
}

fn multiply_adds(x: &[&[usize]], weight: usize) -> u64 {
    x[0].iter().product::<usize>() as u64 * x[weight][1] as u64
}

/// All steps of an LSTM, in rows: hidden states, and the last hidden states and cells. Inputs: the gates' arguments by the input, hidden
/// state, cell, and the weight of the state. It keeps the gates and the cells.
#[derive(Clone, Debug)]
pub(crate) struct LstmSequence(Sequence);

impl Primitive for LstmSequence {
    fn name(&self) -> &'static str {
        "lstm_sequence"
    }

    fn multiply_adds(&self, x: &[&[usize]], _: &[usize]) -> u64 {
        multiply_adds(x, 3)
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (y, kept) = x[0].lstm_sequence(x[1], x[2], x[3], &self.0);
        (y, Some(kept))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        Unrolled::new(LstmPointwise, &self.0, x).value().d
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        Unrolled::new(LstmPointwise, &self.0, &inputs(c)).pull(&g, s);
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let kept = c.kept().expect("the evaluation kept the gates");
        let x = (c.x(0), c.x(1), c.x(2), c.x(3));
        let [gates, hidden, cell, before] = Tensor::lstm_sequence_chain(&g, x, c.y(), kept, &self.0);
        if s.needs(3) {
            let rows = gates.reshape(&[before.shape()[0], x.3.shape()[0]]);
            s.add_op(3, MatMul { ta: true, tb: false }, &[&rows, &before]);
        }
        s.add(2, cell);
        s.add(1, hidden);
        s.add(0, gates);
    }
}

/// All steps of a GRU, in rows: states, and the last states. Inputs: the gates' arguments by the input, state, the weight of the state
/// and, if there are four, a bias. It keeps the gates.
#[derive(Clone, Debug)]
pub(crate) struct GruSequence(Sequence);

impl Primitive for GruSequence {
    fn name(&self) -> &'static str {
        "gru_sequence"
    }

    fn multiply_adds(&self, x: &[&[usize]], _: &[usize]) -> u64 {
        multiply_adds(x, 2)
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (y, kept) = x[0].gru_sequence(x[1], x[2], x.get(3).copied(), &self.0);
        (y, Some(kept))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        Unrolled::new(GruPointwise, &self.0, x).value().d
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        Unrolled::new(GruPointwise, &self.0, &inputs(c)).pull(&g, s);
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let kept = c.kept().expect("the evaluation kept the gates");
        let x = (c.x(0), c.x(1), c.x(2));
        let [by_input, by_state, state, before] = Tensor::gru_sequence_chain(&g, x, c.y(), kept, &self.0);
        if s.needs(2) {
            let rows = by_state.reshape(&[before.shape()[0], x.2.shape()[0]]);
            s.add_op(2, MatMul { ta: true, tb: false }, &[&rows, &before]);
        }
        if c.inputs() == 4 {
            s.add(3, by_state);
        }
        s.add(1, state);
        s.add(0, by_input);
    }
}
