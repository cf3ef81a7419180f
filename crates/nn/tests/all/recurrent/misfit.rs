use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Gru, HiddenState, Layer, Lstm, LstmState, RnnOptions};

use crate::panics::panic_here;

#[test]
fn kinds_name_what_is_not_the_default() {
    let rng = &mut Rng::seed(0);
    let two = RnnOptions::new().layers(2).bidirectional();
    let kinds = [
        (Gru::<f32>::new(2, 3, rng).kind(), "Gru(2 -> 3)"),
        (Gru::<f32>::with(2, 3, two, rng).kind(), "Gru(2 -> 3, 2 layers, bidirectional)"),
        (rappel_nn::Rnn::<f32>::new(2, 3, rng).relu().kind(), "Rnn(2 -> 3)"),
        (Lstm::<f32>::new(2, 3, rng).kind(), "Lstm(2 -> 3)"),
        (Lstm::<f32>::projected(2, 3, 1, RnnOptions::new(), rng).kind(), "Lstm(2 -> 3 -> 1)"),
    ];
    for (kind, expected) in kinds {
        assert_eq!(kind, expected);
    }
}

#[test]
fn an_input_that_does_not_fit_is_named_at_the_callers_line() {
    let gru: Gru = Gru::new(2, 3, &mut Rng::seed(0));
    let tape = Tape::new();
    let of = |shape: &[usize]| tape.input(&Tensor::ones(shape));
    assert_eq!(
        panic_here!(gru.forward(of(&[4, 5, 3]))),
        "Gru(2 -> 3): input of shape [4, 5, 3] does not fit: the last axis must be 2"
    );
    assert_eq!(
        panic_here!(gru.forward_from(of(&[2]), gru.zero_state(1))),
        "Gru(2 -> 3): input of shape [2] does not fit: it must be [time, batch, inputs] or [time, inputs], where inputs are 2"
    );
    assert_eq!(
        panic_here!(gru.clone().batch_first().forward(of(&[1, 2, 3, 2]))),
        "Gru(2 -> 3): input of shape [1, 2, 3, 2] does not fit: it must be [batch, time, inputs] or [time, inputs], where inputs \
         are 2"
    );
}

#[test]
fn a_state_that_does_not_fit_is_named_at_the_callers_line() {
    let rng = &mut Rng::seed(0);
    let gru: Gru = Gru::with(2, 3, RnnOptions::new().bidirectional(), rng);
    let lstm: Lstm = Lstm::projected(2, 3, 1, RnnOptions::new(), rng);
    let (tape, other) = (Tape::new(), Tape::new());
    let x = tape.input(&Tensor::ones(&[4, 5, 2]));
    assert_eq!(
        panic_here!(gru.forward_from(x, gru.zero_state(4))),
        "Gru(2 -> 3, bidirectional): `h` of the state has shape [2, 4, 3]; for an input of shape [4, 5, 2] it must be [2, 5, 3]"
    );
    assert_eq!(
        panic_here!(gru.forward_from(x.at((.., 0)), gru.zero_state(1))),
        "Gru(2 -> 3, bidirectional): `h` of the state has shape [2, 1, 3]; for an input of shape [4, 2] it must be [2, 3]"
    );
    let swapped = LstmState { h: Tensor::zeros(&[1, 5, 3]), c: Tensor::zeros(&[1, 5, 1]) };
    assert_eq!(
        panic_here!(lstm.forward_from(x, &swapped)),
        "Lstm(2 -> 3 -> 1): `h` of the state has shape [1, 5, 3]; for an input of shape [4, 5, 2] it must be [1, 5, 1]"
    );
    let elsewhere = HiddenState { h: other.input(&Tensor::zeros(&[2, 5, 3])) };
    assert_eq!(
        panic_here!(gru.forward_from(x, elsewhere)),
        "Gru(2 -> 3, bidirectional): `h` of the state is on another tape than the input: carry it on by `detach`"
    );
}

#[test]
fn lengths_that_do_not_fit_are_named_at_the_callers_line() {
    let gru: Gru = Gru::new(2, 3, &mut Rng::seed(0));
    let tape = Tape::new();
    let x = tape.input(&Tensor::ones(&[4, 2, 2]));
    assert_eq!(
        panic_here!(gru.forward_with(x, &[1, 2, 3], gru.zero_state(2))),
        "Gru(2 -> 3): 3 lengths for a batch of 2: there must be one for each sequence"
    );
    assert_eq!(
        panic_here!(gru.forward_with(x, &[1, 5], gru.zero_state(2))),
        "Gru(2 -> 3): length 5 of sequence 1 is more than the 4 steps of the input"
    );
}

#[test]
fn options_that_make_no_layer_are_refused() {
    let rng = &mut Rng::seed(0);
    let gru: Gru = Gru::new(2, 3, rng);
    assert_eq!(panic_here!(RnnOptions::new().layers(0)), "RnnOptions::layers(0): there must be at least one layer");
    assert_eq!(panic_here!(Gru::<f32>::new(2, 0, rng)), "Gru: the hidden size must be at least 1");
    assert_eq!(
        panic_here!(Lstm::<f32>::projected(2, 3, 3, RnnOptions::new(), rng)),
        "Lstm::projected: the projection's size 3 must be at least 1 and below the hidden size 3"
    );
    assert_eq!(panic_here!(gru.dropout(1.0)), "dropout(1): the probability must be at least 0 and below 1");
}
