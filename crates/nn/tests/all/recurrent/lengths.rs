use rappel_nn::RnnOptions;
use rappel_nn::autodiff::{Tape, Tensor};

use super::{apart, each_layer, nothing, waves};

/// A batch of three with these lengths is three batches of one.
#[test]
fn sequences_of_different_lengths_are_each_on_its_own() {
    let options = RnnOptions::new().layers(2).bidirectional();
    for lengths in [[5, 2, 3], [1, 5, 4], [0, 3, 2], [4, 4, 4], [5, 5, 5], [0, 0, 0]] {
        each_layer!((2, 3, options), |net| {
            let tape = Tape::default();
            let x = tape.input(&waves(&[5, 3, 2]));
            let mut start = net.zero_state(3);
            start.h = waves(start.h.shape());
            let (y, end) = net.forward_with(x, &lengths, &start);
            for (i, &length) in lengths.iter().enumerate() {
                let all = i..i + 1;
                let piece = x.slice(&[0..length, all.clone()]);
                let mut state = net.zero_state(1);
                state.h = start.h.slice_axis(1, all.clone());
                let (alone, last) = net.forward_from(piece, &state);
                let width = alone.shape()[2];
                assert!(apart(&alone.value(), &y.slice(&[0..length, all.clone()]).value()) < 1e-14);
                assert_eq!(y.slice(&[length..5, all.clone()]).value(), Tensor::zeros(&[5 - length, 1, width]));
                assert!(apart(&last.h.value(), &end.h.slice_axis(1, all).value()) < 1e-14);
                if length == 0 {
                    assert_eq!(last.h.value(), state.h);
                }
            }
        });
    }
}

#[test]
fn what_stands_behind_the_end_is_nowhere_seen() {
    let options = RnnOptions::new().layers(2).bidirectional();
    each_layer!((2, 3, options), |net| {
        for batch_first in [false, true] {
            let net = if batch_first { net.clone().batch_first() } else { net.clone() };
            let run = |padding: f64| {
                // Sequence 0 has 2 steps of 4, sequence 1 all.
                let x = Tensor::from_fn(&if batch_first { [2, 4, 2] } else { [4, 2, 2] }, |i| {
                    let (time, sequence) = if batch_first { (i / 2 % 4, i / 8) } else { (i / 4, i / 2 % 2) };
                    if sequence == 0 && time >= 2 { padding } else { (time + 3 * sequence + i % 2) as f64 * 0.3 }
                });
                let tape = Tape::default();
                let x = tape.var(&x);
                let (y, end) = net.forward_with(x, &[2, 4], net.zero_state(2));
                let (output, state) = (y.value(), end.h.value());
                let gradients = y.square().sum().backward();
                let mut all: Vec<Tensor<f64>> = gradients.iter().map(|(_, g)| g.clone()).collect();
                all.push(gradients.wrt(x).unwrap().clone());
                (output, state, all)
            };
            let clean = run(0.0);
            for padding in [1e6, f64::NAN, f64::INFINITY] {
                assert_eq!(run(padding), clean);
            }
        }
    });
}

#[test]
fn lengths_of_a_sequence_without_a_batch() {
    each_layer!((2, 3, RnnOptions::new()), |net| {
        let tape = Tape::default();
        let x = tape.input(&waves(&[4, 2]));
        let (y, end) = net.forward_with(x, &[3], nothing(net.zero_state(1)));
        let (short, last) = net.forward_from(x.slice_axis(0, 0..3), nothing(net.zero_state(1)));
        assert_eq!(y.slice_axis(0, 0..3).value(), short.value());
        assert_eq!(end.h.value(), last.h.value());
    });
}
