use rappel_nn::autodiff::{Rng, Tensor, Var};
use rappel_nn::{
    Gru, GruCell, HiddenState, Lstm, LstmCell, LstmState, Recurrent, RecurrentCell, Rnn, RnnCell, RnnOptions,
};

use crate::golden::{Case, Inputs, cases_of};

fn options(case: &Case) -> RnnOptions {
    let options = RnnOptions::new().layers(case.usize("num_layers"));
    let options = if case.bool("bidirectional") { options.bidirectional() } else { options };
    if case.bool("bias") { options } else { options.without_bias() }
}

fn sizes(case: &Case) -> (usize, usize) {
    (case.usize("input_size"), case.usize("hidden_size"))
}

/// What does not change the draw.
fn finished<C: RecurrentCell>(case: &Case, net: Recurrent<C>) -> Recurrent<C> {
    let net = net.dropout(case.f64("dropout"));
    if case.bool("batch_first") { net.batch_first() } else { net }
}

fn lengths(case: &Case) -> Option<Vec<usize>> {
    let all = case.has("lengths").then(|| case.indices("lengths"))?;
    Some(all.data().iter().map(|&length| length as usize).collect())
}

fn hidden<'t>(inputs: &Inputs<'t>) -> Option<HiddenState<Var<'t, f64>>> {
    Some(HiddenState { h: inputs.opt("h0")? })
}

fn both<'t>(inputs: &Inputs<'t>) -> Option<LstmState<Var<'t, f64>>> {
    Some(LstmState { h: inputs.opt("h0")?, c: inputs.opt("c0")? })
}

fn with_hidden<'t>(y: Var<'t, f64>, state: HiddenState<Var<'t, f64>>) -> Vec<Var<'t, f64>> {
    vec![y, state.h]
}

fn with_both<'t>(y: Var<'t, f64>, state: LstmState<Var<'t, f64>>) -> Vec<Var<'t, f64>> {
    vec![y, state.h, state.c]
}

/// Holds a layer to a case; `$start` makes the initial state, `$parts` lists what it gives.
macro_rules! hold {
    ($case:expr, $net:expr, $start:ident, $parts:ident) => {{
        let (case, lengths) = ($case, lengths($case));
        case.hold(&mut finished(case, $net), |net, _, inputs| {
            let x = inputs.get("x");
            let (y, state) = match &lengths {
                Some(lengths) => net.forward_with(x, lengths, $start(inputs)),
                None => net.forward_from(x, $start(inputs)),
            };
            let Some(x1) = inputs.opt("x1") else { return $parts(y, state) };
            let (y1, last) = match case.name.ends_with("_detached") {
                true => net.forward_from(x1, state.detach()),
                false => net.forward_from(x1, state),
            };
            [$parts(y, state), $parts(y1, last)].concat()
        });
    }};
}

#[test]
fn plain_layers_are_pytorchs() {
    for case in &cases_of("rnn.jsonl", "RNN") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let net: Rnn<f64> = Rnn::with(inputs, size, options(case), rng);
        let net = if case.text("nonlinearity") == "relu" { net.relu() } else { net };
        hold!(case, net, hidden, with_hidden);
    }
}

#[test]
fn gated_units_are_pytorchs() {
    for case in &cases_of("gru.jsonl", "GRU") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        hold!(case, Gru::<f64>::with(inputs, size, options(case), rng), hidden, with_hidden);
    }
}

#[test]
fn long_short_term_memories_are_pytorchs() {
    for case in &cases_of("lstm.jsonl", "LSTM") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let net: Lstm<f64> = match case.usize("proj_size") {
            0 => Lstm::with(inputs, size, options(case), rng),
            output => Lstm::projected(inputs, size, output, options(case), rng),
        };
        hold!(case, net, both, with_both);
    }
}

#[test]
fn cells_are_pytorchs() {
    for case in &cases_of("rnn.jsonl", "RNNCell") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let cell: RnnCell<f64> =
            if case.bool("bias") { RnnCell::new(inputs, size, rng) } else { RnnCell::without_bias(inputs, size, rng) };
        let mut cell = if case.text("nonlinearity") == "relu" { cell.relu() } else { cell };
        case.hold(&mut cell, |cell, _, inputs| vec![cell.forward(inputs.get("x"), hidden(inputs)).h]);
    }
    for case in &cases_of("gru.jsonl", "GRUCell") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let mut cell: GruCell<f64> =
            if case.bool("bias") { GruCell::new(inputs, size, rng) } else { GruCell::without_bias(inputs, size, rng) };
        case.hold(&mut cell, |cell, _, inputs| vec![cell.forward(inputs.get("x"), hidden(inputs)).h]);
    }
    for case in &cases_of("lstm.jsonl", "LSTMCell") {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let mut cell: LstmCell<f64> = if case.bool("bias") {
            LstmCell::new(inputs, size, rng)
        } else {
            LstmCell::without_bias(inputs, size, rng)
        };
        case.hold(&mut cell, |cell, _, inputs| {
            let next = cell.forward(inputs.get("x"), both(inputs));
            vec![next.h, next.c]
        });
    }
}

/// The state is a value on the way: what it holds is what PyTorch's holds.
#[test]
fn a_state_of_tensors_begins_as_pytorchs_does() {
    for case in
        cases_of("gru.jsonl", "GRU").iter().filter(|case| case.has("h0") && !case.has("lengths") && !case.has("x1"))
    {
        let ((inputs, size), rng) = (sizes(case), &mut Rng::seed(0));
        let mut net = finished(case, Gru::<f64>::with(inputs, size, options(case), rng));
        case.load(&mut net);
        let tape = rappel_nn::autodiff::Tape::default();
        let (y, last) = net.forward_from(tape.input(&case.tensor("x")), &HiddenState { h: case.tensor("h0") });
        let HiddenState::<Tensor<f64>> { h } = last.detach();
        case.near("the outputs", &y.value(), &case.output(0));
        case.near("the state", &h, &case.output(1));
    }
}
