use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::schedule::linear;
use rappel_nn::{AlphaDropout, FeatureAlphaDropout, Layer, LayerExt};
use rappel_testkit::GradCheck;
use rappel_testkit::strategies::config;

use crate::panics::panic_here;

/// Kept and dropped values by the formula of the paper.
fn by_hand(x: f64, p: f64) -> [f64; 2] {
    let f = 1.7580993408473766;
    let a = ((1.0 - p) * (1.0 + p * f * f)).powf(-0.5);
    let b = a * f * p;
    [a * x + b, b - a * f]
}

#[test]
fn values_are_kept_or_dropped_by_the_formula() {
    let x = Tensor::<f64>::normal(&[40, 5, 4], 0.0, 1.0, &mut Rng::seed(1));
    for p in [0.1, 0.5, 0.8] {
        let tape = Tape::training_in(2);
        let each = AlphaDropout::new(p).forward(tape.input(&x)).value();
        let channels = FeatureAlphaDropout::new(p).forward(tape.input(&x)).value();
        let dropped = |y: &Tensor<f64>| -> Vec<bool> {
            let pairs = x.data().iter().zip(y.data());
            pairs
                .map(|(&x, &y)| {
                    let [kept, low] = by_hand(x, p);
                    assert!((y - kept).abs() < 1e-14 || (y - low).abs() < 1e-14, "{y} of {x} at p = {p}");
                    (y - low).abs() < 1e-14
                })
                .collect()
        };
        for (which, count) in [(dropped(&each), 800.0), (dropped(&channels), 200.0)] {
            let share = which.iter().filter(|&&d| d).count() as f64 / 800.0;
            assert!((share - p).abs() <= 5.0 * (p * (1.0 - p) / count).sqrt(), "{share} at p = {p}");
        }
        assert!(dropped(&channels).chunks(4).all(|channel| channel.iter().all(|&d| d == channel[0])));
        assert!(!dropped(&each).chunks(4).all(|channel| channel.iter().all(|&d| d == channel[0])));
    }
}

/// Of values with mean 0 and variance 1 both stay, within five standard errors.
#[test]
fn mean_and_variance_stay() {
    let n = 200_000;
    let x = Tensor::<f64>::normal(&[n, 1], 0.0, 1.0, &mut Rng::seed(3));
    for p in [0.1, 0.5] {
        let tape = Tape::training_in(4);
        for y in [AlphaDropout::new(p).forward(tape.input(&x)), FeatureAlphaDropout::new(p).forward(tape.input(&x))] {
            let (mean, squares) = (y.mean().item(), y.square());
            let spread = (squares.value().var().item() / n as f64).sqrt();
            assert!(mean.abs() < 5.0 / (n as f64).sqrt(), "mean {mean} at p = {p}");
            assert!((squares.mean().item() - 1.0).abs() < 5.0 * spread, "{} at p = {p}", squares.mean().item());
        }
    }
}

#[test]
fn is_the_identity_in_evaluation_and_at_0() {
    let x = Tensor::from([[0.1, f32::INFINITY, -0.0]]);
    for (tape, p) in [(Tape::new(), 0.5), (Tape::training(1), 0.0)] {
        assert!(AlphaDropout::new(p).forward(tape.input(&x)).value().shares_buffer(&x));
        assert!(FeatureAlphaDropout::new(p).forward(tape.input(&x)).value().shares_buffer(&x));
        let other = if tape.is_training() { Tape::training(1) } else { Tape::new() };
        other.draw();
        other.draw();
        assert_eq!(tape.draw(), other.draw(), "one draw per call");
    }
}

#[test]
fn draws_repeat_on_rewind_and_differ_by_call() {
    let (drop, x) = (AlphaDropout::new(linear(0.5, 0.0, 10)), Tensor::ones(&[64]));
    let mut tape = Tape::training(1);
    let first = drop.forward(tape.input(&x)).value();
    assert_ne!(drop.forward(tape.input(&x)).value(), first);
    tape.rewind();
    assert_eq!(drop.forward(tape.input(&x)).value(), first);
    assert_eq!(Layer::<f32>::kind(&drop), "AlphaDropout(linear(0.5, 0, 10))");
}

#[test]
fn mistakes_are_told_at_the_users_line() {
    let message = panic_here!(AlphaDropout::new(1.0));
    assert_eq!(message, "AlphaDropout::new(1): the probability must be at least 0 and below 1");
    let message = panic_here!(FeatureAlphaDropout::new(-1.0));
    assert_eq!(message, "FeatureAlphaDropout::new(-1): the probability must be at least 0 and below 1");
    let (drop, tape) = (FeatureAlphaDropout::new(0.5), Tape::new());
    let x = tape.input(&Tensor::zeros(&[4]));
    let expected = "FeatureAlphaDropout(0.5): input of shape [4] does not fit: expected [n, channels, ..]";
    assert_eq!(panic_here!(drop.forward(x)), expected);
    assert_eq!(LayerExt::<f32>::check(&drop, &[4]).unwrap_err().to_string(), expected);
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(shape in prop::array::uniform3(0..4_usize), p in 0.0..0.9, key: u64, seed: u64) {
        let x = Tensor::normal(&shape, 0.0, 1.0, &mut Rng::seed(seed));
        let check = GradCheck { training: Some(key), ..GradCheck::default() };
        for drop in [&AlphaDropout::new(p) as &dyn Layer<f64>, &FeatureAlphaDropout::new(p)] {
            check.first(|x| drop.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| TestCaseError::fail(e.to_string()))?;
            check.second(|x| drop.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        }
    }
}
