//! Cells of recurrent nets.

use proptest::prelude::*;
use rappel_autodiff::{Float, Tensor, Var};

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
    ]
}
