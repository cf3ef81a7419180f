//! What is picked along an axis by order, with its indices.

use proptest::prelude::*;

use super::Cases;
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, distinct, full_size, shape_of};

/// An axis, a number from 1 to its size, a flag, and values without ties. The axis has values, others may have none.
fn ranked() -> Cases<(isize, usize, bool)> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s), full_size()))
        .prop_flat_map(|(axis, mut shape, n)| {
            let at = front(axis, shape.len());
            shape[at] = n;
            ((Just(axis), 1..=n, any::<bool>()), distinct(&shape))
        })
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}

fn sorted(run: &[f64], descending: bool) -> Vec<f64> {
    let mut run = run.to_vec();
    run.sort_by(|a, b| if descending { b.total_cmp(a) } else { a.total_cmp(b) });
    run
}

/// The first k along an axis.
fn first(x: &Plain, axis: isize, k: usize) -> Plain {
    let mut shape = x.shape().to_vec();
    shape[front(axis, x.shape().len())] = k;
    Plain::from_fn(&shape, |i| x.at(i))
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "sort",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, _, descending), &[x]| x.sort(*axis, *descending).0,
            numbers: |(axis, _, descending), [x]| x.along(*axis, |run| sorted(run, *descending)),
        },
        row! {
            name: "topk",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, k, largest), &[x]| x.topk(*k, *axis, *largest).0,
            numbers: |(axis, k, largest), [x]| first(&x.along(*axis, |run| sorted(run, *largest)), *axis, *k),
        },
        row! {
            name: "kthvalue",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, k, keep), &[x]| x.kthvalue(*k, *axis, *keep).0,
            numbers: |(axis, k, keep), [x]| x.reduce(&[*axis], *keep, |run| sorted(run, false)[k - 1]),
        },
        row! {
            name: "median",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, _, keep), &[x]| x.median(*axis, *keep).0,
            numbers: |(axis, _, keep), [x]| x.reduce(&[*axis], *keep, |run| sorted(run, false)[(run.len() - 1) / 2]),
        },
        row! {
            name: "max_with_index",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, _, keep), &[x]| x.max_with_index(*axis, *keep).0,
            numbers: |(axis, _, keep), [x]| x.reduce(&[*axis], *keep, |run| sorted(run, true)[0]),
        },
        row! {
            name: "min_with_index",
            args: (isize, usize, bool),
            cases: ranked(),
            vars: |(axis, _, keep), &[x]| x.min_with_index(*axis, *keep).0,
            numbers: |(axis, _, keep), [x]| x.reduce(&[*axis], *keep, |run| sorted(run, false)[0]),
        },
    ]
}
