//! Cells of recurrent nets: two products and one fused pointwise operation a step; and whole [sequences](sequence) of steps.
//!
//! Gates stand in PyTorch's order, so weights can be exchanged. The pointwise parts are operations of their own, for layers that
//! compute the products of a whole sequence with its input at once.

mod sequence;

use rappel_elem::rows;
use rappel_tensor::{Float, Shape, Tensor};

use super::Concat;
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::row::built_in;
use crate::rule::{Saved, Sink};
use crate::var::Var;
pub(crate) use sequence::{GruSequence, LstmSequence};

/// A variable, or none.
type Maybe<'t, T> = Option<Var<'t, T>>;

impl<'t, T: Float> Var<'t, T> {
    /// One step of a long short-term memory, `torch.nn.LSTMCell`: from the input `self` `[.., in]` and the state `(h, c)`, `[.., size]`
    /// each, the next state. Weights are `[4 size, in]` and `[4 size, size]`, biases `[4 size]`, with the gates in the order i, f, g, o:
    ///
    /// ```text
    /// i, f, o = sigmoid(w_ih x + b_ih + w_hh h + b_hh)      g = tanh(the same)
    /// c' = f c + i g                                        h' = o tanh(c')
    /// ```
    ///
    /// Hochreiter & Schmidhuber, [Long short-term memory](https://doi.org/10.1162/neco.1997.9.8.1735), 1997, with the forget gate of
    /// Gers et al., 2000.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn lstm_cell(
        self,
        (h, c): (Self, Self),
        w_ih: Self,
        w_hh: Self,
        b_ih: Maybe<'t, T>,
        b_hh: Maybe<'t, T>,
    ) -> (Self, Self) {
        self.linear(w_ih, b_ih).lstm_pointwise(h.linear(w_hh, b_hh), c)
    }

    /// What stands behind the products in [`lstm_cell`](Self::lstm_cell), fused: `self` and `by_state`, `[.., 4 size]` each, add up to
    /// the arguments of the gates i, f, g, o. Gives the new hidden state and the new cell.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn lstm_pointwise(self, by_state: Self, c: Self) -> (Self, Self) {
        let both = self.apply3(by_state, c, LstmPointwise);
        let shape = c.shape();
        (both.slice_axis(0, 0..1).reshape(&shape), both.slice_axis(0, 1..2).reshape(&shape))
    }

    /// One step of a gated recurrent unit, `torch.nn.GRUCell`: from the input `self` `[.., in]` and the state `h` `[.., size]` the next
    /// state. Weights are `[3 size, in]` and `[3 size, size]`, biases `[3 size]`, with the gates in the order r, z, n:
    ///
    /// ```text
    /// r, z = sigmoid(w_ih x + b_ih + w_hh h + b_hh)
    /// n = tanh(w_in x + b_in + r (w_hn h + b_hn))           h' = (1 - z) n + z h
    /// ```
    ///
    /// Cho et al., [Learning phrase representations](https://arxiv.org/abs/1406.1078), 2014; as PyTorch has it, the reset gate acts
    /// behind the product.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn gru_cell(self, h: Self, w_ih: Self, w_hh: Self, b_ih: Maybe<'t, T>, b_hh: Maybe<'t, T>) -> Self {
        self.linear(w_ih, b_ih).gru_pointwise(h.linear(w_hh, b_hh), h)
    }

    /// What stands behind the products in [`gru_cell`](Self::gru_cell), fused: `self` by the input and `by_state`, `[.., 3 size]` each,
    /// and the state `[.., size]`. Gives the new state.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn gru_pointwise(self, by_state: Self, h: Self) -> Self {
        self.apply3(by_state, h, GruPointwise)
    }
}

/// What stands behind the products of a cell. Inputs: the gates' arguments by input and by state, and the last of the states; it gives the
/// new states, one behind the other on a new first axis if there are several.
trait Cell: Primitive {
    /// How many arrays the state has; the products are with the first.
    const STATES: usize;
}

impl Cell for LstmPointwise {
    const STATES: usize = 2;
}

impl Cell for GruPointwise {
    const STATES: usize = 1;
}

/// The `i`-th of the equal parts of size `size` of the last axis.
fn part<T: Float, V: Array<T>>(v: &V, i: usize, size: usize) -> V {
    let mut shape = v.dims();
    let last = shape.len() - 1;
    let mut start: Shape = smallvec::smallvec![0; shape.len()];
    start[last] = i * size;
    shape[last] = size;
    v.slice(&start, &shape)
}

fn sigmoid<T: Float, V: Array<T>>(v: &V) -> V {
    v.unary(built_in!(unary rows::Sigmoid), [0.0; 2])
}

fn tanh<T: Float, V: Array<T>>(v: &V) -> V {
    v.unary(built_in!(unary rows::Tanh), [0.0; 2])
}

/// `1 - v`.
fn rest<T: Float, V: Array<T>>(v: &V) -> V {
    v.unary(built_in!(unary rows::SubFrom), [1.0, 0.0])
}

/// `g` times the derivative of a sigmoid with value `y`.
fn through_sigmoid<T: Float, V: Array<T>>(g: &V, y: &V) -> V {
    V::unary_chain(g, y, y, built_in!(unary rows::Sigmoid), [0.0; 2])
}

/// `g` times the derivative of a tanh with value `y`.
fn through_tanh<T: Float, V: Array<T>>(g: &V, y: &V) -> V {
    V::unary_chain(g, y, y, built_in!(unary rows::Tanh), [0.0; 2])
}

/// The state of an LSTM after a step, `[2, ..]`: hidden state and cell, one behind the other so that each is contiguous and one pass
/// makes both. Inputs: the gates' arguments by input and by state, and the cell. It keeps the gates and tanh of the new cell.
#[derive(Clone, Debug)]
pub(crate) struct LstmPointwise;

impl LstmPointwise {
    /// The gates i, f, g, o, and tanh of the new cell.
    fn gates<T: Float, V: Array<T>>(a: &V, b: &V, c: &V) -> [V; 5] {
        let size = c.dims()[c.dims().len() - 1];
        let sum = a.add(b);
        let [i, f, g, o] = std::array::from_fn(|k| {
            let argument = part(&sum, k, size);
            if k == 2 { tanh(&argument) } else { sigmoid(&argument) }
        });
        let t = tanh(&f.mul(c).add(&i.mul(&g)));
        [i, f, g, o, t]
    }
}

impl Primitive for LstmPointwise {
    fn name(&self) -> &'static str {
        "lstm_pointwise"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (y, kept) = x[0].lstm_pointwise(x[1], x[2]);
        (y, Some(kept))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let [i, f, g, o, t] = Self::gates(x[0], x[1], x[2]);
        let cell = f.mul(x[2]).add(&i.mul(&g));
        let hidden = o.mul(&t);
        Some(Tensor::stack(&[&hidden.moved(), &cell.moved()], 0))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let cell = c.x(2);
        let dims = cell.dims();
        let half = |k: usize| {
            let mut start: Shape = smallvec::smallvec![0; dims.len() + 1];
            start[0] = k;
            let mut size = dims.clone();
            size.insert(0, 1);
            g.slice(&start, &size).reshape(&dims)
        };
        let [i, f, n, o, t] = Self::gates(c.x(0), c.x(1), cell);
        let (along_hidden, along_cell) = (half(0), half(1));
        let along = along_cell.add(&through_tanh(&along_hidden.mul(&o), &t));
        if s.needs(0) || s.needs(1) {
            let di = through_sigmoid(&along.mul(&n), &i);
            let df = through_sigmoid(&along.mul(cell), &f);
            let dn = through_tanh(&along.mul(&i), &n);
            let d_o = through_sigmoid(&along_hidden.mul(&t), &o);
            let gates = V::apply(Concat(dims.len() - 1), &[&di, &df, &dn, &d_o]);
            s.add(1, gates.clone());
            s.add(0, gates);
        }
        if s.needs(2) {
            s.add(2, along.mul(&f));
        }
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let kept = c.kept().expect("the evaluation kept the gates");
        let (gates, cell) = Tensor::lstm_pointwise_chain(&g, c.x(2), kept);
        s.add(2, cell);
        s.add(1, gates.clone());
        s.add(0, gates);
    }
}

/// The state of a GRU after a step. Inputs: the gates' arguments by input and by state, and the state. It keeps the gates.
#[derive(Clone, Debug)]
pub(crate) struct GruPointwise;

impl GruPointwise {
    /// The gates r, z, n, and what r is multiplied with.
    fn gates<T: Float, V: Array<T>>(a: &V, b: &V, h: &V) -> [V; 4] {
        let size = h.dims()[h.dims().len() - 1];
        let [r, z] = [0, 1].map(|k| sigmoid(&part(a, k, size).add(&part(b, k, size))));
        let by_state = part(b, 2, size);
        let n = tanh(&part(a, 2, size).add(&r.mul(&by_state)));
        [r, z, n, by_state]
    }
}

impl Primitive for GruPointwise {
    fn name(&self) -> &'static str {
        "gru_pointwise"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (y, kept) = x[0].gru_pointwise(x[1], x[2]);
        (y, Some(kept))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let [_, z, n, _] = Self::gates(x[0], x[1], x[2]);
        rest(&z).mul(&n).add(&z.mul(x[2])).d
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let h = c.x(2);
        let [r, z, n, by_state] = Self::gates(c.x(0), c.x(1), h);
        if s.needs(0) || s.needs(1) {
            let dn = through_tanh(&g.mul(&rest(&z)), &n);
            let dz = through_sigmoid(&g.mul(&h.sub(&n)), &z);
            let dr = through_sigmoid(&dn.mul(&by_state), &r);
            let join = |last: &V| V::apply(Concat(h.dims().len() - 1), &[&dr, &dz, last]);
            if s.needs(0) {
                s.add(0, join(&dn));
            }
            if s.needs(1) {
                s.add(1, join(&dn.mul(&r)));
            }
        }
        if s.needs(2) {
            s.add(2, g.mul(&z));
        }
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let kept = c.kept().expect("the evaluation kept the gates");
        let (by_input, by_state, state) = Tensor::gru_pointwise_chain(&g, c.x(1), c.x(2), kept);
        s.add(0, by_input);
        s.add(1, by_state);
        s.add(2, state);
    }
}
