//! The pointwise parts of recurrent cells and their cotangents, against formulas in f64.

use rappel_tensor::{Float, Sequence, Tensor, Threads, Workspace};

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

/// A weight that lets states neither vanish nor saturate.
fn weight<T: Float>(shape: &[usize], seed: u64) -> Tensor<T> {
    numbers::<T>(shape, seed).map(|x| *x * T::of(0.25))
}

/// Values and cotangents of sequences that several threads share, `[steps, sequences, ..]`.
fn sequences<T: Float>(threads: usize, how: &Sequence) -> Vec<Tensor<T>> {
    let (steps, rows, n) = (9, 37, 33);
    let workspace = Workspace::new(Threads::new(threads).expect("threads"));
    let at = |shape: &[usize], seed| numbers::<T>(shape, seed).within(&workspace);
    let [hidden, cell] = [1, 2].map(|seed| at(&[rows, n], seed));
    let by_input = if how.is_batch_first() { [rows, steps] } else { [steps, rows] };
    let gates = |count: usize| at(&[by_input[0], by_input[1], count * n], 3);
    let (a, w) = (gates(4), weight::<T>(&[4 * n, n], 4).within(&workspace));
    let (y, kept) = a.lstm_sequence(&hidden, &cell, &w, how);
    let g = at(&[steps * rows + 2 * rows, n], 5);
    let mut all = Tensor::lstm_sequence_chain(&g, (&a, &hidden, &cell, &w), &y, &kept, how).to_vec();
    all.push(y);
    let (a, w, bias) = (gates(3), weight::<T>(&[3 * n, n], 6).within(&workspace), at(&[3 * n], 7));
    let (y, kept) = a.gru_sequence(&hidden, &w, Some(&bias), how);
    let g = at(&[steps * rows + rows, n], 8);
    all.extend(Tensor::gru_sequence_chain(&g, (&a, &hidden, &w), &y, &kept, how));
    all.push(y);
    all
}

#[test]
fn sequences_have_the_same_bits_on_any_number_of_threads() {
    let lengths = Tensor::from_fn(&[37], |i| (7 * i % 10) as u32);
    for how in [Sequence::new(), Sequence::new().batch_first(true).reverse(true).lengths(&lengths)] {
        let alone = sequences::<f32>(1, &how);
        assert_eq!(alone, sequences::<f32>(2, &how));
        assert_eq!(alone, sequences::<f32>(3, &how));
    }
}

/// More sequences than go side by side, against one step after the other.
#[test]
fn sequences_are_their_steps() {
    let (steps, rows, n) = (5, 19, 17);
    let (a, w) = (numbers::<f64>(&[steps, rows, 4 * n], 1), weight::<f64>(&[4 * n, n], 2));
    let [mut hidden, mut cell] = [3, 4].map(|seed| numbers::<f64>(&[rows, n], seed));
    let (y, _) = a.lstm_sequence(&hidden, &cell, &w, &Sequence::new());
    let mut want = Vec::new();
    for step in 0..steps {
        let (both, _) = a.at(step as isize).lstm_pointwise(&hidden.linear(&w, None), &cell);
        [hidden, cell] = [0, 1].map(|k| both.at(k));
        want.extend_from_slice(hidden.data());
    }
    want.extend_from_slice(hidden.data());
    want.extend_from_slice(cell.data());
    let near: Vec<(f64, f64)> = want.into_iter().map(|x| (x, 1e-13)).collect();
    assert_near(&y, &[(steps + 2) * rows, n], &near, "lstm");
}
