//! Functions of two numbers.

use rappel_autodiff::{Tape, Tensor};

use super::{agrees, check, forward};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const LN_2: f64 = std::f64::consts::LN_2;

/// `function at a, b => value, derivative in a, derivative in b;`
macro_rules! edges {
    ($(|$x:ident, $y:ident| $f:expr, at $a:expr, $b:expr => $value:expr, $da:expr, $db:expr;)*) => { $({
        let name = format!("{} at {:?}, {:?}", stringify!($f), $a, $b);
        let inputs = [Tensor::scalar($a), Tensor::scalar($b)];
        let expected: (&[f64], &[&[f64]]) = (&[$value], &[&[$da], &[$db]]);
        check(&name, |v| { let ($x, $y) = (v[0], v[1]); $f }, |v| { let ($x, $y) = (v[0], v[1]); $f }, &inputs, expected);
        let in_a = forward(|$x| { let $y = $x.tape().input(&inputs[1]); $f }, $a);
        let in_b = forward(|$y| { let $x = $y.tape().input(&inputs[0]); $f }, $b);
        assert!(agrees(in_a, $da, f64::EPSILON), "{name}, forward in a: {in_a} found, {} expected", $da);
        assert!(agrees(in_b, $db, f64::EPSILON), "{name}, forward in b: {in_b} found, {} expected", $db);
    })* };
}

#[test]
fn equals_share_in_halves() {
    edges! {
        |a, b| a.maximum(b), at 2.0, 2.0 => 2.0, 0.5, 0.5;
        |a, b| a.minimum(b), at 2.0, 2.0 => 2.0, 0.5, 0.5;
        |a, b| a.maximum(b), at 0.0, -0.0 => 0.0, 0.5, 0.5;
        |a, b| a.maximum(b), at INF, INF => INF, 0.5, 0.5;
        |a, b| a.minimum(b), at -INF, 3.0 => -INF, 1.0, 0.0;
    }
}

#[test]
fn nan_wins() {
    edges! {
        |a, b| a.maximum(b), at NAN, 1.0 => NAN, 0.5, 0.5;
        |a, b| a.maximum(b), at 1.0, NAN => NAN, 0.5, 0.5;
        |a, b| a.minimum(b), at NAN, 1.0 => NAN, 0.5, 0.5;
        |a, b| a.minimum(b), at 1.0, NAN => NAN, 0.5, 0.5;
    }
}

#[test]
fn powers_at_zero() {
    edges! {
        |a, b| a.pow(b), at 0.0, 0.0 => 1.0, 0.0, 0.0;
        |a, b| a.pow(b), at 0.0, 1.0 => 0.0, 1.0, 0.0;
        |a, b| a.pow(b), at 0.0, 2.0 => 0.0, 0.0, 0.0;
        |a, b| a.pow(b), at 0.0, 0.5 => 0.0, INF, 0.0;
        |a, b| a.pow(b), at 0.0, -1.0 => INF, -INF, -INF;
        |a, b| a.pow(b), at 2.0, 0.0 => 1.0, 0.0, LN_2;
        |a, b| a.pow(b), at -2.0, 0.0 => 1.0, 0.0, NAN;
        |a, b| a.pow(b), at -2.0, 3.0 => -8.0, 12.0, NAN;
        |a, b| a.pow(b), at -2.0, 0.5 => NAN, NAN, NAN;
    }
}

/// The mixed second derivative of `a^b` is `a^(b-1) (1 + b ln a)`: `1 / a` at `b = 0`, where the first in a is 0.
#[test]
fn the_mixed_derivative_of_a_power_at_exponent_zero() {
    let tape = Tape::<f64>::default();
    let (a, b) = (tape.var(&Tensor::scalar(2.0)), tape.var(&Tensor::scalar(0.0)));
    let da = a.pow(b).grad(&[a])[0];
    assert_eq!((da.item(), da.grad(&[b])[0].item()), (0.0, 0.5));
    let db = a.pow(b).grad(&[b])[0];
    assert_eq!(db.grad(&[a])[0].item(), 0.5);
}

/// The derivative in the denominator is `-(a / b) / b`: `b * b` would be 0 here in single precision.
#[test]
fn small_denominators() {
    let tape = Tape::new();
    let (a, b) = (tape.var(&Tensor::scalar(1e-30)), tape.var(&Tensor::scalar(1e-23)));
    assert_eq!(b.square().item(), 0.0);
    let y = a / b;
    let g = y.backward_retain();
    let (da, db) = (g.wrt(a).unwrap().item(), g.wrt(b).unwrap().item());
    assert!((da / 1e23 - 1.0).abs() < 1e-6, "{da}");
    assert!((db / -1e16 - 1.0).abs() < 1e-6, "{db}");
    let y = 1e-30 / b;
    let db = y.backward().wrt(b).unwrap().item();
    assert!((db / -1e16 - 1.0).abs() < 1e-6, "{db}");
}

#[test]
fn quotients_at_zero() {
    edges! {
        |a, b| a / b, at 1.0, 0.0 => INF, INF, -INF;
        |a, b| a / b, at 0.0, 0.0 => NAN, INF, NAN;
        |a, b| a / b, at 1.0, INF => 0.0, 0.0, 0.0;
    }
}

#[test]
fn angles_and_lengths_at_the_origin() {
    use std::f64::consts::PI;
    edges! {
        |a, b| a.atan2(b), at 0.0, 0.0 => 0.0, 0.0, 0.0;
        |a, b| a.atan2(b), at 0.0, -2.0 => PI, -0.5, 0.0;
        |a, b| a.atan2(b), at 2.0, 0.0 => PI / 2.0, 0.0, -0.5;
        |a, b| a.hypot(b), at 0.0, 0.0 => 0.0, 0.0, 0.0;
        |a, b| a.hypot(b), at 0.0, -2.0 => 2.0, 0.0, -1.0;
    }
}

/// Squares of 1e30 and of 1e-30 are outside of f32.
#[test]
fn lengths_do_not_overflow() {
    edges! {
        |a, b| a.hypot(b), at 3e30, -4e30 => 5e30, 0.6, -0.8;
        |a, b| a.hypot(b), at 3e-30, 4e-30 => 5e-30, 0.6, 0.8;
        |a, b| a.atan2(b), at 3e30, 4e30 => 0.75_f64.atan(), 0.16e-30, -0.12e-30;
        |a, b| a.hypot(b), at INF, NAN => INF, NAN, NAN;
    }
}

#[test]
fn sums_of_exponentials_of_equal_infinities() {
    edges! {
        |a, b| a.logaddexp(b), at INF, INF => INF, 0.5, 0.5;
        |a, b| a.logaddexp(b), at -INF, -INF => -INF, 0.5, 0.5;
        |a, b| a.logaddexp(b), at -INF, 3.0 => 3.0, 0.0, 1.0;
        |a, b| a.logaddexp(b), at INF, 3.0 => INF, 1.0, 0.0;
        |a, b| a.logaddexp(b), at 1000.0, 1000.0 => 1000.0 + LN_2, 0.5, 0.5;
        |a, b| a.logaddexp(b), at NAN, 1.0 => NAN, 0.5, 0.5;
    }
}

#[test]
fn nothing_times_a_logarithm() {
    edges! {
        |a, b| a.xlogy(b), at 0.0, 0.0 => 0.0, 0.0, 0.0;
        |a, b| a.xlogy(b), at 0.0, -1.0 => 0.0, 0.0, 0.0;
        |a, b| a.xlogy(b), at 0.0, 2.0 => 0.0, LN_2, 0.0;
        |a, b| a.xlogy(b), at 0.0, NAN => NAN, NAN, NAN;
        |a, b| a.xlogy(b), at 2.0, 0.0 => -INF, -INF, INF;
    }
    let tape = Tape::<f64>::default();
    let (a, b) = (tape.var(&Tensor::scalar(0.0)), tape.var(&Tensor::scalar(4.0)));
    assert_eq!(a.xlogy(b).grad(&[a])[0].grad(&[b])[0].item(), 0.25, "the mask must not hide the mixed derivative");
}

#[test]
fn remainders_take_a_sign_and_their_derivative_is_the_quotient() {
    edges! {
        |a, b| a.remainder(b), at -7.0, 3.0 => 2.0, 1.0, 3.0;
        |a, b| a.remainder(b), at 7.0, -3.0 => -2.0, 1.0, 3.0;
        |a, b| a.remainder(b), at 6.0, 3.0 => 0.0, 1.0, -2.0;
        |a, b| a.fmod(b), at -7.0, 3.0 => -1.0, 1.0, 2.0;
        |a, b| a.fmod(b), at 7.0, -3.0 => 1.0, 1.0, 2.0;
        |a, b| a.fmod(b), at 1.0, 0.0 => NAN, 1.0, NAN;
        |a, b| a.remainder(b), at INF, 2.0 => NAN, 1.0, NAN;
    }
}

#[test]
fn ends_are_met_exactly() {
    edges! {
        |a, b| a.lerp(b, 1), at 1e30, 1.0 => 1.0, 0.0, 1.0;
        |a, b| a.lerp(b, 0), at 1.0, 1e30 => 1.0, 1.0, 0.0;
    }
}

#[test]
fn slopes_are_learned_on_the_left() {
    edges! {
        |x, slope| x.prelu(slope), at 0.0, 0.25 => 0.0, 0.25, 0.0;
        |x, slope| x.prelu(slope), at -2.0, 0.25 => -0.5, 0.25, -2.0;
        |x, slope| x.prelu(slope), at 2.0, NAN => 2.0, 1.0, 0.0;
    }
}
