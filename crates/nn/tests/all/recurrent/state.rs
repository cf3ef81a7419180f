use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Gru, HiddenState, Lstm, LstmState};

use super::waves;

#[test]
fn a_detached_state_outlives_its_tape() {
    let lstm: Lstm<f64> = Lstm::new(2, 3, &mut Rng::seed(0));
    let mut state = lstm.zero_state(2);
    let mut tape = Tape::default();
    for _ in 0..3 {
        tape.reset();
        let (_, next) = lstm.forward_from(tape.input(&waves(&[4, 2, 2])), &state);
        state = next.detach();
    }
    drop(tape);
    let other = Tape::default();
    let whole = Tensor::concat(&[&waves(&[4, 2, 2]); 3], 0);
    let (_, expected) = lstm.forward_from(other.input(&whole), None::<&LstmState<Tensor<f64>>>);
    assert!(super::apart(&state.c, &expected.c.value()) < 1e-14);
    assert!(super::apart(&state.h, &expected.h.value()) < 1e-14);
}

#[test]
fn every_form_of_a_state_begins_alike() {
    let gru: Gru<f64> = Gru::new(2, 3, &mut Rng::seed(0));
    let (tape, h) = (Tape::default(), waves(&[1, 2, 3]));
    let x = tape.input(&waves(&[4, 2, 2]));
    let state = HiddenState { h: h.clone() };
    let learned = Param::new(h);
    let by_reference = gru.forward_from(x, &state).0.value();
    assert_eq!(gru.forward_from(x, Some(&state)).0.value(), by_reference);
    assert_eq!(gru.forward_from(x, state).0.value(), by_reference);
    let y = gru.forward_from(x, HiddenState { h: tape.param(&learned) }).0;
    assert_eq!(y.value(), by_reference);
    assert!(y.sum().backward().param(&learned).unwrap().data().iter().any(|&g| g != 0.0));
}
