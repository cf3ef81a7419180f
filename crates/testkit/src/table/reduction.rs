//! Sums, means, products, extremes, variances and norms over any axes.

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use super::{Cases, factor, one, shaped};
use crate::row;
use crate::row::Row;
use crate::strategies::{axes, distinct, full_size, shape, tensor};

type Over = (Vec<isize>, bool);

fn mean(run: &[f64]) -> f64 {
    run.iter().sum::<f64>() / run.len() as f64
}

fn max(run: &[f64]) -> f64 {
    run.iter().fold(f64::NEG_INFINITY, |a, &b| if a < b { b } else { a })
}

fn min(run: &[f64]) -> f64 {
    run.iter().fold(f64::INFINITY, |a, &b| if b < a { b } else { a })
}

fn variance(run: &[f64], correction: f64) -> f64 {
    let mean = mean(run);
    let rest = run.len() as f64 - correction;
    run.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / if rest > 0.0 { rest } else { f64::NAN }
}

fn norm(run: &[f64], p: f64) -> f64 {
    match p {
        f64::INFINITY => run.iter().fold(0.0, |a, b| b.abs().max(a)),
        _ => run.iter().map(|x| x.abs().powf(p)).sum::<f64>().powf(1.0 / p),
    }
}

fn all(rank: usize) -> Vec<isize> {
    (0..rank as isize).collect()
}

/// Axes to reduce and whether they stay, for any shape.
fn over() -> Cases<Over> {
    shaped(shape(), |s| (axes(s.len()), any::<bool>()).boxed())
}

/// Factors, axes to multiply over and whether they stay.
fn factors() -> Cases<Over> {
    shape()
        .prop_flat_map(|s| ((axes(s.len()), any::<bool>()), tensor(&s, factor())))
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}

/// What [`contested`] gives, and a correction that leaves a variance with something to divide by.
fn corrected() -> Cases<(Over, f64)> {
    (contested(), prop_oneof![Just(0.0), Just(0.5), Just(1.0)])
        .prop_map(|((over, x), correction)| {
            let rank = x[0].rank();
            let n: usize = over.0.iter().map(|&a| x[0].shape()[crate::plain::front(a, rank)]).product();
            ((over, if n > 1 { correction } else { 0.0 }), x)
        })
        .boxed()
}

/// Tensors without ties among magnitudes and without zeros, axes that have values, and an order of norms.
fn sized() -> Cases<(Over, f64)> {
    let orders = prop::sample::select(vec![1.0, 1.5, 2.0, 3.0, f64::INFINITY]);
    (contested(), orders)
        .prop_flat_map(|((over, x), p)| (Just((over, p)), Just(x), prop::collection::vec(any::<bool>(), 36)))
        .prop_map(|(args, x, signs)| {
            let smallest = min(x[0].data());
            let sign = |i: usize| if signs[i % signs.len()] { 1.0 } else { -1.0 };
            let data: Vec<f64> =
                x[0].data().iter().enumerate().map(|(i, v)| sign(i) * (0.5 * (v - smallest) + 0.3)).collect();
            (args, vec![Tensor::new(data, x[0].shape())])
        })
        .boxed()
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
    let pairs = || {
        // One value has no such variance to differentiate; none has a NaN and no gradient.
        let first = prop_oneof![9 => Just(2_usize), 1 => Just(0)];
        let shapes = (first, prop::collection::vec(full_size(), 0..3)).prop_map(|(n, s)| [&[n], &s[..]].concat());
        shapes.prop_flat_map(|s| distinct(&s)).prop_map(|x| ((), vec![x]))
    };
    vec![
        over_all!(sum, one(-2.0..2.0), |run| run.iter().sum()),
        over_all!(mean, one(-2.0..2.0), mean),
        over_all!(prod, one(factor()), |run| run.iter().product()).fused(),
        over_all!(max, full(), max),
        over_all!(min, full(), min),
        over_axes!("sum_axes", sum_axes, over(), |run| run.iter().sum()),
        over_axes!("mean_axes", mean_axes, over(), mean),
        over_axes!("prod_axes", prod_axes, factors(), |run| run.iter().product()).fused(),
        over_axes!("max_axes", max_axes, contested(), max),
        over_axes!("min_axes", min_axes, contested(), min),
        over_all!(var, pairs(), |run| variance(run, 1.0)),
        over_all!(std, pairs(), |run| variance(run, 1.0).sqrt()),
        row! {
            name: "var_axes",
            args: (Over, f64),
            cases: corrected(),
            vars: |((axes, keep), correction), &[x]| x.var_axes(axes, *correction, *keep),
            numbers: |((axes, keep), correction), [x]| x.reduce(axes, *keep, |run| variance(run, *correction)),
        },
        row! {
            name: "std_axes",
            args: (Over, f64),
            cases: corrected(),
            vars: |((axes, keep), correction), &[x]| x.std_axes(axes, *correction, *keep),
            numbers: |((axes, keep), correction), [x]| x.reduce(axes, *keep, |run| variance(run, *correction).sqrt()),
        },
        over_all!(norm, sized().prop_map(|(_, x)| ((), x)), |run| norm(run, 2.0)),
        row! {
            name: "norm_axes",
            args: (Over, f64),
            cases: sized(),
            vars: |((axes, keep), p), &[x]| x.norm_axes(*p, axes, *keep),
            numbers: |((axes, keep), p), [x]| x.reduce(axes, *keep, |run| norm(run, *p)),
        },
    ]
}
