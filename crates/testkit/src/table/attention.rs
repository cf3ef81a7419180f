//! Scaled dot-product attention.

use proptest::prelude::*;
use rappel_autodiff::{AttentionMask, Tensor, Var};

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{full_size, shape_of, size, tensor};

/// Leading axes, queries, keys, and sizes of keys and of values.
#[derive(Clone, Debug)]
struct Sizes {
    lead: Vec<usize>,
    queries: usize,
    keys: usize,
    depth: usize,
    values: usize,
}

fn sizes() -> BoxedStrategy<Sizes> {
    let small = prop_oneof![Just(1_usize), Just(2)];
    (shape_of(0..3), size(), size(), small, size())
        .prop_map(|(lead, queries, keys, depth, values)| {
            let lead = lead.iter().map(|&n| n.min(2)).collect();
            Sizes { lead, queries, keys, depth, values: values.min(2) }
        })
        .boxed()
}

fn operands(s: &Sizes) -> Vec<BoxedStrategy<Tensor<f64>>> {
    let shapes = [[s.queries, s.depth], [s.keys, s.depth], [s.keys, s.values]];
    shapes.iter().map(|m| tensor(&[&s.lead[..], m].concat(), -1.5..1.5)).collect()
}

fn scale() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), Just(Some(0.7))]
}

/// Operands, a scale, and a mask that stretches to the scores: some leading axes missing, the others of their size or 1.
fn masked(values: impl Strategy<Value = f64> + Clone + 'static) -> Cases<Option<f64>> {
    (sizes(), any::<prop::sample::Index>(), full_size(), scale())
        .prop_flat_map(move |(s, dropped, thin, scale)| {
            let full = [&s.lead[..], &[s.queries, s.keys]].concat();
            let mut shape = full[dropped.index(full.len())..].to_vec();
            if thin > 2 {
                shape[0] = 1;
            }
            let mut all = operands(&s);
            all.push(tensor(&shape, values.clone()));
            (Just(scale), all)
        })
        .boxed()
}

/// Probabilities by loops, from scores with what is added to them; zeros where there is nothing to attend to.
fn attention(x: &[Plain], scale: Option<f64>, added: impl Fn(&[usize]) -> f64) -> Plain {
    let (q, k, v) = (&x[0], &x[1], &x[2]);
    let rank = q.shape().len();
    let (depth, keys) = (q.shape()[rank - 1], k.shape()[rank - 2]);
    let scale = scale.unwrap_or(1.0 / (depth as f64).sqrt());
    let mut shape = q.shape().to_vec();
    shape[rank - 1] = v.shape()[rank - 1];
    Plain::from_fn(&shape, |i| {
        let (lead, t, e) = (&i[..rank - 2], i[rank - 2], i[rank - 1]);
        let at = |x: &Plain, row: usize, column: usize| x.at(&[lead, &[row, column]].concat());
        let score = |s: usize| {
            let dot: f64 = (0..depth).map(|d| at(q, t, d) * at(k, s, d)).sum();
            scale * dot + added(&[lead, &[t, s]].concat())
        };
        let weights: Vec<f64> = (0..keys).map(|s| score(s).exp()).collect();
        let total: f64 = weights.iter().sum();
        if total == 0.0 { 0.0 } else { (0..keys).map(|s| weights[s] / total * at(v, s, e)).sum() }
    })
}

/// Made of simple operations: products as sums over a stretched axis, and a softmax that is safe where nothing is to be seen.
fn composed<'t>(x: &[Var<'t, f64>], scale: Option<f64>, bias: Option<Var<'t, f64>>) -> Var<'t, f64> {
    let (q, k, v) = (x[0], x[1], x[2]);
    let rank = q.rank();
    let scale = scale.unwrap_or(1.0 / (q.shape()[rank - 1] as f64).sqrt());
    let insert = |x: Var<'t, f64>, axis: usize| {
        let mut shape = x.shape();
        shape.insert(axis, 1);
        x.reshape(&shape)
    };
    let scores = (insert(q, rank - 1) * insert(k, rank - 2)).sum_axes(&[-1], false) * scale;
    let scores = bias.map_or(scores, |b| scores + b);
    let blind = scores.logsumexp(-1, true).eq(f64::NEG_INFINITY);
    let p = blind.where_cond(0.0, blind.where_cond(0.0, scores).softmax(-1));
    (insert(p, rank) * insert(v, rank - 2)).sum_axes(&[-2], false)
}

/// What hides the keys behind a query's own.
fn causal<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let (rank, keys) = (x[0].rank(), x[1].shape());
    let shape = [x[0].shape()[rank - 2], keys[rank - 2]];
    let hidden = |i: usize| if i % shape[1] > i / shape[1] { f64::NEG_INFINITY } else { 0.0 };
    x[0].tape().input(&Tensor::from_fn(&shape, hidden))
}

pub(super) fn rows() -> Vec<Row> {
    let bit = prop_oneof![2 => Just(1.0), 1 => Just(0.0)];
    vec![
        row! {
            name: "scaled_dot_product_attention",
            args: (bool, Option<f64>),
            cases: (sizes(), any::<bool>(), scale()).prop_flat_map(|(s, causal, scale)| (Just((causal, scale)), operands(&s))),
            vars: |(causal, scale), &[q, k, v]| {
                let mask = if *causal { AttentionMask::Causal } else { AttentionMask::None };
                q.scaled_dot_product_attention(k, v, mask, *scale)
            },
            numbers: |(causal, scale), x| attention(x, *scale, |i| {
                let [.., t, s] = i else { unreachable!("two axes") };
                if *causal && s > t { f64::NEG_INFINITY } else { 0.0 }
            }),
            composed: |(hides, scale), x| composed(x, *scale, hides.then(|| causal(x))),
        }
        .fused(),
        row! {
            name: "scaled_dot_product_attention, keys kept",
            args: Option<f64>,
            cases: masked(bit),
            vars: |scale, &[q, k, v, mask]| q.scaled_dot_product_attention(k, v, AttentionMask::Keep(mask), *scale),
            numbers: |scale, x| attention(x, *scale, |i| if x[3].stretched(i) == 0.0 { f64::NEG_INFINITY } else { 0.0 }),
            composed: |scale, x| composed(x, *scale, Some(x[3].where_cond(0.0, f64::NEG_INFINITY))),
        }
        .constants(&[3])
        .fused(),
        row! {
            name: "scaled_dot_product_attention, scores moved",
            args: Option<f64>,
            cases: masked(-1.0..1.0),
            vars: |scale, &[q, k, v, bias]| q.scaled_dot_product_attention(k, v, AttentionMask::Add(bias), *scale),
            numbers: |scale, x| attention(x, *scale, |i| x[3].stretched(i)),
            composed: |scale, x| composed(x, *scale, Some(x[3])),
        }
        .fused(),
    ]
}
