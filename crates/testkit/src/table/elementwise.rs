//! Functions of every value.

use std::f64::consts::{FRAC_2_SQRT_PI, FRAC_PI_2, LN_2, PI};
use std::ops::Range;

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use super::{one, two};
use crate::row;
use crate::row::Row;
use crate::strategies::{self, MARGIN, away_from, gridded};

const ANY: Range<f64> = -2.0..2.0;
const POSITIVE: Range<f64> = 0.3..3.0;
/// Of arcs.
const INSIDE: Range<f64> = -0.7..0.7;

/// A row of a method without arguments.
macro_rules! function {
    ($name:ident, $values:expr, $reference:expr) => {
        row! {
            name: stringify!($name),
            args: (),
            cases: one($values),
            vars: |(), &[x]| x.$name(),
            numbers: |(), [x]| x.map($reference),
        }
    };
}
pub(super) use function;

/// The error function by its series about 0.
pub(super) fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, 0.0);
    for n in 0..60 {
        sum += term / f64::from(2 * n + 1);
        term *= -x * x / f64::from(n + 1);
    }
    sum * FRAC_2_SQRT_PI
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        function!(exp, ANY, f64::exp),
        function!(expm1, ANY, f64::exp_m1),
        function!(ln, POSITIVE, f64::ln),
        function!(ln_1p, -0.6..2.0, f64::ln_1p),
        function!(sqrt, POSITIVE, f64::sqrt),
        function!(square, ANY, |x| x * x),
        function!(recip, away_from(&[0.0], 0.4, ANY), |x| 1.0 / x),
        function!(sin, -4.0..4.0, f64::sin),
        function!(cos, -4.0..4.0, f64::cos),
        function!(tanh, -3.0..3.0, f64::tanh),
        function!(abs, away_from(&[0.0], MARGIN, ANY), f64::abs),
        function!(exp2, ANY, |x| (x * LN_2).exp()),
        function!(log2, POSITIVE, |x| x.ln() / LN_2),
        function!(rsqrt, 0.5..3.0, |x| 1.0 / x.sqrt()),
        function!(tan, -1.0..1.0, |x| x.sin() / x.cos()),
        function!(asin, INSIDE, |x| (x / (1.0 - x * x).sqrt()).atan()),
        function!(acos, INSIDE, |x| FRAC_PI_2 - (x / (1.0 - x * x).sqrt()).atan()),
        function!(atan, -3.0..3.0, f64::atan),
        function!(sinh, ANY, |x| (x.exp() - (-x).exp()) / 2.0),
        function!(cosh, ANY, |x| (x.exp() + (-x).exp()) / 2.0),
        function!(asinh, -3.0..3.0, |x| (x.abs() + (x * x + 1.0).sqrt()).ln().copysign(x)),
        function!(acosh, 1.3..4.0, |x| (x + (x * x - 1.0).sqrt()).ln()),
        function!(atanh, INSIDE, |x| ((1.0 + x) / (1.0 - x)).ln() / 2.0),
        function!(erf, ANY, erf),
        function!(erfc, ANY, |x| 1.0 - erf(x)),
    ];
    rows.extend(steps());
    rows.extend(pairs());
    rows.extend(powers());
    rows.extend(choices());
    rows
}

/// To a whole power, to a real one, to a variable.
fn powers() -> Vec<Row> {
    vec![
        row! {
            name: "powi",
            args: i32,
            cases: (-3..=5, strategies::one(away_from(&[0.0], 0.5, -1.5..1.5)))
                .prop_map(|(n, x)| (n, vec![x])),
            vars: |n, &[x]| x.powi(*n),
            numbers: |n, [x]| x.map(|x| {
                let product = (0..n.abs()).map(|_| x).product::<f64>();
                if *n < 0 { 1.0 / product } else { product }
            }),
        },
        row! {
            name: "powf",
            args: f64,
            cases: (prop_oneof![Just(0.0), Just(1.0), Just(0.5), Just(2.5), Just(-1.5), ANY], strategies::one(POSITIVE))
                .prop_map(|(e, x)| (e, vec![x])),
            vars: |e, &[x]| x.powf(*e),
            numbers: |e, [x]| x.map(|x| (e * x.ln()).exp()),
        },
        row! {
            name: "pow",
            args: (),
            cases: two(POSITIVE, ANY),
            vars: |(), &[a, b]| a.pow(b),
            numbers: |(), [a, b]| a.zip(b, |a, b| (b * a.ln()).exp()),
        },
    ]
}

/// The smaller, the larger, and what lies between.
fn choices() -> Vec<Row> {
    vec![
        row! {
            name: "minimum",
            args: (),
            cases: two(gridded(0.0), gridded(0.1)),
            vars: |(), &[a, b]| a.minimum(b),
            numbers: |(), [a, b]| a.zip(b, |a, b| if a < b { a } else { b }),
        },
        row! {
            name: "maximum",
            args: (),
            cases: two(gridded(0.0), gridded(0.1)),
            vars: |(), &[a, b]| a.maximum(b),
            numbers: |(), [a, b]| a.zip(b, |a, b| if a < b { b } else { a }),
        },
        row! {
            name: "clamp",
            args: (),
            cases: one(away_from(&[-0.5, 1.0], MARGIN, ANY)),
            vars: |(), &[x]| x.clamp(-0.5, 1),
            numbers: |(), [x]| x.map(|x| x.clamp(-0.5, 1.0)),
        },
    ]
}

/// Functions without a gradient, which are constants to the product.
fn steps() -> Vec<Row> {
    const WHOLE: [f64; 7] = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0];
    macro_rules! step {
        ($name:ident, $values:expr, $reference:expr) => {
            row! {
                name: stringify!($name),
                args: (),
                cases: one($values),
                vars: |(), &[x]| x * x.$name(),
                numbers: |(), [x]| x.map(|x| x * $reference(x)),
            }
        };
    }
    vec![
        step!(floor, away_from(&WHOLE, MARGIN, -3.0..3.0), f64::floor),
        step!(ceil, away_from(&WHOLE, MARGIN, -3.0..3.0), |x: f64| -(-x).floor()),
        step!(trunc, away_from(&WHOLE, MARGIN, -3.0..3.0), |x: f64| x - x % 1.0),
        step!(round, away_from(&[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], MARGIN, -2.9..2.9), |x: f64| (x + 0.5).floor()),
        step!(sign, away_from(&[0.0], MARGIN, ANY), f64::signum),
    ]
}

/// Functions of two values.
fn pairs() -> Vec<Row> {
    macro_rules! pair {
        ($name:ident, $a:expr, $b:expr, $reference:expr) => {
            row! {
                name: stringify!($name),
                args: (),
                cases: two($a, $b),
                vars: |(), &[a, b]| a.$name(b),
                numbers: |(), [a, b]| a.zip(b, $reference),
            }
        };
    }
    let nonzero = || away_from(&[0.0], 0.4, ANY);
    // No quotient of the two is near a whole number.
    let dividend = || away_from(&[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], 3.0 * MARGIN, -3.0..3.0);
    let divisor = || prop_oneof![1.0..1.02, -1.02..-1.0];
    vec![
        pair!(hypot, nonzero(), nonzero(), |a, b| (a * a + b * b).sqrt()),
        pair!(atan2, nonzero(), nonzero(), |a, b| {
            let turn = if b > 0.0 { 0.0 } else { PI.copysign(a) };
            (a / b).atan() + turn
        }),
        pair!(logaddexp, ANY, ANY, |a, b| (a.exp() + b.exp()).ln()),
        pair!(xlogy, POSITIVE, POSITIVE, |a, b| a * b.ln()),
        pair!(remainder, dividend(), divisor(), |a, b| a - b * (a / b).floor()),
        pair!(fmod, dividend(), divisor(), |a, b| a - b * (a / b).trunc()),
        row! {
            name: "lerp",
            args: f64,
            cases: (prop_oneof![Just(0.0), Just(1.0), ANY], strategies::pair(ANY, ANY))
                .prop_map(|(weight, (a, b))| (weight, vec![a, b])),
            vars: |weight, &[a, b]| a.lerp(b, *weight),
            numbers: |weight, [a, b]| a.zip(b, |a, b| (1.0 - weight) * a + weight * b),
        },
        row! {
            name: "lerp_by",
            args: (),
            cases: (strategies::pair(ANY, ANY), ANY).prop_map(|((a, b), w)| ((), vec![a, b, Tensor::scalar(w)])),
            vars: |(), &[a, b, weight]| a.lerp_by(b, weight),
            numbers: |(), [a, b, weight]| a.zip(b, |a, b| a + weight.data()[0] * (b - a)),
        },
    ]
}
