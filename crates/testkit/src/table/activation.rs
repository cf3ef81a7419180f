//! Activations.

use std::f64::consts::PI;
use std::ops::Range;

use proptest::prelude::*;

use super::elementwise::{erf, function};
use super::{Cases, one, two};
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{self, MARGIN, away_from, axis, shape_of, tensor};

const ANY: Range<f64> = -4.0..4.0;
const NEAR: Range<f64> = -2.0..2.0;

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn silu(x: f64) -> f64 {
    x * sigmoid(x)
}

fn gelu(x: f64) -> f64 {
    x * (1.0 + erf(x / 2.0_f64.sqrt())) / 2.0
}

fn gelu_tanh(x: f64) -> f64 {
    x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh()) / 2.0
}

fn selu(x: f64) -> f64 {
    let (s, a) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_3);
    if x > 0.0 { s * x } else { s * a * (x.exp() - 1.0) }
}

fn leaky_relu(x: f64, slope: f64) -> f64 {
    if x > 0.0 { x } else { slope * x }
}

fn hard_sigmoid(x: f64) -> f64 {
    (x / 6.0 + 0.5).clamp(0.0, 1.0)
}

/// An activation with one number.
macro_rules! with_number {
    ($name:ident, $numbers:expr, $values:expr, $reference:expr) => {
        row! {
            name: stringify!($name),
            args: f64,
            cases: ($numbers, strategies::one($values)).prop_map(|(k, x)| (k, vec![x])),
            vars: |k, &[x]| x.$name(*k),
            numbers: |k, [x]| x.map(|x| $reference(x, *k)),
        }
    };
}

/// An axis of even size.
fn halves() -> Cases<isize> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s)))
        .prop_flat_map(|(axis, mut shape)| {
            let at = front(axis, shape.len());
            shape[at] *= 2;
            (Just(axis), tensor(&shape, NEAR))
        })
        .prop_map(|(axis, x)| (axis, vec![x]))
        .boxed()
}

/// A function of the two halves along an axis.
fn of_halves(x: &Plain, axis: isize, f: impl Fn(f64, f64) -> f64) -> Plain {
    let at = front(axis, x.shape().len());
    let mut shape = x.shape().to_vec();
    shape[at] /= 2;
    Plain::from_fn(&shape, |i| {
        let mut second = i.to_vec();
        second[at] += shape[at];
        f(x.at(i), x.at(&second))
    })
}

pub(super) fn rows() -> Vec<Row> {
    let kink = || away_from(&[0.0], MARGIN, ANY);
    let kinks = || away_from(&[-3.0, 3.0], MARGIN, ANY);
    vec![
        function!(sigmoid, ANY, sigmoid),
        function!(log_sigmoid, ANY, |x| -(-x).exp().ln_1p()),
        function!(relu, kink(), |x| if x > 0.0 { x } else { 0.0 }),
        function!(softplus, ANY, |x| x.exp().ln_1p()),
        function!(softsign, kink(), |x| x / (1.0 + x.abs())),
        function!(selu, kink(), selu),
        function!(gelu, NEAR, gelu),
        function!(gelu_tanh, ANY, gelu_tanh),
        function!(silu, ANY, silu),
        function!(mish, ANY, |x| x * x.exp().ln_1p().tanh()),
        function!(hard_tanh, away_from(&[-1.0, 1.0], MARGIN, NEAR), |x| x.clamp(-1.0, 1.0)),
        row! {
            name: "hard_tanh_in",
            args: (f64, f64),
            cases: strategies::one(away_from(&[-0.5, 1.5], MARGIN, ANY)).prop_map(|x| ((-0.5, 1.5), vec![x])),
            vars: |&(low, high), &[x]| x.hard_tanh_in(low, high),
            numbers: |&(low, high), [x]| x.map(|x| x.clamp(low, high)),
        },
        function!(hard_sigmoid, kinks(), hard_sigmoid),
        function!(hard_swish, kinks(), |x| x * hard_sigmoid(x)),
        with_number!(leaky_relu, prop_oneof![Just(0.0), Just(0.01), NEAR], kink(), leaky_relu),
        with_number!(elu, 0.5..2.0, kink(), |x: f64, alpha: f64| if x > 0.0 { x } else { alpha * (x.exp() - 1.0) }),
        with_number!(celu, 0.5..2.0, kink(), |x: f64, alpha: f64| if x > 0.0 {
            x
        } else {
            alpha * ((x / alpha).exp() - 1.0)
        }),
        with_number!(softplus_with, 0.5..3.0, NEAR, |x: f64, beta: f64| (beta * x).exp().ln_1p() / beta),
        row! {
            name: "prelu",
            args: (),
            cases: two(kink(), NEAR),
            vars: |(), &[x, slope]| x.prelu(slope),
            numbers: |(), [x, slope]| x.zip(slope, leaky_relu),
        },
        row! {
            name: "glu",
            args: isize,
            cases: halves(),
            vars: |axis, &[x]| x.glu(*axis),
            numbers: |axis, [x]| of_halves(x, *axis, |a, b| a * sigmoid(b)),
        },
        row! {
            name: "swiglu",
            args: isize,
            cases: halves(),
            vars: |axis, &[x]| x.swiglu(*axis),
            numbers: |axis, [x]| of_halves(x, *axis, |a, b| silu(a) * b),
        },
    ]
}
