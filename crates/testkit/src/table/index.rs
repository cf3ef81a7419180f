//! Picking by index, writing and adding by index, and by mask.

use proptest::prelude::*;
use rappel_autodiff::Tensor;

use super::Cases;
use crate::plain::{Plain, front};
use crate::row;
use crate::row::Row;
use crate::strategies::{axis, broadcasting, full_size, indices, shape_of, size, tensor};

const ANY: std::ops::Range<f64> = -2.0..2.0;

/// An axis, and indices along it that repeat; other axes may be shorter than those of the values, whose shape is the third.
fn picked() -> BoxedStrategy<(isize, Tensor<u32>, Vec<usize>)> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s), size(), any::<bool>()))
        .prop_flat_map(|(axis, shape, n, shorter)| {
            let at = front(axis, shape.len());
            let cut = |k: usize| if shorter { shape[k].min(1) } else { shape[k] };
            let wanted = |k: usize| if k == at { n * usize::from(shape[at] > 0) } else { cut(k) };
            let picked: Vec<usize> = (0..shape.len()).map(wanted).collect();
            (Just(axis), indices(&picked, shape[at]), Just(shape))
        })
        .boxed()
}

/// The values to pick from.
fn picks() -> Cases<(isize, Tensor<u32>)> {
    picked()
        .prop_flat_map(|(axis, i, shape)| (Just((axis, i)), tensor(&shape, ANY)))
        .prop_map(|(a, x)| (a, vec![x]))
        .boxed()
}

/// Values, and as many as there are indices to write or add to them.
fn writes() -> Cases<(isize, Tensor<u32>)> {
    picked()
        .prop_flat_map(|(axis, i, shape)| (tensor(&shape, ANY), tensor(i.shape(), ANY), Just((axis, i))))
        .prop_map(|(x, v, args)| (args, vec![x, v]))
        .boxed()
}

/// An axis, a list of indices along it, and the shapes of the values and of the picked rows.
type Listed = ((isize, Tensor<u32>), Vec<usize>, Vec<usize>);

fn listed() -> BoxedStrategy<Listed> {
    shape_of(1..5)
        .prop_flat_map(|s| (axis(s.len()), Just(s), size()))
        .prop_flat_map(|(axis, shape, n)| {
            let at = front(axis, shape.len());
            let n = if shape[at] == 0 { 0 } else { n };
            let mut rows = shape.clone();
            rows[at] = n;
            ((Just(axis), indices(&[n], shape[at])), Just(shape), Just(rows))
        })
        .boxed()
}

/// The index of a value with that of the axis replaced by what the indices hold there.
fn pointed(indices: &Tensor<u32>, axis: usize, i: &[usize]) -> Vec<usize> {
    let flat = i.iter().zip(indices.shape()).fold(0, |at, (&i, &n)| at * n + i);
    let mut to = i.to_vec();
    to[axis] = indices.data()[flat] as usize;
    to
}

/// The first array with the values of the second joined to it at the places that `to` gives, in row-major order.
fn joined(x: &Plain, v: &Plain, to: impl Fn(&[usize]) -> Vec<usize>, join: fn(f64, f64) -> f64) -> Plain {
    let mut places = Vec::new();
    Plain::from_fn(v.shape(), |i| {
        places.push((to(i), v.at(i)));
        0.0
    });
    Plain::from_fn(x.shape(), |i| places.iter().filter(|p| p.0 == i).fold(x.at(i), |sum, p| join(sum, p.1)))
}

/// Where a row of a list goes.
fn row_of(list: &Tensor<u32>, axis: usize) -> impl Fn(&[usize]) -> Vec<usize> {
    move |i| {
        let mut to = i.to_vec();
        to[axis] = list.data()[i[axis]] as usize;
        to
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "gather",
            args: (isize, Tensor<u32>),
            cases: picks(),
            vars: |(axis, indices), &[x]| x.gather(*axis, indices),
            numbers: |(axis, indices), [x]| {
                let at = front(*axis, x.shape().len());
                Plain::from_fn(indices.shape(), |i| x.at(&pointed(indices, at, i)))
            },
        },
        row! {
            name: "scatter",
            args: (isize, Tensor<u32>),
            cases: writes(),
            vars: |(axis, indices), &[x, v]| x.scatter(*axis, indices, v),
            numbers: |(axis, indices), [x, v]| {
                let at = front(*axis, x.shape().len());
                joined(x, v, |i| pointed(indices, at, i), |_, last| last)
            },
        },
        row! {
            name: "scatter_add",
            args: (isize, Tensor<u32>),
            cases: writes(),
            vars: |(axis, indices), &[x, v]| x.scatter_add(*axis, indices, v),
            numbers: |(axis, indices), [x, v]| {
                let at = front(*axis, x.shape().len());
                joined(x, v, |i| pointed(indices, at, i), |a, b| a + b)
            },
        },
        row! {
            name: "index_select",
            args: (isize, Tensor<u32>),
            cases: listed()
                .prop_flat_map(|(args, shape, _)| (Just(args), tensor(&shape, ANY)))
                .prop_map(|(args, x)| (args, vec![x])),
            vars: |(axis, list), &[x]| x.index_select(*axis, list),
            numbers: |(axis, list), [x]| {
                let at = front(*axis, x.shape().len());
                let mut shape = x.shape().to_vec();
                shape[at] = list.len();
                Plain::from_fn(&shape, |i| x.at(&row_of(list, at)(i)))
            },
        },
        row! {
            name: "index_add",
            args: (isize, Tensor<u32>),
            cases: listed()
                .prop_flat_map(|(args, shape, rows)| (Just(args), tensor(&shape, ANY), tensor(&rows, ANY)))
                .prop_map(|(args, x, v)| (args, vec![x, v])),
            vars: |(axis, list), &[x, v]| x.index_add(*axis, list, v),
            numbers: |(axis, list), [x, v]| joined(x, v, row_of(list, front(*axis, x.shape().len())), |a, b| a + b),
        },
        row! {
            name: "embedding",
            args: (Tensor<u32>, Option<usize>),
            cases: (full_size(), size(), shape_of(0..3), any::<bool>())
                .prop_flat_map(|(n, dim, shape, pads)| {
                    let padding = if pads { (0..n).prop_map(Some).boxed() } else { Just(None).boxed() };
                    ((indices(&shape, n), padding), tensor(&[n, dim], ANY))
                })
                .prop_map(|(args, x)| (args, vec![x])),
            vars: |(words, padding), &[table]| table.embedding(words, *padding),
            numbers: |(words, padding), [table]| {
                let rank = words.rank();
                Plain::from_fn(&[words.shape(), &table.shape()[1..]].concat(), |i| {
                    let flat = i[..rank].iter().zip(words.shape()).fold(0, |at, (&i, &n)| at * n + i);
                    let word = words.data()[flat] as usize;
                    if *padding == Some(word) { 0.0 } else { table.at(&[word, i[rank]]) }
                })
            },
        },
        row! {
            name: "masked_fill",
            args: (),
            cases: masked(),
            vars: |(), &[x, mask]| x.masked_fill(mask, 1.25),
            numbers: |(), [x, mask]| x.zip(mask, |x, m| if m == 0.0 { x } else { 1.25 }),
        }
        .constants(&[1]),
        row! {
            name: "masked_select",
            args: (),
            cases: masked(),
            vars: |(), &[x, mask]| x.masked_select(mask),
            numbers: |(), [x, mask]| {
                let wide = x.zip(mask, |_, m| m);
                let chosen: Vec<f64> =
                    x.data().iter().zip(wide.data()).filter(|p| *p.1 != 0.0).map(|p| *p.0).collect();
                Plain::new(&[chosen.len()], chosen)
            },
        }
        .constants(&[1]),
    ]
}

/// Values, and a mask that stretches to them.
fn masked() -> Cases<()> {
    broadcasting()
        .prop_flat_map(|(m, n)| {
            let whole = Plain::from_fn(&m, |_| 0.0).zip(&Plain::from_fn(&n, |_| 0.0), |a, b| a + b);
            (tensor(whole.shape(), ANY), tensor(&n, prop_oneof![Just(0.0), Just(1.0)]))
        })
        .prop_map(|(x, mask)| ((), vec![x, mask]))
        .boxed()
}
