//! Functions of every value.

use std::ops::Range;

use proptest::prelude::*;

use super::{one, two};
use crate::row;
use crate::row::Row;
use crate::strategies::{self, MARGIN, away_from, gridded};

const ANY: Range<f64> = -2.0..2.0;
const POSITIVE: Range<f64> = 0.3..3.0;

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

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
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
        function!(sigmoid, -4.0..4.0, sigmoid),
        function!(softplus, -4.0..4.0, |x| x.exp().ln_1p()),
        function!(abs, away_from(&[0.0], MARGIN, ANY), f64::abs),
        function!(relu, away_from(&[0.0], MARGIN, ANY), |x| if x > 0.0 { x } else { 0.0 }),
        function!(floor, away_from(&[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], MARGIN, -3.0..3.0), f64::floor),
    ];
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
