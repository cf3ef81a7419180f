//! Softmax, its logarithm and its normaliser.

use proptest::prelude::*;

use super::{Cases, shaped};
use crate::row;
use crate::row::Row;
use crate::strategies::{axes, axis, shape, shape_of, tensor};

/// An axis, and how far off the rows are moved: not at all, or until their exponentials leave the range of single precision.
/// Values are whole multiples of 1/1024, so that they can be moved without rounding.
fn along() -> Cases<(isize, f64)> {
    let values = (-2048_i32..=2048).prop_map(|k| f64::from(k) / 1024.0);
    let shift = prop_oneof![Just(0.0), Just(256.0), Just(-256.0)];
    let tensors = shape_of(1..6).prop_flat_map(move |s| (axis(s.len()), tensor(&s, values.clone())));
    (tensors, shift).prop_map(|((axis, x), shift)| ((axis, shift), vec![x])).boxed()
}

fn log_sum(run: &[f64]) -> f64 {
    run.iter().map(|x| x.exp()).sum::<f64>().ln()
}

fn log_softmax(run: &[f64]) -> Vec<f64> {
    let log_sum = log_sum(run);
    run.iter().map(|x| x - log_sum).collect()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "softmax",
            args: (isize, f64),
            cases: along(),
            vars: |(axis, shift), &[x]| (x + *shift).softmax(*axis),
            numbers: |(axis, _), [x]| x.along(*axis, |run| log_softmax(run).iter().map(|x| x.exp()).collect()),
        }
        .fused(),
        row! {
            name: "log_softmax",
            args: (isize, f64),
            cases: along(),
            vars: |(axis, shift), &[x]| (x + *shift).log_softmax(*axis),
            numbers: |(axis, _), [x]| x.along(*axis, log_softmax),
        }
        .fused(),
        row! {
            name: "logsumexp",
            args: ((isize, f64), bool),
            cases: (along(), any::<bool>()).prop_map(|((args, x), keep)| ((args, keep), x)),
            vars: |((axis, shift), keep), &[x]| (x + *shift).logsumexp(*axis, *keep),
            numbers: |((axis, shift), keep), [x]| x.reduce(&[*axis], *keep, |run| shift + log_sum(run)),
        }
        .fused(),
        row! {
            name: "logsumexp_axes",
            args: (Vec<isize>, bool),
            cases: shaped(shape(), |s| (axes(s.len()), any::<bool>()).boxed()),
            vars: |(axes, keep), &[x]| x.logsumexp_axes(axes, *keep),
            numbers: |(axes, keep), [x]| x.reduce(axes, *keep, log_sum),
        }
        .fused(),
    ]
}
