//! Padding, rolling, triangles.

use proptest::prelude::*;
use rappel_autodiff::PadMode;

use super::{Cases, shaped};
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, shape_of};

/// The number that constant padding puts.
const FILL: f64 = 0.7;

type Widths = Vec<(isize, isize)>;

/// A pair of widths per axis: cuts of what there is, and at most `most(size)` places more on each side.
fn widths(shape: &[usize], most: fn(isize) -> isize) -> BoxedStrategy<Widths> {
    let pair =
        move |n: isize| (-n..=most(n)).prop_flat_map(move |before| (Just(before), -(n + before.min(0))..=most(n)));
    shape.iter().map(|&n| pair(n as isize)).collect::<Vec<_>>().boxed()
}

fn padded(most: fn(isize) -> isize) -> Cases<Widths> {
    shaped(shape_of(0..4), move |s| widths(s, most))
}

/// The padded array, from the place of an axis of size n that is shown at a place before, in or behind it.
fn around(x: &Plain, widths: &Widths, place: impl Fn(isize, isize) -> Option<isize>) -> Plain {
    let size = |(&n, w): (&usize, &(isize, isize))| (n as isize + w.0 + w.1) as usize;
    let shape: Vec<usize> = x.shape().iter().zip(widths).map(size).collect();
    Plain::from_fn(&shape, |i| {
        let own = |k: usize| place(i[k] as isize - widths[k].0, x.shape()[k] as isize).map(|i| i as usize);
        let from: Option<Vec<usize>> = (0..i.len()).map(own).collect();
        from.map_or(FILL, |from| x.at(&from))
    })
}

fn triangle(x: &Plain, keep: impl Fn(isize) -> bool) -> Plain {
    let rank = x.shape().len();
    Plain::from_fn(x.shape(), |i| if keep(i[rank - 1] as isize - i[rank - 2] as isize) { x.at(i) } else { 0.0 })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "pad",
            args: Widths,
            cases: padded(|_| 2),
            vars: |widths, &[x]| x.pad(widths, FILL),
            numbers: |widths, [x]| around(x, widths, |i, n| (0..n).contains(&i).then_some(i)),
        },
        row! {
            name: "pad by reflection",
            args: Widths,
            cases: padded(|n| (n - 1).max(0)),
            vars: |widths, &[x]| x.pad(widths, PadMode::Reflect),
            numbers: |widths, [x]| {
                around(x, widths, |i, n| Some(if i < 0 { -i } else if i < n { i } else { 2 * (n - 1) - i }))
            },
        },
        row! {
            name: "pad by the edge",
            args: Widths,
            cases: padded(|n| if n == 0 { 0 } else { 2 }),
            vars: |widths, &[x]| x.pad(widths, PadMode::Replicate),
            numbers: |widths, [x]| around(x, widths, |i, n| Some(i.max(0).min(n - 1))),
        },
        row! {
            name: "pad in a circle",
            args: Widths,
            cases: padded(|n| if n == 0 { 0 } else { 2 }),
            vars: |widths, &[x]| x.pad(widths, PadMode::Circular),
            numbers: |widths, [x]| around(x, widths, |i, n| Some((i + 2 * n) % n)),
        },
        row! {
            name: "roll",
            args: (Vec<isize>, Vec<isize>),
            cases: shaped(shape_of(1..5), |s| {
                (prop::collection::vec(-4..5_isize, 2), prop::collection::vec(axis(s.len()), 2)).boxed()
            }),
            vars: |(shifts, axes), &[x]| x.roll(shifts, axes),
            numbers: |(shifts, axes), [x]| {
                shifts.iter().zip(axes).fold(x.clone(), |x, (&shift, &axis)| {
                    let n = x.shape()[front(axis, x.shape().len())] as isize;
                    x.along(axis, |run| (0..n).map(|i| run[(i - shift).rem_euclid(n) as usize]).collect())
                })
            },
        },
        row! {
            name: "tril",
            args: isize,
            cases: shaped(shape_of(2..5), |_| (-2..3_isize).boxed()),
            vars: |diagonal, &[x]| x.tril(*diagonal),
            numbers: |diagonal, [x]| triangle(x, |right| right <= *diagonal),
        },
        row! {
            name: "triu",
            args: isize,
            cases: shaped(shape_of(2..5), |_| (-2..3_isize).boxed()),
            vars: |diagonal, &[x]| x.triu(*diagonal),
            numbers: |diagonal, [x]| triangle(x, |right| right >= *diagonal),
        },
    ]
}
