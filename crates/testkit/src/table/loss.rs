//! Losses.

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use super::{Cases, two};
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{full_size, indices, size, tensor};

/// Labels, how far off the logits are moved, and logits, in whole multiples of 1/1024.
fn labelled() -> Cases<(Tensor<u32>, f64)> {
    let values = (-3072_i32..=3072).prop_map(|k| f64::from(k) / 1024.0);
    (size(), full_size(), prop_oneof![Just(0.0), Just(256.0)])
        .prop_flat_map(move |(n, classes, shift)| {
            (indices(&[n], classes), Just(shift), tensor(&[n, classes], values.clone()))
        })
        .prop_map(|(labels, shift, x)| ((labels, shift), vec![x]))
        .boxed()
}

fn mean(x: &Plain) -> Plain {
    Plain::scalar(x.data().iter().sum::<f64>() / x.data().len() as f64)
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "cross_entropy",
            args: (Tensor<u32>, f64),
            cases: labelled(),
            vars: |(labels, shift), &[x]| (x + *shift).cross_entropy(labels),
            numbers: |(labels, _), [x]| {
                let classes = x.shape()[1];
                let row = |(i, &label): (usize, &u32)| {
                    let total: f64 = (0..classes).map(|c| x.at(&[i, c]).exp()).sum();
                    total.ln() - x.at(&[i, label as usize])
                };
                let all: f64 = labels.data().iter().enumerate().map(row).sum();
                Plain::scalar(all / labels.len() as f64)
            },
        }
        .fused(),
        row! {
            name: "mse",
            args: (),
            cases: two(-2.0..2.0, -2.0..2.0),
            vars: |(), &[a, b]| a.mse(b),
            numbers: |(), [a, b]| mean(&a.zip(b, |a, b| (a - b) * (a - b))),
        },
        row! {
            name: "bce_with_logits",
            args: (),
            cases: two(-4.0..4.0, 0.0..1.0),
            vars: |(), &[a, b]| a.bce_with_logits(b),
            numbers: |(), [a, b]| {
                let one = |a: f64, b: f64| {
                    let p = 1.0 / (1.0 + (-a).exp());
                    -b * p.ln() - (1.0 - b) * (1.0 - p).ln()
                };
                mean(&a.zip(b, one))
            },
        },
    ]
}
