//! Operations that move values.

use proptest::prelude::*;
use rappel_autodiff::Var;

use super::{Cases, shaped};
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, broadcasting, shape, shape_of, size, tensor};

const ANY: std::ops::Range<f64> = -2.0..2.0;

/// A start and a size within each axis, for some leading axes.
fn window(shape: &[usize]) -> BoxedStrategy<Vec<(usize, usize)>> {
    let range = |n: usize| (0..=n).prop_flat_map(move |start| (Just(start), 0..=n - start));
    let each: Vec<_> = shape.iter().map(|&n| range(n)).collect();
    (each, 0..=shape.len())
        .prop_map(|(mut ranges, given)| {
            ranges.truncate(given);
            ranges
        })
        .boxed()
}

fn permuted(x: &Plain, order: &[isize]) -> Plain {
    let order: Vec<usize> = order.iter().map(|&k| front(k, x.shape().len())).collect();
    let shape: Vec<usize> = order.iter().map(|&k| x.shape()[k]).collect();
    Plain::from_fn(&shape, |i| {
        let mut from = vec![0; i.len()];
        order.iter().zip(i).for_each(|(&k, &i)| from[k] = i);
        x.at(&from)
    })
}

fn joined(parts: &[Plain], axis: usize) -> Plain {
    let mut shape = parts[0].shape().to_vec();
    shape[axis] = parts.iter().map(|p| p.shape()[axis]).sum();
    Plain::from_fn(&shape, |i| {
        let (mut i, mut part) = (i.to_vec(), 0);
        while i[axis] >= parts[part].shape()[axis] {
            i[axis] -= parts[part].shape()[axis];
            part += 1;
        }
        parts[part].at(&i)
    })
}

/// One to four parts that differ along one axis.
fn parts() -> Cases<isize> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s), prop::collection::vec(size(), 1..5)))
        .prop_flat_map(|(axis, shape, sizes)| {
            let at = front(axis, shape.len());
            let part = |&n: &usize| {
                let mut shape = shape.clone();
                shape[at] = n;
                tensor(&shape, ANY)
            };
            (Just(axis), sizes.iter().map(part).collect::<Vec<_>>())
        })
        .boxed()
}

/// One to three parts of one shape, and a place for the new axis.
fn equals() -> Cases<isize> {
    (shape_of(0..4), 1..4_usize).prop_flat_map(|(s, n)| (axis(s.len() + 1), vec![tensor(&s, ANY); n])).boxed()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "reshape",
            args: Vec<usize>,
            cases: shaped(shape(), |s| {
                // The same sizes in another order, then neighbours joined and a 1 put in front.
                (Just(s.to_vec()).prop_shuffle(), any::<bool>()).prop_map(|(s, join)| match (&s[..], join) {
                    ([a, b, rest @ ..], true) => [&[1, a * b], rest].concat(),
                    _ => s,
                }).boxed()
            }),
            vars: |shape, &[x]| x.reshape(shape),
            numbers: |shape, [x]| x.reshape(shape),
        },
        row! {
            name: "permute",
            args: Vec<isize>,
            cases: shaped(shape(), |s| {
                let rank = s.len() as isize;
                let axes = Just((0..rank).collect::<Vec<_>>()).prop_shuffle();
                (axes, any::<bool>()).prop_map(move |(axes, back)| {
                    axes.iter().map(|k| if back { k - rank } else { *k }).collect()
                }).boxed()
            }),
            vars: |axes, &[x]| x.permute(axes),
            numbers: |axes, [x]| permuted(x, axes),
        },
        row! {
            name: "transpose",
            args: (),
            cases: shaped(shape_of(2..6), |_| Just(()).boxed()),
            vars: |(), &[x]| x.transpose(),
            numbers: |(), [x]| {
                let n = x.shape().len() as isize;
                permuted(x, &[&(0..n - 2).collect::<Vec<_>>()[..], &[n - 1, n - 2]].concat())
            },
        },
        row! {
            name: "expand",
            args: Vec<usize>,
            cases: broadcasting()
                .prop_flat_map(|(m, n)| {
                    let to = Plain::from_fn(&m, |_| 0.0).zip(&Plain::from_fn(&n, |_| 0.0), |a, b| a + b);
                    (Just(to.shape().to_vec()), tensor(&m, ANY))
                })
                .prop_map(|(to, x)| (to, vec![x])),
            vars: |to, &[x]| x.expand(to),
            numbers: |to, [x]| Plain::from_fn(to, |i| x.stretched(i)),
        },
        row! {
            name: "slice",
            args: Vec<(usize, usize)>,
            cases: shaped(shape(), window),
            vars: |ranges, &[x]| x.slice(&ranges.iter().map(|&(at, n)| at..at + n).collect::<Vec<_>>()),
            numbers: |ranges, [x]| {
                let at = |k: usize| ranges.get(k).map_or(0, |r| r.0);
                let size = |k: usize| ranges.get(k).map_or(x.shape()[k], |r| r.1);
                let shape: Vec<usize> = (0..x.shape().len()).map(size).collect();
                Plain::from_fn(&shape, |i| x.at(&i.iter().enumerate().map(|(k, i)| i + at(k)).collect::<Vec<_>>()))
            },
        },
        row! {
            name: "concat",
            args: isize,
            cases: parts(),
            vars: |axis, parts| Var::concat(parts, *axis),
            numbers: |axis, parts| joined(parts, front(*axis, parts[0].shape().len())),
        },
        row! {
            name: "stack",
            args: isize,
            cases: equals(),
            vars: |axis, parts| Var::stack(parts, *axis),
            numbers: |axis, parts| {
                let at = front(*axis, parts[0].shape().len() + 1);
                let mut wide = parts[0].shape().to_vec();
                wide.insert(at, 1);
                joined(&parts.iter().map(|p| p.reshape(&wide)).collect::<Vec<_>>(), at)
            },
        },
    ]
}
