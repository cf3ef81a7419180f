use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, RRelu};
use rappel_testkit::GradCheck;

fn slopes(tape: &Tape<f64>, relu: RRelu, n: usize) -> Vec<f64> {
    relu.forward(tape.input(&Tensor::full(&[n], -1.0))).value().data().iter().map(|y| -y).collect()
}

/// Within the bounds, mean and variance those of a uniform distribution within five standard errors.
#[test]
fn slopes_are_uniform_between_the_bounds() {
    let (n, low, high) = (50_000, 0.2, 0.8);
    let slopes = slopes(&Tape::training_in(1), RRelu::new(low, high), n);
    assert!(slopes.iter().all(|s| (low..high).contains(s)));
    let mean = slopes.iter().sum::<f64>() / n as f64;
    let variance = slopes.iter().map(|s| (s - 0.5) * (s - 0.5)).sum::<f64>() / n as f64;
    let expected = (high - low) * (high - low) / 12.0;
    assert!((mean - 0.5).abs() < 5.0 * (expected / n as f64).sqrt(), "{mean}");
    assert!((variance / expected - 1.0).abs() < 5.0 * (0.8 / n as f64).sqrt(), "{variance}");
}

#[test]
fn positive_values_pass_and_equal_bounds_are_a_leak() {
    let tape = Tape::training_in(1);
    let x = Tensor::from([1.0, 2.5]);
    assert_eq!(RRelu::default().forward(tape.input(&x)).value(), x);
    assert_eq!(slopes(&tape, RRelu::new(0.25, 0.25), 3), [0.25; 3]);
}

#[test]
fn draws_differ_by_call_step_and_seed_and_repeat_on_rewind() {
    let relu = RRelu::default();
    let mut tape = Tape::training_in(1);
    let first = [slopes(&tape, relu, 8), slopes(&tape, relu, 8)];
    assert_ne!(first[0], first[1]);
    tape.rewind();
    assert_eq!([slopes(&tape, relu, 8), slopes(&tape, relu, 8)], first);
    tape.reset();
    assert!(!first.contains(&slopes(&tape, relu, 8)));
    assert_ne!(slopes(&Tape::training_in(2), relu, 8), first[0]);
    let (one, other) = (Tape::<f64>::training_in(7), Tape::<f64>::training_in(7));
    slopes(&one, relu, 8);
    other.draw();
    assert_eq!(one.draw(), other.draw(), "one draw per call");
}

#[test]
fn gradients_in_training_are_right() {
    let x = Tensor::<f64>::normal(&[3, 4], 0.0, 1.0, &mut Rng::seed(5));
    let check = GradCheck { training: Some(3), ..GradCheck::default() };
    check.first(|x| RRelu::default().forward(x[0]).tanh(), std::slice::from_ref(&x)).unwrap();
    check.second(|x| RRelu::default().forward(x[0]).tanh(), &[x]).unwrap();
}
