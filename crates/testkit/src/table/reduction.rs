//! Sums, means, extremes over any axes.

use proptest::prelude::*;

use super::{Cases, one, shaped};
use crate::row;
use crate::row::Row;
use crate::strategies::{axes, distinct, full_size, shape};

type Over = (Vec<isize>, bool);

fn mean(run: &[f64]) -> f64 {
    run.iter().sum::<f64>() / run.len() as f64
}

fn max(run: &[f64]) -> f64 {
    run.iter().fold(f64::NEG_INFINITY, |a, &b| if a < b { b } else { a })
}

fn min(run: &[f64]) -> f64 {
    -max(&run.iter().map(|x| -x).collect::<Vec<_>>())
}

fn all(rank: usize) -> Vec<isize> {
    (0..rank as isize).collect()
}

/// Axes to reduce and whether they stay, for any shape.
fn over() -> Cases<Over> {
    shaped(shape(), |s| (axes(s.len()), any::<bool>()).boxed())
}

/// Tensors without ties, and axes that have values along them; other axes may be empty.
fn contested() -> Cases<Over> {
    let filled = |(shape, axes): (Vec<usize>, Vec<isize>)| {
        let rank = shape.len();
        let used = |k: usize| axes.iter().any(|&a| crate::plain::front(a, rank) == k);
        let shape: Vec<usize> = (0..rank).map(|k| if used(k) { shape[k].max(1) } else { shape[k] }).collect();
        (distinct(&shape), Just(axes), any::<bool>())
    };
    shape()
        .prop_flat_map(|s| (Just(s.clone()), axes(s.len())))
        .prop_flat_map(filled)
        .prop_map(|(x, axes, keep)| ((axes, keep), vec![x]))
        .boxed()
}

/// A row of a method over axes.
macro_rules! over_axes {
    ($name:literal, $method:ident, $cases:expr, $reference:expr) => {
        row! {
            name: $name,
            args: Over,
            cases: $cases,
            vars: |(axes, keep), &[x]| x.$method(axes, *keep),
            numbers: |(axes, keep), [x]| x.reduce(axes, *keep, $reference),
        }
    };
}

/// A row of a method over everything.
macro_rules! over_all {
    ($method:ident, $cases:expr, $reference:expr) => {
        row! {
            name: stringify!($method),
            args: (),
            cases: $cases,
            vars: |(), &[x]| x.$method(),
            numbers: |(), [x]| x.reduce(&all(x.shape().len()), false, $reference),
        }
    };
}

pub(super) fn rows() -> Vec<Row> {
    let full = || {
        let shapes = prop::collection::vec(full_size(), 0..4);
        shapes.prop_flat_map(|s| distinct(&s)).prop_map(|x| ((), vec![x]))
    };
    vec![
        over_all!(sum, one(-2.0..2.0), |run| run.iter().sum()),
        over_all!(mean, one(-2.0..2.0), mean),
        over_all!(max, full(), max),
        over_all!(min, full(), min),
        over_axes!("sum_axes", sum_axes, over(), |run| run.iter().sum()),
        over_axes!("mean_axes", mean_axes, over(), mean),
        over_axes!("max_axes", max_axes, contested(), max),
        over_axes!("min_axes", min_axes, contested(), min),
    ]
}
