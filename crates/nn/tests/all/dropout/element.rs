use proptest::prelude::*;
use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::schedule::{linear, percent, plateau};
use rappel_nn::{Dropout, Layer, Sequential};

use crate::panics::panic_here;

fn mask(tape: &Tape, drop: &dyn Layer, n: usize) -> Tensor {
    drop.forward(tape.input(&Tensor::ones(&[n]))).value()
}

/// The share of zeros is within five standard deviations of p, and the others are scaled so that the mean stays.
#[test]
fn drops_its_share_and_keeps_the_mean() {
    let n = 100_000;
    for p in [0.0, 0.1, 0.5, 0.9] {
        let y = mask(&Tape::training(3), &Dropout::new(p), n);
        let zeros = y.data().iter().filter(|&&y| y == 0.0).count() as f64;
        let deviation = (n as f64 * p * (1.0 - p)).sqrt();
        assert!((zeros - p * n as f64).abs() <= 5.0 * deviation, "{zeros} of {n} dropped at p = {p}");
        let kept = (1.0 / (1.0 - p)) as f32;
        assert!(y.data().iter().all(|&y| y == 0.0 || (y - kept).abs() <= 2e-6 * kept), "p = {p}");
    }
}

#[test]
fn is_the_identity_in_evaluation() {
    let x = Tensor::from([1.0, f32::NAN, f32::INFINITY, -0.0]);
    let tape = Tape::new();
    let y = Dropout::new(0.9).forward(tape.input(&x)).value();
    assert_eq!(y.data().iter().map(|y| y.to_bits()).collect::<Vec<_>>(), x.map(|x| x.to_bits()).data());
    assert_eq!(mask(&Tape::training(1), &Dropout::new(0.0), 9), Tensor::ones(&[9]));
}

#[test]
fn masks_differ_by_call_step_and_seed_and_repeat_on_rewind() {
    let drop = Dropout::new(0.5);
    let (mut tape, n) = (Tape::training(1), 256);
    let first = [mask(&tape, &drop, n), mask(&tape, &drop, n)];
    assert_ne!(first[0], first[1]);
    tape.rewind();
    assert_eq!([mask(&tape, &drop, n), mask(&tape, &drop, n)], first);
    tape.reset();
    let second = mask(&tape, &drop, n);
    assert!(!first.contains(&second));
    tape.at_step(0);
    assert_eq!(mask(&tape, &drop, n), first[0]);
    assert_ne!(mask(&Tape::training(2), &drop, n), first[0]);
}

/// Two dropouts in one net draw on their own, however they are boxed.
#[test]
fn layers_of_a_net_draw_apart() {
    let tape = Tape::training(5);
    let both = Sequential::new().push(Dropout::new(0.5)).push(Dropout::new(0.5));
    let n = 40_000;
    let kept = mask(&tape, &both, n).data().iter().filter(|&&y| y != 0.0).count() as f64;
    let deviation = (n as f64 * 0.25 * 0.75).sqrt();
    assert!((kept - 0.25 * n as f64).abs() < 5.0 * deviation, "{kept} of {n} kept by both");
}

#[test]
fn probabilities_are_checked_at_the_users_line() {
    for p in [-0.1, 1.0, f64::NAN, f64::INFINITY] {
        let message = panic_here!(Dropout::new(p));
        assert_eq!(message, format!("Dropout::new({p}): the probability must be at least 0 and below 1"));
    }
}

#[test]
fn follows_a_schedule_of_the_tapes_step() {
    let drop = Dropout::new(linear(0.8, 0.0, 4));
    assert_eq!((Layer::<f32>::kind(&drop), drop.p()), ("Dropout(linear(0.8, 0, 4))".into(), &linear(0.8, 0.0, 4)));
    let mut tape = Tape::training(3);
    for p in [0.8, 0.6, 0.4, 0.2, 0.0, 0.0] {
        let step = tape.step();
        let mut by_hand = Tape::training(3);
        by_hand.at_step(step);
        assert_eq!(mask(&tape, &drop, 512), mask(&by_hand, &Dropout::new(p), 512), "step {step}");
        tape.reset();
    }
    // In parts of a run, of one that is bound.
    let bound = Dropout::new(linear(0.5, 0.0, percent(50)).over(8).unwrap());
    tape.at_step(2);
    let mut by_hand = Tape::training(3);
    by_hand.at_step(2);
    assert_eq!(mask(&tape, &bound, 512), mask(&by_hand, &Dropout::new(0.25), 512));
}

#[test]
fn a_schedule_that_cannot_be_followed_is_refused_at_the_users_line() {
    for (schedule, words) in [
        (linear(0.5, 0.0, percent(10)), "the run's length"),
        (linear(0.5, f64::NAN, 10), "must be finite"),
        (0.5 * plateau(), "what is observed"),
    ] {
        let message = panic_here!(Dropout::new(schedule.clone()));
        assert!(message.starts_with("Dropout::new: ") && message.contains(words), "{message}");
    }
    let mut tape = Tape::<f32>::training(1);
    let rising = Dropout::new(linear(0.5, 1.0, 2));
    mask(&tape, &rising, 9);
    tape.at_step(2);
    let ones = Tensor::ones(&[9]);
    let message = panic_here!(rising.forward(tape.input(&ones)));
    assert!(message.contains("at least 0 and below 1"), "{message}");
}

proptest! {
    /// What is dropped passes no gradient, and what is kept passes it scaled.
    #[test]
    fn gradient_is_the_mask(seed: u64, p in 0.0..0.95) {
        let tape = Tape::<f64>::training_in(seed);
        let x = tape.var(&Tensor::ones(&[64]));
        let y = Dropout::new(p).forward(x);
        let mask = y.value();
        let gradients = y.sum().backward();
        prop_assert_eq!(gradients.wrt(x), Some(&mask));
    }
}
