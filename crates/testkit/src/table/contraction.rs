//! Products that contract an axis.

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

fn product(a: &Plain, ta: bool, b: &Plain, tb: bool) -> Plain {
    let at = |x: &Plain, transposed: bool, i: usize, j: usize| if transposed { x.at(&[j, i]) } else { x.at(&[i, j]) };
    let (m, k) = if ta { (a.shape()[1], a.shape()[0]) } else { (a.shape()[0], a.shape()[1]) };
    let n = b.shape()[usize::from(!tb)];
    Plain::from_fn(&[m, n], |i| (0..k).map(|j| at(a, ta, i[0], j) * at(b, tb, j, i[1])).sum())
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
            numbers: |(ta, tb), [a, b]| product(a, *ta, b, *tb),
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
