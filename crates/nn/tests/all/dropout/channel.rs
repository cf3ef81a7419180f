use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::schedule::linear;
use rappel_nn::{Dropout1d, Dropout2d, Layer, LayerExt, Sequential};
use rappel_testkit::GradCheck;
use rappel_testkit::strategies::config;

use crate::panics::panic_here;

/// The share of dropped channels is within five standard deviations of p; a channel goes or stays as a whole, and what stays is scaled.
#[test]
fn drops_its_share_of_whole_channels() {
    let (n, channels) = (200, 50);
    for p in [0.0, 0.2, 0.5, 0.9] {
        let tape = Tape::training(3);
        let y = Dropout2d::new(p).forward(tape.input(&Tensor::ones(&[n, channels, 2, 3]))).value();
        let kept = (1.0 / (1.0 - p)) as f32;
        let mut dropped = 0.0;
        for channel in y.data().chunks(6) {
            assert!(channel.iter().all(|&y| y == channel[0]));
            assert!(channel[0] == 0.0 || (channel[0] - kept).abs() <= 2e-6 * kept, "{}", channel[0]);
            dropped += f64::from(channel[0] == 0.0);
        }
        let all = (n * channels) as f64;
        assert!((dropped - p * all).abs() <= 5.0 * (all * p * (1.0 - p)).sqrt(), "{dropped} of {all} at p = {p}");
    }
}

#[test]
fn is_the_identity_in_evaluation() {
    let x = Tensor::new([1.0, f32::NAN, f32::INFINITY, -0.0], &[1, 2, 2]);
    let tape = Tape::new();
    let y = Dropout1d::new(0.9).forward(tape.input(&x)).value();
    assert!(y.shares_buffer(&x));
}

#[test]
fn masks_differ_by_call_step_and_seed_and_repeat_on_rewind() {
    let (drop, ones) = (Dropout1d::new(0.5), Tensor::ones(&[16, 16, 1]));
    let mask = |tape: &Tape| drop.forward(tape.input(&ones)).value();
    let mut tape = Tape::training(1);
    let first = [mask(&tape), mask(&tape)];
    assert_ne!(first[0], first[1]);
    tape.rewind();
    assert_eq!([mask(&tape), mask(&tape)], first);
    tape.reset();
    assert!(!first.contains(&mask(&tape)));
    assert_ne!(mask(&Tape::training(2)), first[0]);
}

/// One draw per call, as Dropout has: with a probability of 0, too.
#[test]
fn takes_one_draw() {
    for p in [0.0, 0.5] {
        let (tape, other) = (Tape::training(1), Tape::training(1));
        Dropout1d::new(p).forward(tape.input(&Tensor::ones(&[2, 2, 2])));
        other.draw();
        assert_eq!(tape.draw(), other.draw());
    }
}

#[test]
fn follows_a_schedule_of_the_tapes_step() {
    let drop = Dropout1d::new(linear(0.8, 0.0, 4));
    assert_eq!(Layer::<f32>::kind(&drop), "Dropout1d(linear(0.8, 0, 4))");
    let mut tape = Tape::training(3);
    for p in [0.8, 0.6, 0.4, 0.2, 0.0] {
        let x = tape.input(&Tensor::ones(&[16, 16, 1]));
        let mut by_hand = Tape::training(3);
        by_hand.at_step(tape.step());
        let expected = Dropout1d::new(p).forward(by_hand.input(&x.value())).value();
        assert_eq!(drop.forward(x).value(), expected);
        tape.reset();
    }
}

#[test]
fn mistakes_are_told_at_the_users_line() {
    for p in [-0.1, 1.0, f64::NAN] {
        let message = panic_here!(Dropout2d::new(p));
        assert_eq!(message, format!("Dropout2d::new({p}): the probability must be at least 0 and below 1"));
    }
    let tape = Tape::new();
    for (layer, shape, expected) in [
        (
            Sequential::new().push(Dropout1d::new(0.5)),
            &[4][..],
            "Dropout1d(0.5): input of shape [4] does not fit: expected [channels, length] or [n, channels, length]",
        ),
        (
            Sequential::new().push(Dropout2d::new(0.5)),
            &[4, 3, 5],
            "Dropout2d(0.5): input of shape [4, 3, 5] does not fit: expected [n, channels, height, width]",
        ),
    ] {
        let x = tape.input(&Tensor::zeros(shape));
        assert_eq!(panic_here!(layer.forward(x)), format!("Sequential[0]: {expected}"));
        assert_eq!(layer.check(shape).unwrap_err().to_string(), format!("0: {expected}"));
    }
    let x = tape.input(&Tensor::zeros(&[4]));
    assert!(panic_here!(Dropout1d::new(0.5).forward(x)).starts_with("Dropout1d(0.5): "));
}

#[test]
fn one_sample_alone_drops_the_channels_of_a_batch_of_one() {
    let (alone, batch) = (Tape::training(5), Tape::training(5));
    let x = Tensor::ones(&[20, 3]);
    let dropout = Dropout1d::new(0.5);
    let y = dropout.forward(alone.input(&x)).value();
    assert_eq!(y, dropout.forward(batch.input(&x.reshape(&[1, 20, 3]))).value().reshape(&[20, 3]));
    assert!(y.data().contains(&0.0) && y.data().contains(&2.0));
}

#[test]
fn sizes_of_zero_pass() {
    for tape in [Tape::training(1), Tape::new()] {
        for shape in [[0, 3, 2], [3, 0, 2], [3, 2, 0]] {
            assert_eq!(Dropout1d::new(0.5).forward(tape.input(&Tensor::zeros(&shape))).shape()[..], shape);
        }
    }
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(shape in prop::array::uniform3(1..4_usize), p in 0.0..0.9, key: u64, seed: u64) {
        let x = Tensor::normal(&shape, 0.0, 1.0, &mut Rng::seed(seed));
        let check = GradCheck { training: Some(key), ..GradCheck::default() };
        let drop = Dropout1d::new(p);
        check.first(|x| drop.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        check.second(|x| drop.forward(x[0]).tanh(), &[x]).map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}
