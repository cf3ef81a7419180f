//! Cumulative sums, products and sums of exponentials.

use proptest::prelude::*;

use super::{Cases, factor};
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, shape_of, tensor};

/// An axis, whether from the last value to the first, and whether without the value itself.
type Along = (isize, bool, bool);

fn along(values: impl Strategy<Value = f64> + Clone + 'static) -> Cases<Along> {
    shape_of(1..6)
        .prop_flat_map(move |s| ((axis(s.len()), any::<bool>(), any::<bool>()), tensor(&s, values.clone())))
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}

/// Every value replaced by a number from those up to it.
fn scanned(x: &Plain, &(axis, reverse, exclusive): &Along, gather: impl Fn(&[f64]) -> f64) -> Plain {
    x.along(axis, |run| {
        let n = run.len();
        let so_far = |i: usize| match (reverse, exclusive) {
            (false, false) => &run[..=i],
            (false, true) => &run[..i],
            (true, false) => &run[i..],
            (true, true) => &run[i + 1..],
        };
        (0..n).map(|i| gather(so_far(i))).collect()
    })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "cumsum",
            args: Along,
            cases: along(-2.0..2.0),
            vars: |(axis, reverse, exclusive), &[x]| match (reverse, exclusive) {
                (false, false) => x.cumsum(*axis),
                _ => x.cumsum_with(*axis, *reverse, *exclusive),
            },
            numbers: |args, [x]| scanned(x, args, |run| run.iter().sum()),
        },
        row! {
            name: "cumprod",
            args: Along,
            cases: along(factor()),
            vars: |(axis, reverse, exclusive), &[x]| match (reverse, exclusive) {
                (false, false) => x.cumprod(*axis),
                _ => x.cumprod_with(*axis, *reverse, *exclusive),
            },
            numbers: |args, [x]| scanned(x, args, |run| run.iter().product()),
        },
        row! {
            name: "logcumsumexp",
            args: isize,
            cases: along(-2.0..2.0).prop_map(|((axis, ..), x)| (axis, x)),
            vars: |axis, &[x]| x.logcumsumexp(*axis),
            numbers: |axis, [x]| {
                scanned(x, &(*axis, false, false), |run| run.iter().map(|x| x.exp()).sum::<f64>().ln())
            },
        },
    ]
}
