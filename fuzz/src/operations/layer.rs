//! Losses, normalisation, recurrent cells, dropout, and what users write.

use rappel_autodiff::{CrossEntropy, Custom, LossReduction, Sequence, Tensor, Var};

use super::{Operation, fitting};
use crate::Bytes;

pub(super) const FILE: &str = file!();

fn reduction(bytes: &mut Bytes<'_>) -> LossReduction {
    [LossReduction::Mean, LossReduction::Sum, LossReduction::BatchMean, LossReduction::None][bytes.below(4)]
}

/// Options, of which each is the usual one as often as not. Weights and smoothing are checked where they are given: here.
fn options(bytes: &mut Bytes<'_>) -> CrossEntropy {
    let mut options = CrossEntropy::new().reduction(reduction(bytes));
    if bytes.flag() {
        let weights: Vec<f64> = (0..bytes.below(5)).map(|_| bytes.number()).collect();
        options = options.weights(&weights);
    }
    if bytes.flag() {
        options = options.label_smoothing(bytes.number());
    }
    if bytes.flag() { options.ignore_index(u32::from(bytes.byte() % 5)) } else { options }
}

/// Logits and labels that fit more often than not.
fn labelled<'t>(bytes: &mut Bytes<'_>, a: Var<'t, f64>) -> (Var<'t, f64>, Tensor<u32>) {
    if bytes.byte() < 32 {
        return (a, bytes.indices());
    }
    let mut logits: Vec<usize> = (0..1 + bytes.below(4)).map(|_| bytes.below(4)).collect();
    let x = fitting(a, &logits);
    logits.remove(usize::from(logits.len() > 1));
    let labels = Tensor::from_fn(&logits, |_| u32::from(bytes.byte() % 4));
    (x, labels)
}

/// A weight or bias: none, what there is, or one of a shape.
fn maybe<'t>(bytes: &mut Bytes<'_>, x: Var<'t, f64>, shape: &[usize]) -> Option<Var<'t, f64>> {
    match bytes.below(4) {
        0 => None,
        1 => Some(x),
        _ => Some(fitting(x, shape)),
    }
}

/// The sizes of the last axes.
fn last(x: Var<'_, f64>, n: usize) -> Vec<usize> {
    let shape = x.shape();
    shape[shape.len().saturating_sub(n)..].to_vec()
}

/// The size of axis 1, or of none.
fn channels(x: Var<'_, f64>) -> [usize; 1] {
    [x.shape().get(1).copied().unwrap_or(1)]
}

/// A way through sequences, of which some have no step.
fn sequence(bytes: &mut Bytes<'_>) -> Sequence {
    let how = Sequence::new().batch_first(bytes.byte() < 32).reverse(bytes.flag());
    if bytes.flag() { how.lengths(&Tensor::from_fn(&[bytes.below(4)], |_| u32::from(bytes.byte() % 2))) } else { how }
}

/// The affine maps of a recurrent cell with so many gates: input, state, weights and biases.
fn cell<'t>(bytes: &mut Bytes<'_>, [a, b, c]: [Var<'t, f64>; 3], gates: usize) -> [Var<'t, f64>; 6] {
    let [n, inputs, size] = [0; 3].map(|_| bytes.below(4));
    let rows = if bytes.byte() < 32 { bytes.below(5) } else { gates * size };
    let (w_ih, w_hh) = (fitting(c, &[rows, inputs]), fitting(a, &[rows, size]));
    [fitting(a, &[n, inputs]), fitting(b, &[n, size]), w_ih, w_hh, fitting(b, &[rows]), fitting(c, &[rows])]
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("cross_entropy", |bytes, [a, ..]| {
        let (x, labels) = labelled(bytes, a);
        x.cross_entropy(&labels)
    }),
    ("cross_entropy_with or CrossEntropy", |bytes, [a, ..]| {
        let (x, labels) = labelled(bytes, a);
        x.cross_entropy_with(&labels, &options(bytes))
    }),
    ("cross_entropy_soft or CrossEntropy", |bytes, [a, b, _]| a.cross_entropy_soft(b, &options(bytes))),
    ("cross_entropy_soft or CrossEntropy", |bytes, [a, b, _]| {
        a.cross_entropy_soft(fitting(b, &a.shape()), &options(bytes))
    }),
    ("nll_loss or CrossEntropy", |bytes, [a, ..]| {
        let (x, labels) = labelled(bytes, a);
        x.nll_loss(&labels, &options(bytes))
    }),
    ("mse", |_, [a, b, _]| a.mse(b)),
    ("bce_with_logits", |_, [a, b, _]| a.bce_with_logits(b)),
    ("bce_with_logits", |bytes, [a, b, c]| {
        a.bce_with_logits_with(b, bytes.flag().then_some(c), bytes.flag().then_some(a), reduction(bytes))
    }),
    ("kl_div", |bytes, [a, b, _]| a.kl_div(b, bytes.flag(), reduction(bytes))),
    ("layer_norm", |bytes, [a, b, c]| {
        let shape = if bytes.byte() < 32 { bytes.sizes() } else { last(a, bytes.below(4)) };
        a.layer_norm(&shape, maybe(bytes, b, &shape), maybe(bytes, c, &shape), bytes.number())
    }),
    ("rms_norm", |bytes, [a, b, _]| {
        let shape = if bytes.byte() < 32 { bytes.sizes() } else { last(a, bytes.below(4)) };
        a.rms_norm(&shape, maybe(bytes, b, &shape), bytes.number())
    }),
    ("group_norm", |bytes, [a, b, c]| {
        let shape = channels(a);
        a.group_norm(bytes.size(), maybe(bytes, b, &shape), maybe(bytes, c, &shape), bytes.number())
    }),
    ("instance_norm", |bytes, [a, b, c]| {
        let shape = channels(a);
        a.instance_norm(maybe(bytes, b, &shape), maybe(bytes, c, &shape), bytes.number())
    }),
    ("batch_norm", |bytes, [a, b, c]| {
        let shape = channels(a);
        a.batch_norm(maybe(bytes, b, &shape), maybe(bytes, c, &shape), bytes.number()).0
    }),
    ("batch_norm_with", |bytes, [a, b, c]| {
        let shape = channels(a);
        let statistics = if bytes.byte() < 32 { (b, c) } else { (fitting(b, &shape), fitting(c, &shape).square()) };
        a.batch_norm_with(statistics, maybe(bytes, b, &shape), maybe(bytes, c, &shape), bytes.number())
    }),
    ("lstm_cell or lstm_pointwise or linear", |bytes, operands| {
        let [x, h, w_ih, w_hh, b_ih, b_hh] = cell(bytes, operands, 4);
        let c = if bytes.byte() < 32 { operands[2] } else { fitting(operands[2], &h.shape()) };
        let (h, c) = x.lstm_cell((h, c), w_ih, w_hh, bytes.flag().then_some(b_ih), bytes.flag().then_some(b_hh));
        if bytes.flag() { h } else { c }
    }),
    ("lstm_pointwise", |_, [a, b, c]| a.lstm_pointwise(b, c).0),
    ("gru_cell or gru_pointwise or linear", |bytes, operands| {
        let [x, h, w_ih, w_hh, b_ih, b_hh] = cell(bytes, operands, 3);
        let h = if bytes.byte() < 32 { operands[2] } else { h };
        x.gru_cell(h, w_ih, w_hh, bytes.flag().then_some(b_ih), bytes.flag().then_some(b_hh))
    }),
    ("gru_pointwise", |_, [a, b, c]| a.gru_pointwise(b, c)),
    ("lstm_sequence or linear", |bytes, operands| {
        let [x, h, w_ih, w_hh, b_ih, b_hh] = cell(bytes, operands, 4);
        let (b_ih, b_hh) = (bytes.flag().then_some(b_ih), bytes.flag().then_some(b_hh));
        let (ys, h, c) = x.unsqueeze(0).lstm_sequence((h, h), w_ih, w_hh, b_ih, b_hh, &sequence(bytes));
        [ys, h, c][bytes.below(3)]
    }),
    ("gru_sequence or linear", |bytes, operands| {
        let [x, h, w_ih, w_hh, b_ih, b_hh] = cell(bytes, operands, 3);
        let (b_ih, b_hh) = (bytes.flag().then_some(b_ih), bytes.flag().then_some(b_hh));
        let (ys, h) = x.unsqueeze(0).gru_sequence(h, w_ih, w_hh, b_ih, b_hh, &sequence(bytes));
        if bytes.flag() { ys } else { h }
    }),
    ("mul", |_, [a, b, _]| a.tape().checkpoint(|| (a.tanh() * b).softplus())),
    ("softmax", |bytes, [a, ..]| {
        let axis = bytes.axis();
        a.tape().checkpoint(|| a.sin().softmax(axis).cumsum(axis))
    }),
    ("cube", |_, operands| {
        Custom::from_fns(
            "cube",
            |x| x[0].powi(3),
            |x, _, g| {
                let mut rule = vec![None; x.len()];
                rule[0] = Some(g * x[0].square() * 3.0);
                rule
            },
        )
        .apply(&operands)
    }),
];
