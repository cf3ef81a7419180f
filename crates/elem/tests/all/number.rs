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

/// Against the exact values, rounded: erf, erfc, and erfc of the negated argument.
#[test]
fn error_functions_of_f64_are_exact_to_two_ulps() {
    let table = [
        (1e-300, 1.1283791670955126e-300, 1.0, 1.0),
        (1e-10, 1.1283791670955126e-10, 0.999999999887162, 1.000000000112838),
        (0.1, 0.1124629160182849, 0.887537083981715, 1.1124629160182848),
        (0.25, 0.27632639016823696, 0.7236736098317631, 1.276326390168237),
        (0.3, 0.3286267594591274, 0.6713732405408726, 1.3286267594591274),
        (0.5, 0.5204998778130465, 0.4795001221869535, 1.5204998778130465),
        (0.75, 0.7111556336535151, 0.28884436634648486, 1.7111556336535152),
        (0.84, 0.7651427114549945, 0.23485728854500548, 1.7651427114549945),
        (0.85, 0.7706680576083526, 0.22933194239164748, 1.7706680576083524),
        (1.0, 0.8427007929497149, 0.15729920705028513, 1.8427007929497148),
        (1.25, 0.9229001282564583, 0.07709987174354177, 1.9229001282564582),
        (1.5, 0.9661051464753108, 0.033894853524689274, 1.9661051464753108),
        (2.0, 0.9953222650189527, 0.004677734981047266, 1.9953222650189528),
        (2.4, 0.999311486103355, 0.0006885138966450789, 1.999311486103355),
        (2.6, 0.9997639655834707, 0.00023603441652934908, 1.9997639655834707),
        (3.0, 0.9999779095030014, 2.209049699858544e-05, 1.9999779095030015),
        (3.5, 0.9999992569016276, 7.430983723414128e-07, 1.9999992569016276),
        (4.0, 0.9999999845827421, 1.541725790028002e-08, 1.999999984582742),
        (4.5, 0.9999999998033839, 1.9661604415428876e-10, 1.999999999803384),
        (4.9, 0.999999999995781, 4.218936524005766e-12, 1.9999999999957812),
        (5.1, 0.9999999999994507, 5.49382021755532e-13, 1.9999999999994507),
        (5.5, 0.9999999999999927, 7.357847917974398e-15, 1.9999999999999927),
        (6.0, 1.0, 2.1519736712498913e-17, 2.0),
        (7.0, 1.0, 4.183825607779414e-23, 2.0),
        (8.0, 1.0, 1.1224297172982926e-29, 2.0),
        (10.0, 1.0, 2.088487583762545e-45, 2.0),
        (13.0, 1.0, 1.7395573154667246e-75, 2.0),
        (17.0, 1.0, 1.0212280150942608e-127, 2.0),
        (20.0, 1.0, 5.395865611607901e-176, 2.0),
        (24.0, 1.0, 1.6489825831519335e-252, 2.0),
        (26.5, 1.0, 2.2109076642637343e-307, 2.0),
        (27.2, 1.0, 1e-323, 2.0),
    ];
    for (x, erf, erfc, left) in table {
        let ulps = |y: f64, exact: f64| y.to_bits().abs_diff(exact.to_bits());
        assert!(ulps(Elem::erf(x), erf) <= 1 && Elem::erf(-x) == -Elem::erf(x), "erf({x}) is {}", Elem::erf(x));
        assert!(ulps(Elem::erfc(x), erfc) <= 2, "erfc({x}) is {}", Elem::erfc(x));
        assert!(ulps(Elem::erfc(-x), left) <= 1, "erfc(-{x}) is {}", Elem::erfc(-x));
    }
    assert_eq!((Elem::erf(f64::INFINITY), Elem::erfc(f64::INFINITY), Elem::erfc(f64::NEG_INFINITY)), (1.0, 0.0, 2.0));
    assert!(Elem::erf(f64::NAN).is_nan() && Elem::erfc(f64::NAN).is_nan() && Elem::erf(-0.0_f64).is_sign_negative());
}

/// The first terms of the series about 1, where the logarithm of a number near 1 would keep half of the digits.
#[test]
fn acosh_of_f64_keeps_its_digits_next_to_1() {
    let d = 2f64.powi(-40);
    let series = (2.0 * d).sqrt() * (1.0 - d / 12.0);
    assert!((Elem::acosh(1.0 + d) / series - 1.0).abs() < 4.0 * f64::EPSILON);
    assert!((Elem::acosh(1e300_f64) / (1e300_f64.ln() + 2f64.ln()) - 1.0).abs() < 4.0 * f64::EPSILON);
    assert!(Elem::acosh(0.5_f64).is_nan() && Elem::acosh(f64::INFINITY) == f64::INFINITY);
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
