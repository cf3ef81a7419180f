//! Values under other axes, and joined.

use proptest::prelude::*;
use rappel_autodiff::{Tensor, Var};

use super::{Cases, shaped};
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, broadcasting, shape, shape_of, size, tensor};

const ANY: std::ops::Range<f64> = -2.0..2.0;

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

/// The tensor with a new axis of size 1.
fn widened(x: &Tensor<f64>, axis: isize) -> Tensor<f64> {
    let mut shape = x.shape().to_vec();
    shape.insert(front(axis, shape.len() + 1), 1);
    x.reshape(&shape)
}

/// Two axes, the first not after the second.
fn ordered(shape: &[usize]) -> BoxedStrategy<(isize, isize)> {
    let rank = shape.len();
    let sorted = move |(a, b)| if front(a, rank) <= front(b, rank) { (a, b) } else { (b, a) };
    (axis(rank), axis(rank)).prop_map(sorted).boxed()
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
            name: "squeeze",
            args: isize,
            cases: shaped(shape_of(0..5), |s| axis(s.len() + 1)).prop_map(|(axis, x)| (axis, vec![widened(&x[0], axis)])),
            vars: |axis, &[x]| x.squeeze(*axis),
            numbers: |axis, [x]| {
                let mut shape = x.shape().to_vec();
                shape.remove(front(*axis, shape.len()));
                x.reshape(&shape)
            },
        },
        row! {
            name: "unsqueeze",
            args: isize,
            cases: shaped(shape_of(0..5), |s| axis(s.len() + 1)),
            vars: |axis, &[x]| x.unsqueeze(*axis),
            numbers: |axis, [x]| {
                let mut shape = x.shape().to_vec();
                shape.insert(front(*axis, shape.len() + 1), 1);
                x.reshape(&shape)
            },
        },
        row! {
            name: "flatten",
            args: (isize, isize),
            cases: shaped(shape_of(1..6), ordered),
            vars: |(first, last), &[x]| x.flatten(*first, *last),
            numbers: |&(first, last), [x]| {
                let (a, b) = (front(first, x.shape().len()), front(last, x.shape().len()));
                let joined = x.shape()[a..=b].iter().product();
                x.reshape(&[&x.shape()[..a], &[joined], &x.shape()[b + 1..]].concat())
            },
        },
        row! {
            name: "unflatten",
            args: (isize, Vec<usize>),
            cases: shaped(shape_of(1..4), |s| {
                let shape = s.to_vec();
                (axis(s.len()), any::<bool>()).prop_map(move |(axis, last)| {
                    let n = shape[front(axis, shape.len())];
                    (axis, if last { vec![n, 1] } else { vec![1, n] })
                }).boxed()
            }),
            vars: |(axis, sizes), &[x]| x.unflatten(*axis, sizes),
            numbers: |(axis, sizes), [x]| {
                let k = front(*axis, x.shape().len());
                x.reshape(&[&x.shape()[..k], sizes, &x.shape()[k + 1..]].concat())
            },
        },
        row! {
            name: "swap_axes",
            args: (isize, isize),
            cases: shaped(shape_of(1..6), |s| (axis(s.len()), axis(s.len())).boxed()),
            vars: |(a, b), &[x]| x.swap_axes(*a, *b),
            numbers: |&(a, b), [x]| {
                let rank = x.shape().len();
                let mut order: Vec<isize> = (0..rank as isize).collect();
                order.swap(front(a, rank), front(b, rank));
                permuted(x, &order)
            },
        },
        row! {
            name: "moveaxis",
            args: (isize, isize),
            cases: shaped(shape_of(1..6), |s| (axis(s.len()), axis(s.len())).boxed()),
            vars: |(from, to), &[x]| x.moveaxis(*from, *to),
            numbers: |&(from, to), [x]| {
                let rank = x.shape().len();
                let (from, to) = (front(from, rank), front(to, rank));
                let mut order: Vec<isize> = (0..rank as isize).filter(|&k| k != from as isize).collect();
                order.insert(to, from as isize);
                permuted(x, &order)
            },
        },
        row! {
            name: "repeat",
            args: Vec<usize>,
            cases: shaped(shape_of(0..4), |s| {
                let times = prop_oneof![3 => Just(1_usize), 3 => Just(2), 1 => Just(0)];
                prop::collection::vec(times, s.len()..s.len() + 2).boxed()
            }),
            vars: |times, &[x]| x.repeat(times),
            numbers: |times, [x]| {
                let lead = times.len() - x.shape().len();
                let own = |k: usize| if k < lead { 1 } else { x.shape()[k - lead] };
                let shape: Vec<usize> = (0..times.len()).map(|k| times[k] * own(k)).collect();
                Plain::from_fn(&shape, |i| x.at(&(lead..times.len()).map(|k| i[k] % own(k)).collect::<Vec<_>>()))
            },
        },
        row! {
            name: "repeat_interleave",
            args: (usize, isize),
            cases: shaped(shape_of(1..4), |s| (0..4_usize, axis(s.len())).boxed()),
            vars: |(times, axis), &[x]| x.repeat_interleave(*times, *axis),
            numbers: |(times, axis), [x]| {
                let k = front(*axis, x.shape().len());
                let mut shape = x.shape().to_vec();
                shape[k] *= times;
                Plain::from_fn(&shape, |i| {
                    let mut i = i.to_vec();
                    i[k] /= times;
                    x.at(&i)
                })
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
