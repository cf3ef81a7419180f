//! Reductions, scans, orders.

use rappel_autodiff::{Tensor, Var};

use super::Operation;

pub(super) const FILE: &str = file!();

/// Indices as numbers.
fn numbers<'t>(beside: Var<'t, f64>, indices: &Tensor<u32>) -> Var<'t, f64> {
    beside.tape().input(&Tensor::from_fn(indices.shape(), |i| f64::from(indices.data()[i])))
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("sum", |_, [a, ..]| a.sum()),
    ("mean", |_, [a, ..]| a.mean()),
    ("prod", |_, [a, ..]| a.prod()),
    ("max", |_, [a, ..]| a.max()),
    ("min", |_, [a, ..]| a.min()),
    ("sum_axes", |bytes, [a, ..]| a.sum_axes(&bytes.axes(), bytes.flag())),
    ("mean_axes", |bytes, [a, ..]| a.mean_axes(&bytes.axes(), bytes.flag())),
    ("prod_axes", |bytes, [a, ..]| a.prod_axes(&bytes.axes(), bytes.flag())),
    ("max_axes", |bytes, [a, ..]| a.max_axes(&bytes.axes(), bytes.flag())),
    ("min_axes", |bytes, [a, ..]| a.min_axes(&bytes.axes(), bytes.flag())),
    ("var", |_, [a, ..]| a.var()),
    ("var_axes", |bytes, [a, ..]| a.var_axes(&bytes.axes(), bytes.number(), bytes.flag())),
    ("std", |_, [a, ..]| a.std()),
    ("std_axes or var", |bytes, [a, ..]| a.std_axes(&bytes.axes(), bytes.number(), bytes.flag())),
    ("norm", |_, [a, ..]| a.norm()),
    ("norm_axes", |bytes, [a, ..]| a.norm_axes(bytes.number(), &bytes.axes(), bytes.flag())),
    ("softmax", |bytes, [a, ..]| a.softmax(bytes.axis())),
    ("log_softmax", |bytes, [a, ..]| a.log_softmax(bytes.axis())),
    ("logsumexp", |bytes, [a, ..]| a.logsumexp(bytes.axis(), bytes.flag())),
    ("logsumexp_axes", |bytes, [a, ..]| a.logsumexp_axes(&bytes.axes(), bytes.flag())),
    ("cumsum", |bytes, [a, ..]| a.cumsum(bytes.axis())),
    ("cumsum_with", |bytes, [a, ..]| a.cumsum_with(bytes.axis(), bytes.flag(), bytes.flag())),
    ("cumprod", |bytes, [a, ..]| a.cumprod(bytes.axis())),
    ("cumprod_with", |bytes, [a, ..]| a.cumprod_with(bytes.axis(), bytes.flag(), bytes.flag())),
    ("logcumsumexp", |bytes, [a, ..]| a.logcumsumexp(bytes.axis())),
    ("max_with_index", |bytes, [a, ..]| a.max_with_index(bytes.axis(), bytes.flag()).0),
    ("min_with_index", |bytes, [a, ..]| a.min_with_index(bytes.axis(), bytes.flag()).0),
    ("argmax", |bytes, [a, ..]| numbers(a, &a.argmax(bytes.axis()))),
    ("argmin", |bytes, [a, ..]| numbers(a, &a.argmin(bytes.axis()))),
    ("sort", |bytes, [a, ..]| a.sort(bytes.axis(), bytes.flag()).0),
    ("argsort", |bytes, [a, ..]| numbers(a, &a.argsort(bytes.axis(), bytes.flag()))),
    ("topk", |bytes, [a, ..]| a.topk(bytes.size(), bytes.axis(), bytes.flag()).0),
    ("kthvalue", |bytes, [a, ..]| a.kthvalue(bytes.size(), bytes.axis(), bytes.flag()).0),
    ("median", |bytes, [a, ..]| a.median(bytes.axis(), bytes.flag()).0),
];
