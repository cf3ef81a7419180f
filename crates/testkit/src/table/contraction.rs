//! Products that contract an axis.

use proptest::collection::vec;
use proptest::prelude::*;

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{shape_of, size, tensor};

const ANY: std::ops::Range<f64> = -2.0..2.0;

fn matrices() -> Cases<(bool, bool)> {
    let square = size().prop_map(|n| [n, n, n]);
    let sizes = prop_oneof![1 => square, 2 => [size(), size(), size()]];
    (sizes, any::<bool>(), any::<bool>())
        .prop_flat_map(|([m, k, n], ta, tb)| {
            let a = if ta { [k, m] } else { [m, k] };
            let b = if tb { [n, k] } else { [k, n] };
            (Just((ta, tb)), tensor(&a, ANY), tensor(&b, ANY))
        })
        .prop_map(|(flags, a, b)| (flags, vec![a, b]))
        .boxed()
}

/// Stacks of matrices whose leading axes broadcast, flags as for matrices.
fn stacks() -> Cases<(bool, bool)> {
    let narrow = |shape: Vec<usize>| {
        let rank = shape.len();
        (Just(shape), vec(any::<bool>(), rank), 0..=rank).prop_map(|(mut shape, thin, dropped)| {
            shape.iter_mut().zip(thin).for_each(|(n, thin)| *n = if thin { 1 } else { *n });
            shape.split_off(dropped)
        })
    };
    let lead = vec(prop_oneof![8 => 1_usize..=2, 1 => Just(0)], 0..3).prop_flat_map(move |s| {
        let same = (Just(s.clone()), Just(s.clone()));
        prop_oneof![1 => same, 3 => (narrow(s.clone()), narrow(s))]
    });
    (lead, [size(), size(), size()], any::<bool>(), any::<bool>())
        .prop_flat_map(|((of_a, of_b), [m, k, n], ta, tb)| {
            let a = [&of_a[..], &if ta { [k, m] } else { [m, k] }].concat();
            let b = [&of_b[..], &if tb { [n, k] } else { [k, n] }].concat();
            (Just((ta, tb)), tensor(&a, ANY), tensor(&b, ANY))
        })
        .prop_map(|(flags, a, b)| (flags, vec![a, b]))
        .boxed()
}

/// The product of matrices at the end of arrays whose other axes broadcast.
fn stacked_product(a: &Plain, ta: bool, b: &Plain, tb: bool) -> Plain {
    let last_two = |x: &Plain, t: bool| {
        let [m, n] = x.shape()[x.shape().len() - 2..] else { unreachable!("a stack of matrices") };
        if t { (n, m) } else { (m, n) }
    };
    let ((m, k), (_, n)) = (last_two(a, ta), last_two(b, tb));
    let lead = |x: &Plain| Plain::from_fn(&x.shape()[..x.shape().len() - 2], |_| 0.0);
    let mut shape = lead(a).zip(&lead(b), |x, _| x).shape().to_vec();
    shape.extend([m, n]);
    let at = |x: &Plain, t: bool, lead: &[usize], i: usize, j: usize| {
        let own = x.shape().len() - 2;
        let stack: Vec<usize> =
            lead[lead.len() - own..].iter().zip(x.shape()).map(|(&i, &n)| if n == 1 { 0 } else { i }).collect();
        x.at(&[&stack[..], &if t { [j, i] } else { [i, j] }].concat())
    };
    Plain::from_fn(&shape, |index| {
        let (lead, [i, j]) = index.split_last_chunk().expect("two axes");
        (0..k).map(|p| at(a, ta, lead, *i, p) * at(b, tb, lead, p, *j)).sum()
    })
}

/// A vector on at least one side.
fn with_vectors() -> Cases<()> {
    (shape_of(0..2), size(), size(), 0..3)
        .prop_flat_map(|(lead, k, n, which)| {
            let left = if which == 0 { [&lead[..], &[n, k]].concat() } else { vec![k] };
            let right = if which == 1 { [&lead[..], &[k, n]].concat() } else { vec![k] };
            (tensor(&left, ANY), tensor(&right, ANY))
        })
        .prop_map(|(a, b)| ((), vec![a, b]))
        .boxed()
}

/// A vector on the left is a row, on the right a column, and the axis of size 1 goes.
fn vector_product(a: &Plain, b: &Plain) -> Plain {
    let row = if a.shape().len() == 1 { a.reshape(&[1, a.shape()[0]]) } else { a.clone() };
    let column = if b.shape().len() == 1 { b.reshape(&[b.shape()[0], 1]) } else { b.clone() };
    let wide = stacked_product(&row, false, &column, false);
    let mut shape = wide.shape().to_vec();
    if b.shape().len() == 1 {
        shape.pop();
    }
    if a.shape().len() == 1 {
        shape.remove(shape.len() - 1 - usize::from(b.shape().len() > 1));
    }
    wide.reshape(&shape)
}

/// Two vectors of one length, or of any two.
fn vectors(equal: bool) -> Cases<()> {
    (size(), size())
        .prop_flat_map(move |(m, n)| (tensor(&[m], ANY), tensor(&[if equal { m } else { n }], ANY)))
        .prop_map(|(a, b)| ((), vec![a, b]))
        .boxed()
}

/// Inputs of any number of leading axes, a weight `[out, in]` and, if `bias`, a bias `[out]`.
fn affine(bias: bool) -> Cases<()> {
    (shape_of(0..4), size(), size())
        .prop_flat_map(move |(lead, n_in, n_out)| {
            let x = [&lead[..], &[n_in]].concat();
            (tensor(&x, ANY), tensor(&[n_out, n_in], ANY), tensor(&[n_out], ANY))
        })
        .prop_map(move |(x, w, b)| ((), if bias { vec![x, w, b] } else { vec![x, w] }))
        .boxed()
}

fn map_last(x: &Plain, w: &Plain) -> Plain {
    let (n_out, n_in) = (w.shape()[0], w.shape()[1]);
    let mut shape = x.shape().to_vec();
    *shape.last_mut().expect("a last axis") = n_out;
    Plain::from_fn(&shape, |i| {
        let (lead, o) = (&i[..i.len() - 1], i[i.len() - 1]);
        (0..n_in).map(|j| x.at(&[lead, &[j]].concat()) * w.at(&[o, j])).sum()
    })
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "matmul",
            args: (bool, bool),
            cases: matrices(),
            vars: |(ta, tb), &[a, b]| match (ta, tb) {
                (false, false) => a.matmul(b),
                _ => a.matmul_with(b, *ta, *tb),
            },
            numbers: |(ta, tb), [a, b]| stacked_product(a, *ta, b, *tb),
        },
        row! {
            name: "matmul of stacks",
            args: (bool, bool),
            cases: stacks(),
            vars: |(ta, tb), &[a, b]| a.matmul_with(b, *ta, *tb),
            numbers: |(ta, tb), [a, b]| stacked_product(a, *ta, b, *tb),
        },
        row! {
            name: "matmul with vectors",
            args: (),
            cases: with_vectors(),
            vars: |(), &[a, b]| a.matmul(b),
            numbers: |(), [a, b]| vector_product(a, b),
        },
        row! {
            name: "dot",
            args: (),
            cases: vectors(true),
            vars: |(), &[a, b]| a.dot(b),
            numbers: |(), [a, b]| Plain::scalar(a.zip(b, |a, b| a * b).data().iter().sum()),
        },
        row! {
            name: "outer",
            args: (),
            cases: vectors(false),
            vars: |(), &[a, b]| a.outer(b),
            numbers: |(), [a, b]| Plain::from_fn(&[a.data().len(), b.data().len()], |i| a.data()[i[0]] * b.data()[i[1]]),
        },
        row! {
            name: "linear",
            args: (),
            cases: affine(false),
            vars: |(), &[x, w]| x.linear(w, None),
            numbers: |(), [x, w]| map_last(x, w),
        },
        row! {
            name: "linear with bias",
            args: (),
            cases: affine(true),
            vars: |(), &[x, w, b]| x.linear(w, Some(b)),
            numbers: |(), [x, w, b]| map_last(x, w).zip(b, |y, b| y + b),
        },
    ]
}
