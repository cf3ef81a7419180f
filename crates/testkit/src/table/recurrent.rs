//! Cells of recurrent nets.

use proptest::prelude::*;
use rappel_autodiff::{Float, Sequence, Tensor, Var};

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{shape_of, size, tensor};

const ANY: std::ops::Range<f64> = -2.0..2.0;

/// Gates' arguments by input and by state, and a state, with any number of leading axes.
fn pointwise(gates: usize) -> Cases<()> {
    (shape_of(0..3), size())
        .prop_flat_map(move |(lead, n)| {
            let lead: Vec<usize> = lead.iter().map(|&k| k.min(2)).collect();
            let [wide, own] = [gates * n, n].map(|n| [&lead[..], &[n]].concat());
            (tensor(&wide, ANY), tensor(&wide, ANY), tensor(&own, ANY))
        })
        .prop_map(|(a, b, state)| ((), vec![a, b, state]))
        .boxed()
}

/// An input, `states` states, weights and, if so, biases.
fn cell(gates: usize, states: usize) -> Cases<bool> {
    let small = || prop_oneof![4 => Just(1_usize), 3 => Just(2), 1 => Just(0)];
    (small(), small(), small(), any::<bool>())
        .prop_flat_map(move |(n, n_in, size, biases)| {
            let wide = gates * size;
            let mut shapes = vec![vec![n, n_in]];
            shapes.extend(vec![vec![n, size]; states]);
            shapes.extend([vec![wide, n_in], vec![wide, size]]);
            if biases {
                shapes.extend(vec![vec![wide]; 2]);
            }
            (Just(biases), shapes.iter().map(|s| tensor(s, -1.5..1.5)).collect::<Vec<BoxedStrategy<Tensor<f64>>>>())
        })
        .boxed()
}

/// The way through a batch of sequences.
#[derive(Clone, Debug)]
struct Way {
    batch_first: bool,
    reverse: bool,
    lengths: Option<Vec<u32>>,
    sequences: usize,
    steps: usize,
}

impl Way {
    fn options(&self) -> Sequence {
        let how = Sequence::new().batch_first(self.batch_first).reverse(self.reverse);
        match &self.lengths {
            Some(lengths) => how.lengths(&Tensor::new(lengths.clone(), &[lengths.len()])),
            None => how,
        }
    }

    /// The steps of a sequence in the order in which it takes them.
    fn taken(&self, sequence: usize) -> Vec<usize> {
        let n = self.lengths.as_ref().map_or(self.steps, |lengths| lengths[sequence] as usize);
        if self.reverse { (0..n).rev().collect() } else { (0..n).collect() }
    }

    /// Where the row of a sequence is at a step.
    fn row(&self, step: usize, sequence: usize) -> usize {
        if self.batch_first { sequence * self.steps + step } else { step * self.sequences + sequence }
    }
}

/// An input, `states` states, weights and, if so, biases, with a way through them.
fn sequence(gates: usize, states: usize) -> Cases<Way> {
    let small = || prop_oneof![4 => Just(1_usize), 3 => Just(2), 1 => Just(0)];
    let sizes = (prop_oneof![1 => Just(0_usize), 6 => 1..4_usize], 0..3_usize, small(), small());
    (sizes, any::<[bool; 4]>(), any::<[prop::sample::Index; 3]>())
        .prop_flat_map(move |((steps, sequences, n_in, size), [batch_first, reverse, some, biases], ends)| {
            let lengths = some.then(|| (0..sequences).map(|i| ends[i].index(steps + 1) as u32).collect());
            let way = Way { batch_first, reverse, lengths, sequences, steps };
            let [outer, inner] = if batch_first { [sequences, steps] } else { [steps, sequences] };
            let wide = gates * size;
            let mut shapes = vec![vec![outer, inner, n_in]];
            shapes.extend(vec![vec![sequences, size]; states]);
            shapes.extend([vec![wide, n_in], vec![wide, size]]);
            if biases {
                shapes.extend(vec![vec![wide]; 2]);
            }
            (Just(way), shapes.iter().map(|s| tensor(s, -1.5..1.5)).collect::<Vec<BoxedStrategy<Tensor<f64>>>>())
        })
        .boxed()
}

/// All outputs and last states of a cell that gives its new states, in rows.
fn walked(way: &Way, x: &Plain, states: &[Plain], cell: impl Fn(&Plain, &[Plain]) -> Vec<Plain>) -> Plain {
    let (size, n_in) = (states[0].shape()[1], x.shape()[2]);
    let mut rows = vec![vec![0.0; size]; way.sequences * (way.steps + states.len())];
    for sequence in 0..way.sequences {
        let mut own: Vec<Plain> =
            states.iter().map(|s| Plain::from_fn(&[1, size], |i| s.at(&[sequence, i[1]]))).collect();
        for step in way.taken(sequence) {
            let input = Plain::from_fn(&[1, n_in], |i| {
                x.at(&if way.batch_first { [sequence, step, i[1]] } else { [step, sequence, i[1]] })
            });
            own = cell(&input, &own);
            rows[way.row(step, sequence)] = own[0].data().to_vec();
        }
        for (k, state) in own.iter().enumerate() {
            rows[way.sequences * (way.steps + k) + sequence] = state.data().to_vec();
        }
    }
    Plain::new(&[rows.len(), size], rows.concat())
}

/// The same of variables: each sequence alone, step by step.
fn walked_alone<'t>(
    way: &Way,
    x: Var<'t, f64>,
    states: &[Var<'t, f64>],
    cell: impl Fn(Var<'t, f64>, &[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
) -> Var<'t, f64> {
    let nothing = states[0].sum_axes(&[0], true) * 0.0;
    let mut rows = vec![nothing; way.sequences * (way.steps + states.len())];
    for sequence in 0..way.sequences {
        let mut own: Vec<_> = states.iter().map(|s| s.slice_axis(0, sequence..sequence + 1)).collect();
        for step in way.taken(sequence) {
            let (outer, inner) = if way.batch_first { (sequence, step) } else { (step, sequence) };
            own = cell(x.slice_axis(0, outer..outer + 1).squeeze(0).slice_axis(0, inner..inner + 1), &own);
            rows[way.row(step, sequence)] = own[0];
        }
        for (k, state) in own.into_iter().enumerate() {
            rows[way.sequences * (way.steps + k) + sequence] = state;
        }
    }
    if rows.is_empty() { states[0] } else { Var::concat(&rows, 0) }
}

/// Outputs and last states in rows.
fn in_rows<'t, T: Float>(way: &Way, ys: Var<'t, T>, states: &[Var<'t, T>]) -> Var<'t, T> {
    let size = states[0].shape()[1];
    let mut parts = vec![ys.reshape(&[way.sequences * way.steps, size])];
    parts.extend(states);
    Var::concat(&parts, 0)
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// An index of a state turned into that of gate `k` in an array of gates.
fn gate(i: &[usize], k: usize, size: usize) -> Vec<usize> {
    let (last, lead) = i.split_last().expect("a last axis");
    [lead, &[k * size + last]].concat()
}

/// `x w^T + b` for matrices.
fn affine(x: &Plain, w: &Plain, b: Option<&Plain>) -> Plain {
    Plain::from_fn(&[x.shape()[0], w.shape()[0]], |i| {
        let products = (0..w.shape()[1]).map(|j| x.at(&[i[0], j]) * w.at(&[i[1], j]));
        products.sum::<f64>() + b.map_or(0.0, |b| b.at(&[i[1]]))
    })
}

/// Hidden state and cell after a step, one behind the other.
fn lstm(a: &Plain, b: &Plain, c: &Plain) -> Plain {
    let size = *c.shape().last().expect("a last axis");
    Plain::from_fn(&[&[2], c.shape()].concat(), |at| {
        let i = &at[1..];
        let argument = |k: usize| a.at(&gate(i, k, size)) + b.at(&gate(i, k, size));
        let next = sigmoid(argument(1)) * c.at(i) + sigmoid(argument(0)) * argument(2).tanh();
        if at[0] == 1 { next } else { sigmoid(argument(3)) * next.tanh() }
    })
}

fn gru(a: &Plain, b: &Plain, h: &Plain) -> Plain {
    let size = *h.shape().last().expect("a last axis");
    Plain::from_fn(h.shape(), |i| {
        let part = |x: &Plain, k: usize| x.at(&gate(i, k, size));
        let [r, z] = [0, 1].map(|k| sigmoid(part(a, k) + part(b, k)));
        let n = (part(a, 2) + r * part(b, 2)).tanh();
        (1.0 - z) * n + z * h.at(i)
    })
}

fn both<'t, T: Float>((h, c): (Var<'t, T>, Var<'t, T>)) -> Var<'t, T> {
    Var::stack(&[h, c], 0)
}

/// Gate `k` of an array of gates.
fn part<'t>(x: Var<'t, f64>, k: usize, size: usize) -> Var<'t, f64> {
    x.slice_axis(-1, k * size..(k + 1) * size)
}

fn lstm_composed<'t>(a: Var<'t, f64>, b: Var<'t, f64>, c: Var<'t, f64>) -> Var<'t, f64> {
    let size = c.shape()[c.rank() - 1];
    let gates = a + b;
    let next = part(gates, 1, size).sigmoid() * c + part(gates, 0, size).sigmoid() * part(gates, 2, size).tanh();
    both((part(gates, 3, size).sigmoid() * next.tanh(), next))
}

fn gru_composed<'t>(a: Var<'t, f64>, b: Var<'t, f64>, h: Var<'t, f64>) -> Var<'t, f64> {
    let size = h.shape()[h.rank() - 1];
    let [r, z] = [0, 1].map(|k| (part(a, k, size) + part(b, k, size)).sigmoid());
    let n = (part(a, 2, size) + r * part(b, 2, size)).tanh();
    (1.0 - z) * n + z * h
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "lstm_pointwise",
            args: (),
            cases: pointwise(4),
            vars: |(), &[a, b, c]| both(a.lstm_pointwise(b, c)),
            numbers: |(), [a, b, c]| lstm(a, b, c),
            composed: |(), &[a, b, c]| lstm_composed(a, b, c),
        }
        .fused(),
        row! {
            name: "lstm_cell",
            args: bool,
            cases: cell(4, 2),
            vars: |_, x| both(x[0].lstm_cell((x[1], x[2]), x[3], x[4], x.get(5).copied(), x.get(6).copied())),
            numbers: |_, x| lstm(&affine(&x[0], &x[3], x.get(5)), &affine(&x[1], &x[4], x.get(6)), &x[2]),
            composed: |_, x| {
                let by_input = x[0].linear(x[3], x.get(5).copied());
                lstm_composed(by_input, x[1].linear(x[4], x.get(6).copied()), x[2])
            },
        }
        .fused(),
        row! {
            name: "gru_pointwise",
            args: (),
            cases: pointwise(3),
            vars: |(), &[a, b, h]| a.gru_pointwise(b, h),
            numbers: |(), [a, b, h]| gru(a, b, h),
            composed: |(), &[a, b, h]| gru_composed(a, b, h),
        }
        .fused(),
        row! {
            name: "gru_cell",
            args: bool,
            cases: cell(3, 1),
            vars: |_, x| x[0].gru_cell(x[1], x[2], x[3], x.get(4).copied(), x.get(5).copied()),
            numbers: |_, x| gru(&affine(&x[0], &x[2], x.get(4)), &affine(&x[1], &x[3], x.get(5)), &x[1]),
            composed: |_, x| {
                let by_input = x[0].linear(x[2], x.get(4).copied());
                gru_composed(by_input, x[1].linear(x[3], x.get(5).copied()), x[1])
            },
        }
        .fused(),
        row! {
            name: "lstm_sequence",
            args: Way,
            cases: sequence(4, 2),
            vars: |way, x| {
                let (b_ih, b_hh) = (x.get(5).copied(), x.get(6).copied());
                let (ys, h, c) = x[0].lstm_sequence((x[1], x[2]), x[3], x[4], b_ih, b_hh, &way.options());
                in_rows(way, ys, &[h, c])
            },
            numbers: |way, x| walked(way, &x[0], &x[1..3], |input, state| {
                let by_state = affine(&state[0], &x[4], x.get(6));
                let both = lstm(&affine(input, &x[3], x.get(5)), &by_state, &state[1]);
                let part = |k: usize| Plain::from_fn(state[0].shape(), |i| both.at(&[k, i[0], i[1]]));
                vec![part(0), part(1)]
            }),
            composed: |way, x| walked_alone(way, x[0], &x[1..3], |input, state| {
                let by_state = state[0].linear(x[4], x.get(6).copied());
                let both = lstm_composed(input.linear(x[3], x.get(5).copied()), by_state, state[1]);
                both.unbind(0)
            }),
        }
        .fused(),
        row! {
            name: "gru_sequence",
            args: Way,
            cases: sequence(3, 1),
            vars: |way, x| {
                let (b_ih, b_hh) = (x.get(4).copied(), x.get(5).copied());
                let (ys, h) = x[0].gru_sequence(x[1], x[2], x[3], b_ih, b_hh, &way.options());
                in_rows(way, ys, &[h])
            },
            numbers: |way, x| walked(way, &x[0], &x[1..2], |input, state| {
                vec![gru(&affine(input, &x[2], x.get(4)), &affine(&state[0], &x[3], x.get(5)), &state[0])]
            }),
            composed: |way, x| walked_alone(way, x[0], &x[1..2], |input, state| {
                let by_state = state[0].linear(x[3], x.get(5).copied());
                vec![gru_composed(input.linear(x[2], x.get(4).copied()), by_state, state[0])]
            }),
        }
        .fused(),
    ]
}
