//! `f32` and `f64` as elements.

use crate::close::{close, same};
use proptest::prelude::*;
use rappel_elem::{Elem, Scalar};

#[test]
fn min_and_max_propagate_nan() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let table = [
        (1.0, 2.0, 1.0, 2.0),
        (2.0, 1.0, 1.0, 2.0),
        (3.0, 3.0, 3.0, 3.0),
        (-inf, inf, -inf, inf),
        (nan, 1.0, nan, nan),
        (1.0, nan, nan, nan),
        (nan, -inf, nan, nan),
        (inf, nan, nan, nan),
        (nan, nan, nan, nan),
    ];
    for (a, b, min, max) in table {
        assert!(same(Elem::min(a, b), min) && same(Elem::max(a, b), max), "f64: {a} {b}");
        let (c, d) = (a as f32, b as f32);
        assert!(same(Elem::min(c, d).into(), min) && same(Elem::max(c, d).into(), max), "f32: {a} {b}");
    }
    for extreme in [Elem::min, Elem::max] {
        assert!(extreme(-0.0_f64, 0.0).is_sign_positive() && extreme(0.0, -0.0).is_sign_negative(), "of two zeros, o");
    }
}

#[test]
fn nan_is_below_nothing() {
    for (a, b) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::NAN, f64::NAN), (0.0, -0.0), (1.0, 1.0)] {
        assert!(!a.below(b) && !(a as f32).below(b as f32), "{a} {b}");
    }
    assert!(1.0_f64.below(2.0) && 1.0_f32.below(2.0));
}

#[test]
fn pick_takes_one_and_ignores_the_other() {
    assert_eq!(f32::pick(true, 1.0, f32::NAN), 1.0);
    assert_eq!(f64::pick(false, f64::INFINITY, 1.0), 1.0);
}

#[test]
fn constants_are_rounded_once() {
    assert_eq!(7.0_f32.lit(0.1), 0.1_f32);
    assert_eq!(7.0_f64.lit(0.1), 0.1_f64);
    assert_eq!(0.5_f32.re(), 0.5);
}

#[test]
fn sigmoid_of_f64_keeps_its_left_tail() {
    assert_eq!(Elem::sigmoid(0.0_f64), 0.5);
    assert_eq!(Elem::sigmoid(-740.0_f64), (-740.0_f64).exp());
    assert_eq!((Elem::sigmoid(f64::INFINITY), Elem::sigmoid(f64::NEG_INFINITY)), (1.0, 0.0));
    assert!(Elem::sigmoid(f64::NAN).is_nan());
}

proptest! {
    /// Against plain repeated multiplication; 13 products are at most 13 half ulps off, the reciprocal one more.
    #[test]
    fn powi_of_f64_is_the_repeated_product(x in -3.0..3.0_f64, n in -13..=13_i32) {
        let product = (0..n.unsigned_abs()).fold(1.0, |y, _| y * x);
        let naive = if n < 0 { 1.0 / product } else { product };
        let y = Elem::powi(x, n);
        prop_assert!((y - naive).abs() <= 8.0 * f64::EPSILON * naive.abs(), "{y} against {naive}");
    }

    #[test]
    fn sigmoid_of_f64_is_symmetric(x in -30.0..30.0_f64) {
        prop_assert!(close(Elem::sigmoid(x) + Elem::sigmoid(-x), 1.0, 2.0 * f64::EPSILON));
        prop_assert!(close(Elem::sigmoid(x) / (x.exp() / (1.0 + x.exp())), 1.0, 4.0 * f64::EPSILON));
    }
}
