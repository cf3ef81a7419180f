//! Parts of a value.

use proptest::prelude::*;
use rappel_autodiff::{By, Ellipsis, NewAxis, Tensor};

use super::{Cases, shaped};
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axes, axis, full_size, indices, shape, shape_of, size, tensor};

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

/// An axis, and a range and a step along it.
fn stepped(shape: &[usize]) -> BoxedStrategy<(isize, usize, usize, isize)> {
    let shape = shape.to_vec();
    let step = prop_oneof![Just(1_isize), Just(-1), Just(2), Just(-2)];
    (axis(shape.len()), step)
        .prop_flat_map(move |(axis, step)| {
            let n = shape[front(axis, shape.len())];
            (0..=n, 0..=n).prop_map(move |(a, b)| (axis, a.min(b), a.max(b), step))
        })
        .boxed()
}

/// The values at the given places along an axis.
fn at_places(x: &Plain, axis: isize, places: &[usize]) -> Plain {
    let k = front(axis, x.shape().len());
    let mut shape = x.shape().to_vec();
    shape[k] = places.len();
    Plain::from_fn(&shape, |i| {
        let mut i = i.to_vec();
        i[k] = places[i[k]];
        x.at(&i)
    })
}

/// An index of one of four kinds, a list for it, and three axes, the first of which has places.
fn indexed() -> Cases<(usize, Tensor<u32>)> {
    (0..4_usize, full_size(), size(), size(), size())
        .prop_flat_map(|(kind, a, b, c, n)| ((Just(kind), indices(&[n], a)), tensor(&[a, b, c], -2.0..2.0)))
        .prop_map(|(args, x)| (args, vec![x]))
        .boxed()
}

/// An axis, and one of the pieces it is cut into.
fn pieces(shape: &[usize]) -> BoxedStrategy<(isize, usize, usize)> {
    (axis(shape.len()), 1..4_usize, any::<prop::sample::Index>())
        .prop_map({
            let shape = shape.to_vec();
            move |(axis, n, which)| {
                let total = shape[front(axis, shape.len())];
                let size = total.div_ceil(n).max(1);
                (axis, n, which.index(total.div_ceil(size).max(1)))
            }
        })
        .boxed()
}

pub(super) fn rows() -> Vec<Row> {
    vec![
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
            name: "slice_axis",
            args: (isize, usize, usize, isize),
            cases: shaped(shape_of(1..6), stepped),
            vars: |&(axis, a, b, step), &[x]| x.slice_axis(axis, (a..b).by(step)),
            numbers: |&(axis, a, b, step), [x]| {
                let mut places: Vec<usize> = (a..b).collect();
                if step < 0 {
                    places.reverse();
                }
                at_places(x, axis, &places.into_iter().step_by(step.unsigned_abs()).collect::<Vec<_>>())
            },
        },
        row! {
            name: "at",
            args: (usize, Tensor<u32>),
            cases: indexed(),
            vars: |(kind, list), &[x]| match kind {
                0 => x.at((-1, .., (..).by(-1))),
                1 => x.at((Ellipsis, NewAxis, ..)),
                2 => x.at((0, NewAxis, Ellipsis, (..).by(2))),
                _ => x.at((list, Ellipsis, ..)),
            },
            numbers: |(kind, list), [x]| {
                let (a, b, c) = (x.shape()[0], x.shape()[1], x.shape()[2]);
                match kind {
                    0 => Plain::from_fn(&[b, c], |i| x.at(&[a - 1, i[0], c - 1 - i[1]])),
                    1 => x.reshape(&[a, b, 1, c]),
                    2 => Plain::from_fn(&[1, b, c.div_ceil(2)], |i| x.at(&[0, i[1], 2 * i[2]])),
                    _ => at_places(x, 0, &list.data().iter().map(|&i| i as usize).collect::<Vec<_>>()),
                }
            },
        },
        row! {
            name: "split",
            args: (isize, usize, usize),
            cases: shaped(shape_of(1..5), pieces),
            vars: |&(axis, n, which), &[x]| {
                let total = x.shape()[front(axis, x.rank())];
                let size = total.div_ceil(n).max(1);
                let sizes: Vec<usize> =
                    (0..total.div_ceil(size).max(1)).map(|i| size.min(total - i * size)).collect();
                x.split(&sizes, axis)[which]
            },
            numbers: |&(axis, n, which), [x]| piece(x, axis, n, which),
        },
        row! {
            name: "chunk",
            args: (isize, usize, usize),
            cases: shaped(shape_of(1..5), pieces),
            vars: |&(axis, n, which), &[x]| x.chunk(n, axis)[which],
            numbers: |&(axis, n, which), [x]| piece(x, axis, n, which),
        },
        row! {
            name: "unbind",
            args: (isize, usize),
            cases: (full_size(), shape_of(0..4), any::<prop::sample::Index>())
                .prop_flat_map(|(n, rest, which)| {
                    let rank = rest.len() + 1;
                    (axis(rank), Just((n, rest, which.index(n))))
                })
                .prop_flat_map(|(axis, (n, mut shape, which))| {
                    shape.insert(front(axis, shape.len() + 1), n);
                    (Just((axis, which)), tensor(&shape, -2.0..2.0))
                })
                .prop_map(|(args, x)| (args, vec![x])),
            vars: |&(axis, which), &[x]| x.unbind(axis)[which],
            numbers: |&(axis, which), [x]| {
                let mut shape = x.shape().to_vec();
                shape.remove(front(axis, x.shape().len()));
                at_places(x, axis, &[which]).reshape(&shape)
            },
        },
        row! {
            name: "flip",
            args: Vec<isize>,
            cases: shaped(shape(), |s| axes(s.len())),
            vars: |axes, &[x]| x.flip(axes),
            numbers: |axes, [x]| {
                axes.iter().fold(x.clone(), |x, &axis| x.along(axis, |run| run.iter().rev().copied().collect()))
            },
        },
        row! {
            name: "diagonal",
            args: (isize, isize, isize),
            cases: shaped(shape_of(2..5), |s| {
                let rank = s.len() as isize;
                let two = Just((0..rank).collect::<Vec<_>>()).prop_shuffle();
                (-2..3_isize, two, any::<bool>())
                    .prop_map(move |(offset, k, back)| (offset, if back { k[0] - rank } else { k[0] }, k[1]))
                    .boxed()
            }),
            vars: |&(offset, a, b), &[x]| x.diagonal(offset, a, b),
            numbers: |&(offset, a, b), [x]| {
                let rank = x.shape().len();
                let (a, b) = (front(a, rank), front(b, rank));
                let (below, right) = ((-offset).max(0) as usize, offset.max(0) as usize);
                let on = |k: &usize| k + below < x.shape()[a] && k + right < x.shape()[b];
                let rest: Vec<usize> = (0..rank).filter(|&k| k != a && k != b).collect();
                let mut shape: Vec<usize> = rest.iter().map(|&k| x.shape()[k]).collect();
                shape.push((0..3).filter(on).count());
                Plain::from_fn(&shape, |i| {
                    let mut from = vec![0; rank];
                    rest.iter().zip(i).for_each(|(&k, &i)| from[k] = i);
                    (from[a], from[b]) = (i[rank - 2] + below, i[rank - 2] + right);
                    x.at(&from)
                })
            },
        },
        row! {
            name: "diag_embed",
            args: isize,
            cases: shaped(shape_of(1..4), |_| (-2..3_isize).boxed()),
            vars: |offset, &[x]| x.diag_embed(*offset),
            numbers: |offset, [x]| {
                let rank = x.shape().len();
                let n = x.shape()[rank - 1] + offset.unsigned_abs();
                Plain::from_fn(&[&x.shape()[..rank - 1], &[n, n]].concat(), |i| {
                    let (row, column) = (i[rank - 1], i[rank]);
                    let on = column as isize - row as isize == *offset;
                    if on { x.at(&[&i[..rank - 1], &[row.min(column)]].concat()) } else { 0.0 }
                })
            },
        },
    ]
}

/// One of at most `n` pieces of an axis.
fn piece(x: &Plain, axis: isize, n: usize, which: usize) -> Plain {
    let total = x.shape()[front(axis, x.shape().len())];
    let size = total.div_ceil(n);
    at_places(x, axis, &(which * size..((which + 1) * size).min(total)).collect::<Vec<_>>())
}
