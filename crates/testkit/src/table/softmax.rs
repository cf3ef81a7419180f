//! Softmax and its logarithm.

use super::{Cases, shaped};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, shape_of};

fn along() -> Cases<isize> {
    shaped(shape_of(1..6), |s| axis(s.len()))
}

fn softmax(run: &[f64]) -> Vec<f64> {
    let total: f64 = run.iter().map(|x| x.exp()).sum();
    run.iter().map(|x| x.exp() / total).collect()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "softmax",
            args: isize,
            cases: along(),
            vars: |axis, &[x]| x.softmax(*axis),
            numbers: |axis, [x]| x.along(*axis, softmax),
        }
        .fused(),
        row! {
            name: "log_softmax",
            args: isize,
            cases: along(),
            vars: |axis, &[x]| x.log_softmax(*axis),
            numbers: |axis, [x]| x.along(*axis, |run| softmax(run).iter().map(|p| p.ln()).collect()),
        }
        .fused(),
    ]
}
