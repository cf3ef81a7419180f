//! Normalisation over trailing axes, groups of channels, a batch.

use proptest::prelude::*;
use rappel_autodiff::{Tensor, Var};

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{distinct, full_size, shape_of, size, tensor};

/// What is added to variances. Larger than in practice: the function bends at the scale of its root, and differences have to follow.
fn eps() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.05), Just(0.5)]
}

/// Which of weight and bias there are.
type Affine = (bool, bool);

fn affine() -> impl Strategy<Value = Affine> {
    (any::<bool>(), any::<bool>())
}

/// An array, its weight and its bias, as far as they are there.
fn with_affine(shape: &[usize], affine_shape: &[usize], (weight, bias): Affine) -> BoxedStrategy<Vec<Tensor<f64>>> {
    let parts = (tensor(affine_shape, 0.3..2.0), tensor(affine_shape, -1.0..1.0));
    (distinct(shape), parts)
        .prop_map(move |(x, (w, b))| [Some(x), weight.then_some(w), bias.then_some(b)].into_iter().flatten().collect())
        .boxed()
}

/// How many trailing axes, eps, and which parts there are.
fn trailing() -> Cases<(usize, f64, Affine)> {
    (shape_of(1..5), any::<prop::sample::Index>(), eps(), affine())
        .prop_flat_map(|(shape, k, eps, affine)| {
            let k = 1 + k.index(shape.len());
            let own = shape[shape.len() - k..].to_vec();
            (Just((k, eps, affine)), with_affine(&shape, &own, affine))
        })
        .boxed()
}

/// Groups, eps, and which parts there are.
fn grouped() -> Cases<(usize, f64, Affine)> {
    (size(), full_size(), prop_oneof![Just(1_usize), Just(2)], shape_of(0..2), eps(), affine())
        .prop_flat_map(|(n, groups, width, rest, eps, affine)| {
            let shape = [&[n.min(2), groups * width], &rest[..]].concat();
            (Just((groups, eps, affine)), with_affine(&shape, &[groups * width], affine))
        })
        .boxed()
}

/// Eps, and which parts there are.
fn channels() -> Cases<(f64, Affine)> {
    (size(), size(), shape_of(0..3), eps(), affine())
        .prop_flat_map(|(n, channels, rest, eps, affine)| {
            let rest: Vec<usize> = rest.iter().map(|&n| n.min(2)).collect();
            let shape = [&[n, channels], &rest[..]].concat();
            (Just((eps, affine)), with_affine(&shape, &[channels], affine))
        })
        .boxed()
}

/// An array, a mean, a variance, a weight and a bias for each channel.
fn with_statistics() -> Cases<f64> {
    (size(), size(), shape_of(0..2), eps())
        .prop_flat_map(|(n, channels, rest, eps)| {
            let shape = [&[n, channels], &rest[..]].concat();
            let per_channel = |from: f64, to: f64| tensor(&[channels], from..to);
            let parts = (per_channel(-1.0, 1.0), per_channel(0.2, 2.0), per_channel(0.3, 2.0), per_channel(-1.0, 1.0));
            (Just(eps), distinct(&shape), parts)
        })
        .prop_map(|(eps, x, (mean, var, w, b))| (eps, vec![x, mean, var, w, b]))
        .boxed()
}

/// Every value less the mean of those that `together` says belong to it, over the root of their variance.
fn normalised(x: &Plain, centred: bool, eps: f64, together: impl Fn(&[usize], &[usize]) -> bool) -> Plain {
    let mut all = Vec::new();
    Plain::from_fn(x.shape(), |i| {
        all.push(i.to_vec());
        0.0
    });
    Plain::from_fn(x.shape(), |i| {
        let own: Vec<f64> = all.iter().filter(|j| together(i, j)).map(|j| x.at(j)).collect();
        let n = own.len() as f64;
        let mean = if centred { own.iter().sum::<f64>() / n } else { 0.0 };
        let var = own.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
        (x.at(i) - mean) / (var + eps).sqrt()
    })
}

/// The array scaled and moved by the parts behind it, where `at` says which value of a part belongs to an index.
fn scaled(y: &Plain, parts: &[Plain], (weight, bias): Affine, at: impl Fn(&[usize]) -> Vec<usize>) -> Plain {
    let (w, b) = (weight.then(|| &parts[0]), bias.then(|| &parts[usize::from(weight)]));
    Plain::from_fn(y.shape(), |i| {
        let value = |part: Option<&Plain>, none: f64| part.map_or(none, |p| p.at(&at(i)));
        y.at(i) * value(w, 1.0) + value(b, 0.0)
    })
}

/// Weight and bias among the inputs.
fn parts<'t, T: rappel_autodiff::Float>(x: &[Var<'t, T>], (weight, bias): Affine) -> [Option<Var<'t, T>>; 2] {
    let mut rest = x[1..].iter().copied();
    [weight, bias].map(|there| if there { rest.next() } else { None })
}

/// The composition: the axes that are averaged over, and the parts in a shape that stretches.
fn composed<'t>(
    x: &[Var<'t, f64>],
    centred: bool,
    eps: f64,
    affine: Affine,
    axes: &[isize],
    beside: &[usize],
) -> Var<'t, f64> {
    let centre = if centred { x[0] - x[0].mean_axes(axes, true) } else { x[0] };
    let y = centre / (centre.square().mean_axes(axes, true) + eps).sqrt();
    let [w, b] = parts(x, affine).map(|p| p.map(|p| p.reshape(beside)));
    let y = w.map_or(y, |w| y * w);
    b.map_or(y, |b| y + b)
}

/// A channel's shape beside an array's.
fn beside(shape: &[usize]) -> Vec<usize> {
    (1..shape.len()).map(|k| if k == 1 { shape[1] } else { 1 }).collect()
}

fn over_last(k: usize) -> Vec<isize> {
    (1..=k as isize).map(|k| -k).collect()
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = over_trailing_axes();
    rows.extend(over_groups());
    rows.extend(over_a_batch());
    rows
}

fn over_trailing_axes() -> Vec<Row> {
    vec![
        row! {
            name: "layer_norm",
            args: (usize, f64, Affine),
            cases: trailing(),
            vars: |(k, eps, affine), x| {
                let (shape, [w, b]) = (x[0].shape(), parts(x, *affine));
                x[0].layer_norm(&shape[shape.len() - k..], w, b, *eps)
            },
            numbers: |(k, eps, affine), [x, rest @ ..]| {
                let lead = x.shape().len() - k;
                let y = normalised(x, true, *eps, |i, j| i[..lead] == j[..lead]);
                scaled(&y, rest, *affine, |i| i[lead..].to_vec())
            },
            composed: |(k, eps, affine), x| {
                let shape = x[0].shape();
                composed(x, true, *eps, *affine, &over_last(*k), &shape[shape.len() - k..])
            },
        }
        .fused(),
        row! {
            name: "rms_norm",
            args: (usize, f64, Affine),
            cases: trailing().prop_map(|((k, eps, (w, b)), mut x)| {
                if b {
                    x.pop();
                }
                ((k, eps, (w, false)), x)
            }),
            vars: |(k, eps, affine), x| {
                let (shape, [w, _]) = (x[0].shape(), parts(x, *affine));
                x[0].rms_norm(&shape[shape.len() - k..], w, *eps)
            },
            numbers: |(k, eps, affine), [x, rest @ ..]| {
                let lead = x.shape().len() - k;
                let y = normalised(x, false, *eps, |i, j| i[..lead] == j[..lead]);
                scaled(&y, rest, *affine, |i| i[lead..].to_vec())
            },
            composed: |(k, eps, affine), x| {
                let shape = x[0].shape();
                composed(x, false, *eps, *affine, &over_last(*k), &shape[shape.len() - k..])
            },
        }
        .fused(),
    ]
}

fn over_groups() -> Vec<Row> {
    vec![
        row! {
            name: "group_norm",
            args: (usize, f64, Affine),
            cases: grouped(),
            vars: |(groups, eps, affine), x| {
                let [w, b] = parts(x, *affine);
                x[0].group_norm(*groups, w, b, *eps)
            },
            numbers: |(groups, eps, affine), [x, rest @ ..]| {
                let width = x.shape()[1] / groups;
                let y = normalised(x, true, *eps, |i, j| i[0] == j[0] && i[1] / width == j[1] / width);
                scaled(&y, rest, *affine, |i| vec![i[1]])
            },
            composed: |(groups, eps, affine), x| {
                let shape = x[0].shape();
                let size: usize = shape[2..].iter().product();
                let split = [shape[0], *groups, shape[1] / groups * size];
                let y = composed(&[x[0].reshape(&split)], true, *eps, (false, false), &[2], &[]).reshape(&shape);
                let [w, b] = parts(x, *affine).map(|p| p.map(|p| p.reshape(&beside(&shape))));
                let y = w.map_or(y, |w| y * w);
                b.map_or(y, |b| y + b)
            },
        }
        .fused(),
        row! {
            name: "instance_norm",
            args: (f64, Affine),
            cases: channels(),
            vars: |(eps, affine), x| {
                let [w, b] = parts(x, *affine);
                x[0].instance_norm(w, b, *eps)
            },
            numbers: |(eps, affine), [x, rest @ ..]| {
                let y = normalised(x, true, *eps, |i, j| i[..2] == j[..2]);
                scaled(&y, rest, *affine, |i| vec![i[1]])
            },
            composed: |(eps, affine), x| {
                let shape = x[0].shape();
                composed(x, true, *eps, *affine, &over_last(shape.len() - 2), &beside(&shape))
            },
        }
        .fused(),
    ]
}

fn over_a_batch() -> Vec<Row> {
    vec![
        row! {
            name: "batch_norm",
            args: (f64, Affine),
            cases: channels(),
            vars: |(eps, affine), x| {
                let [w, b] = parts(x, *affine);
                x[0].batch_norm(w, b, *eps).0
            },
            numbers: |(eps, affine), [x, rest @ ..]| {
                let y = normalised(x, true, *eps, |i, j| i[1] == j[1]);
                scaled(&y, rest, *affine, |i| vec![i[1]])
            },
            composed: |(eps, affine), x| {
                let shape = x[0].shape();
                let axes: Vec<isize> = (0..shape.len() as isize).filter(|&k| k != 1).collect();
                composed(x, true, *eps, *affine, &axes, &beside(&shape))
            },
        }
        .fused(),
        row! {
            name: "batch_norm_with",
            args: f64,
            cases: with_statistics(),
            vars: |eps, &[x, mean, var, w, b]| x.batch_norm_with((mean, var), Some(w), Some(b), *eps),
            numbers: |eps, [x, mean, var, w, b]| Plain::from_fn(x.shape(), |i| {
                let c = &i[1..2];
                (x.at(i) - mean.at(c)) / (var.at(c) + eps).sqrt() * w.at(c) + b.at(c)
            }),
        },
    ]
}
