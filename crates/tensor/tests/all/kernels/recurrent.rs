//! The pointwise parts of recurrent cells and their cotangents, against formulas in f64.

use rappel_tensor::{Float, Tensor};

use crate::naive::{assert_near, epsilon, numbers, soiled};

const SIZES: [(usize, usize); 6] = [(1, 1), (3, 16), (5, 17), (32, 128), (2, 40), (0, 4)];

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Values with the same bound each: a few functions with errors of at most 2 ulp, and products of moderate numbers.
fn bounded<T: Float>(values: Vec<f64>) -> Vec<(f64, f64)> {
    values.into_iter().map(|v| (v, 128.0 * epsilon::<T>())).collect()
}

fn check_lstm<T: Float>(rows: usize, n: usize) {
    let numbers = |shape: &[usize], seed: u64| numbers::<T>(shape, seed);
    let (a, b) = (soiled(&numbers(&[rows, 4 * n], 1), 5 * rows * n), numbers(&[rows, 4 * n], 2));
    let (c, g) = (numbers(&[rows, n], 3), numbers(&[2, rows, n], 4));
    let (y, kept) = a.lstm_pointwise(&b, &c);
    let (gates, cell) = Tensor::lstm_pointwise_chain(&g, &c, &kept);
    let (mut hidden, mut next) = (Vec::new(), Vec::new());
    let (mut want_gates, mut want_cell) = (vec![0.0; 4 * rows * n], Vec::new());
    for r in 0..rows {
        for k in 0..n {
            let argument = |gate: usize| {
                let at = r * 4 * n + gate * n + k;
                a.data()[at].re() + b.data()[at].re()
            };
            let [i, f, o] = [0, 1, 3].map(|gate| sigmoid(argument(gate)));
            let (m, old) = (argument(2).tanh(), c.data()[r * n + k].re());
            let new = f * old + i * m;
            let (gh, gc) = (g.data()[r * n + k].re(), g.data()[(rows + r) * n + k].re());
            hidden.push(o * new.tanh());
            next.push(new);
            let along = gc + gh * o * (1.0 - new.tanh().powi(2));
            want_cell.push(along * f);
            let pulled = [
                along * m * i * (1.0 - i),
                along * old * f * (1.0 - f),
                along * i * (1.0 - m * m),
                gh * new.tanh() * o * (1.0 - o),
            ];
            for (gate, d) in pulled.into_iter().enumerate() {
                want_gates[r * 4 * n + gate * n + k] = d;
            }
        }
    }
    let what = format!("{} lstm, {rows} of {n}", T::NAME);
    assert_near(&y, &[2, rows, n], &bounded::<T>([hidden, next].concat()), &what);
    assert_near(&gates, &[rows, 4 * n], &bounded::<T>(want_gates), &format!("{what}, gates' cotangent"));
    assert_near(&cell, &[rows, n], &bounded::<T>(want_cell), &format!("{what}, cell's cotangent"));
}

fn check_gru<T: Float>(rows: usize, n: usize) {
    let numbers = |shape: &[usize], seed: u64| numbers::<T>(shape, seed);
    let (a, b) = (soiled(&numbers(&[rows, 3 * n], 1), 3 * rows * n), numbers(&[rows, 3 * n], 2));
    let (h, g) = (numbers(&[rows, n], 3), numbers(&[rows, n], 4));
    let (y, kept) = a.gru_pointwise(&b, &h);
    let (by_input, by_state, state) = Tensor::gru_pointwise_chain(&g, &b, &h, &kept);
    let (mut out, mut to_state) = (Vec::new(), Vec::new());
    let (mut da, mut db) = (vec![0.0; 3 * rows * n], vec![0.0; 3 * rows * n]);
    for r in 0..rows {
        for k in 0..n {
            let at = |gate: usize| r * 3 * n + gate * n + k;
            let [reset, update] = [0, 1].map(|gate| sigmoid(a.data()[at(gate)].re() + b.data()[at(gate)].re()));
            let by_state = b.data()[at(2)].re();
            let new = (a.data()[at(2)].re() + reset * by_state).tanh();
            let (old, g) = (h.data()[r * n + k].re(), g.data()[r * n + k].re());
            out.push((1.0 - update) * new + update * old);
            to_state.push(g * update);
            let along = g * (1.0 - update) * (1.0 - new * new);
            da[at(0)] = along * by_state * reset * (1.0 - reset);
            da[at(1)] = g * (old - new) * update * (1.0 - update);
            (db[at(0)], db[at(1)]) = (da[at(0)], da[at(1)]);
            (da[at(2)], db[at(2)]) = (along, along * reset);
        }
    }
    let what = format!("{} gru, {rows} of {n}", T::NAME);
    assert_near(&y, &[rows, n], &bounded::<T>(out), &what);
    assert_near(&by_input, &[rows, 3 * n], &bounded::<T>(da), &format!("{what}, cotangent by the input"));
    assert_near(&by_state, &[rows, 3 * n], &bounded::<T>(db), &format!("{what}, cotangent by the state"));
    assert_near(&state, &[rows, n], &bounded::<T>(to_state), &format!("{what}, state's cotangent"));
}

#[test]
fn cells_match_formulas() {
    for (rows, n) in SIZES {
        check_lstm::<f32>(rows, n);
        check_lstm::<f64>(rows, n);
        check_gru::<f32>(rows, n);
        check_gru::<f64>(rows, n);
    }
}
