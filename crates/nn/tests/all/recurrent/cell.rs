use rappel_nn::autodiff::{Param, Rng, Tape, Tensor, Var};
use rappel_nn::{Gru, GruCell, HiddenState, Lstm, LstmCell, LstmState, RnnCell};
use rappel_testkit::{check_module, check_module_second, gradcheck_all, gradgradcheck_all};

use super::{apart, waves};
use crate::names;
use crate::panics::panic_here;

const NAMES: [&str; 4] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Row `i` of `w x + b + v h + d`.
fn sum(x: &[f64], h: &[f64], [w, v]: [&Param<f64>; 2], [b, d]: [&Option<Param<f64>>; 2], i: usize) -> [f64; 2] {
    let dot = |w: &Param<f64>, x: &[f64]| {
        w.value.data()[i * x.len()..][..x.len()].iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
    };
    let bias = |b: &Option<Param<f64>>| b.as_ref().map_or(0.0, |b| b.value.data()[i]);
    [dot(w, x) + bias(b), dot(v, h) + bias(d)]
}

#[test]
fn a_plain_step_is_the_formula() {
    for (bias, relu) in [(true, false), (false, false), (true, true), (false, true)] {
        let rng = &mut Rng::seed(1);
        let cell: RnnCell<f64> = if bias { RnnCell::new(3, 4, rng) } else { RnnCell::without_bias(3, 4, rng) };
        let cell = if relu { cell.relu() } else { cell };
        assert_eq!(names(&cell), NAMES[..if bias { 4 } else { 2 }]);
        let (x, h) = (waves(&[1, 3]), waves(&[1, 4]));
        let tape = Tape::default();
        let y = cell.forward(tape.input(&x), &HiddenState { h: h.clone() }).detach().h;
        for i in 0..4 {
            let [a, b] = sum(x.data(), h.data(), [&cell.weight_ih, &cell.weight_hh], [&cell.bias_ih, &cell.bias_hh], i);
            let expected = if relu { (a + b).max(0.0) } else { (a + b).tanh() };
            assert!((y.data()[i] - expected).abs() < 1e-14);
        }
    }
}

#[test]
fn a_gru_step_is_the_formula() {
    for bias in [true, false] {
        let rng = &mut Rng::seed(2);
        let cell: GruCell<f64> = if bias { GruCell::new(3, 4, rng) } else { GruCell::without_bias(3, 4, rng) };
        assert_eq!(names(&cell), NAMES[..if bias { 4 } else { 2 }]);
        let (x, h) = (waves(&[1, 3]), waves(&[1, 4]));
        let tape = Tape::default();
        let y = cell.forward(tape.input(&x), &HiddenState { h: h.clone() }).detach().h;
        let row = |i| sum(x.data(), h.data(), [&cell.weight_ih, &cell.weight_hh], [&cell.bias_ih, &cell.bias_hh], i);
        for i in 0..4 {
            let [r, z] = [i, 4 + i].map(|i| sigmoid(row(i).iter().sum()));
            let [a, b] = row(8 + i);
            let n = (a + r * b).tanh();
            assert!((y.data()[i] - ((1.0 - z) * n + z * h.data()[i])).abs() < 1e-14);
        }
    }
}

#[test]
fn an_lstm_step_is_the_formula() {
    for bias in [true, false] {
        let rng = &mut Rng::seed(3);
        let cell: LstmCell<f64> = if bias { LstmCell::new(3, 4, rng) } else { LstmCell::without_bias(3, 4, rng) };
        assert_eq!(names(&cell), NAMES[..if bias { 4 } else { 2 }]);
        let (x, h, c) = (waves(&[1, 3]), waves(&[1, 4]), waves(&[1, 4]));
        let tape = Tape::default();
        let next = cell.forward(tape.input(&x), &LstmState { h: h.clone(), c: c.clone() }).detach();
        let row = |i| sum(x.data(), h.data(), [&cell.weight_ih, &cell.weight_hh], [&cell.bias_ih, &cell.bias_hh], i);
        for k in 0..4 {
            let [i, f, o] = [k, 4 + k, 12 + k].map(|i| sigmoid(row(i).iter().sum()));
            let g = row(8 + k).iter().sum::<f64>().tanh();
            let cell = f * c.data()[k] + i * g;
            assert!((next.c.data()[k] - cell).abs() < 1e-14);
            assert!((next.h.data()[k] - o * cell.tanh()).abs() < 1e-14);
        }
    }
}

#[test]
fn a_projection_acts_on_the_hidden_state() {
    let lstm: Lstm<f64> = Lstm::projected(3, 4, 2, rappel_nn::RnnOptions::new(), &mut Rng::seed(4));
    let cell = &lstm.cells()[0];
    let tape = Tape::default();
    let x = tape.input(&waves(&[2, 3]));
    let next = cell.forward(x, None::<&LstmState<Tensor<f64>>>);
    let c = next.c.value();
    assert_eq!((next.h.shape().as_slice(), c.shape()), (&[2, 2][..], &[2, 4][..]));

    // The same without the projection, from zeros: then the hidden state has no part in the gates.
    let plain = LstmCell { weight_hr: None, weight_hh: Param::new(Tensor::zeros(&[16, 4])), ..cell.clone() };
    let wide = plain.forward(x, None::<&LstmState<Tensor<f64>>>);
    let projection = tape.param(cell.weight_hr.as_ref().unwrap());
    assert_eq!(wide.c.value(), c);
    assert!(apart(&wide.h.linear(projection, None).value(), &next.h.value()) < 1e-15);
}

#[test]
fn gradients_of_the_cells_are_those_of_differences() {
    let rng = &mut Rng::seed(5);
    let (mut rnn, mut gru, mut lstm) = (RnnCell::new(2, 3, rng), GruCell::new(2, 3, rng), LstmCell::new(2, 3, rng));
    let inputs = [waves(&[2, 2]), waves(&[2, 3]), waves(&[2, 3]).map(|c| 0.5 - c)];

    fn both<'t>(state: LstmState<Var<'t, f64>>) -> Var<'t, f64> {
        (state.h + state.c * 0.7).sin()
    }
    gradcheck_all(|x| rnn.forward(x[0], HiddenState { h: x[1] }).h, &inputs[..2]).unwrap();
    gradcheck_all(|x| gru.forward(x[0], HiddenState { h: x[1] }).h, &inputs[..2]).unwrap();
    gradcheck_all(|x| both(lstm.forward(x[0], LstmState { h: x[1], c: x[2] })), &inputs).unwrap();
    gradgradcheck_all(|x| rnn.forward(x[0], HiddenState { h: x[1] }).h, &inputs[..2]).unwrap();
    gradgradcheck_all(|x| gru.forward(x[0], HiddenState { h: x[1] }).h, &inputs[..2]).unwrap();
    gradgradcheck_all(|x| both(lstm.forward(x[0], LstmState { h: x[1], c: x[2] })), &inputs).unwrap();

    let h = HiddenState { h: inputs[1].clone() };
    let s = LstmState { h: inputs[1].clone(), c: inputs[2].clone() };
    let x = &inputs[0];
    assert_eq!(check_module(&mut rnn, |net, tape| net.forward(tape.input(x), &h).h.sin()).unwrap().checked, 21);
    assert_eq!(check_module(&mut gru, |net, tape| net.forward(tape.input(x), &h).h.sin()).unwrap().checked, 63);
    assert_eq!(check_module(&mut lstm, |net, tape| both(net.forward(tape.input(x), &s))).unwrap().checked, 84);
    check_module_second(&mut rnn, |net, tape| net.forward(tape.input(x), &h).h.sin()).unwrap();
    check_module_second(&mut gru, |net, tape| net.forward(tape.input(x), &h).h.sin()).unwrap();
    check_module_second(&mut lstm, |net, tape| both(net.forward(tape.input(x), &s))).unwrap();
}

#[test]
fn a_cell_takes_any_leading_axes_and_an_empty_batch() {
    let cell: GruCell = GruCell::new(2, 3, &mut Rng::seed(6));
    for (from, to) in [(&[2][..], &[3][..]), (&[1, 2], &[1, 3]), (&[0, 2], &[0, 3]), (&[4, 5, 2], &[4, 5, 3])] {
        let tape = Tape::new();
        let next = cell.forward(tape.input(&Tensor::ones(from)), None::<&HiddenState>);
        assert_eq!(next.h.shape()[..], *to);
        assert_eq!(cell.forward(tape.input(&Tensor::ones(from)), next).h.shape()[..], *to);
    }
}

#[test]
fn what_does_not_fit_a_cell_is_named_at_the_callers_line() {
    let rng = &mut Rng::seed(0);
    let (gru, lstm): (GruCell, LstmCell) = (GruCell::new(2, 3, rng), LstmCell::new(2, 3, rng));
    let (tape, other) = (Tape::new(), Tape::new());
    let x = tape.input(&Tensor::ones(&[4, 2]));
    assert_eq!(
        panic_here!(gru.forward(tape.input(&Tensor::ones(&[4, 3])), None::<&HiddenState>)),
        "GruCell(2 -> 3): input of shape [4, 3] does not fit: the last axis must be 2"
    );
    assert_eq!(
        panic_here!(gru.forward(x, HiddenState { h: Tensor::ones(&[5, 3]) })),
        "GruCell(2 -> 3): `h` of the state has shape [5, 3]; for an input of shape [4, 2] it must be [4, 3]"
    );
    assert_eq!(
        panic_here!(lstm.forward(x, LstmState { h: Tensor::ones(&[4, 3]), c: Tensor::ones(&[4, 2]) })),
        "LstmCell(2 -> 3): `c` of the state has shape [4, 2]; for an input of shape [4, 2] it must be [4, 3]"
    );
    let elsewhere = gru.forward(other.input(&Tensor::ones(&[4, 2])), None::<&HiddenState>);
    assert_eq!(
        panic_here!(gru.forward(x, elsewhere)),
        "GruCell(2 -> 3): `h` of the state is on another tape than the input: carry it on by `detach`"
    );
    assert_eq!(gru.forward(x, elsewhere.detach()).h.shape()[..], [4, 3]);
}

#[test]
fn the_cells_of_a_layer_are_its_weights() {
    let gru: Gru<f64> = Gru::new(2, 3, &mut Rng::seed(8));
    let tape = Tape::default();
    let x = tape.input(&waves(&[4, 2, 2]));
    let (y, end) = gru.forward_from(x, gru.zero_state(2));
    let mut state = gru.cells()[0].forward(x.at(0), None::<&HiddenState<Tensor<f64>>>);
    for t in 1..4 {
        state = gru.cells()[0].forward(x.at(t), state);
    }
    assert!(apart(&state.h.value(), &y.at(-1).value()) < 1e-15);
    assert!(apart(&state.h.value(), &end.h.at(0).value()) < 1e-15);
}
