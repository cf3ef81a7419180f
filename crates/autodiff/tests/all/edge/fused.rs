//! Fused operations at the ends of their ranges: nothing to attend to, nothing that counts, nothing that varies.

use rappel_autodiff::{AttentionMask, CrossEntropy, LossReduction, Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;

/// The first query sees nothing: zeros, and no gradient from it or to it.
#[test]
fn a_query_that_sees_nothing_gives_zeros() {
    let column = |v: [f64; 2]| Tensor::new(v, &[2, 1]);
    let x = [column([3.0, 4.0]), column([1.0, -2.0]), column([5.0, 7.0]), Tensor::from([[0.0, 0.0], [1.0, 0.0]])];
    let gradients: (&[f64], &[&[f64]]) = (&[0.0, 5.0], &[&[0.0, 0.0], &[0.0, 0.0], &[1.0, 0.0]]);
    check(
        "attention, mask",
        |x| x[0].scaled_dot_product_attention(x[1], x[2], AttentionMask::Keep(x[3]), None),
        |x| x[0].scaled_dot_product_attention(x[1], x[2], AttentionMask::Keep(x[3]), None),
        &x,
        gradients,
    );
    let mut moved = x;
    moved[3] = Tensor::from([[-INF, -INF], [0.0, -INF]]);
    check(
        "attention, -inf",
        |x| x[0].scaled_dot_product_attention(x[1], x[2], AttentionMask::Add(x[3]), None),
        |x| x[0].scaled_dot_product_attention(x[1], x[2], AttentionMask::Add(x[3]), None),
        &moved,
        gradients,
    );
}

#[test]
fn a_query_that_sees_nothing_has_finite_second_derivatives() {
    let tape = Tape::<f64>::default();
    let q = tape.var(&Tensor::from([[1.0, 2.0], [0.5, -1.0]]));
    let mask = tape.input(&Tensor::from([[0.0, 0.0], [1.0, 1.0]]));
    let y = q.scaled_dot_product_attention(q, q, AttentionMask::Keep(mask), None);
    let g = (y * y).sum().grad(&[q])[0];
    let h = (g * g).sum().grad(&[q])[0].value();
    assert!(h.first_non_finite().is_none(), "{h}");
}

/// PyTorch's mean over nothing is NaN; what does not count gets no gradient, whatever the mean.
#[test]
fn labels_that_are_all_ignored() {
    let (labels, options) = (Tensor::from([9_u32]), CrossEntropy::new().ignore_index(9));
    let x = Tensor::from([[1.0, 2.0, 3.0]]);
    check(
        "cross_entropy_with",
        |x| x[0].cross_entropy_with(&labels, &options),
        |x| x[0].cross_entropy_with(&labels, &options),
        std::slice::from_ref(&x),
        (&[f64::NAN], &[&[0.0; 3]]),
    );
    check(
        "nll_loss",
        |x| x[0].nll_loss(&labels, &options),
        |x| x[0].nll_loss(&labels, &options),
        &[x],
        (&[f64::NAN], &[&[0.0; 3]]),
    );
}

/// A class of weight 0 is passed over, not multiplied with.
#[test]
fn impossible_classes_that_do_not_count() {
    let (labels, options) = (Tensor::from([0_u32, 1]), CrossEntropy::new().weights(&[0.0, 1.0]));
    let smooth = CrossEntropy::new().weights(&[0.0, 1.0]).label_smoothing(0.5).reduction(LossReduction::Sum);
    let ln_2 = std::f64::consts::LN_2;
    let x = [Tensor::from([[-INF, 0.0], [0.0, 0.0]])];
    check(
        "weights",
        |x| x[0].cross_entropy_with(&labels, &options),
        |x| x[0].cross_entropy_with(&labels, &options),
        &x,
        (&[ln_2], &[&[0.0, 0.0, 0.5, -0.5]]),
    );
    check(
        "weights and smoothing",
        |x| x[0].cross_entropy_with(&labels, &smooth),
        |x| x[0].cross_entropy_with(&labels, &smooth),
        &x,
        (&[0.75 * ln_2], &[&[0.0, 0.0, 0.375, -0.375]]),
    );
    let target = Tensor::from([[0.0, 1.0], [0.0, 1.0]]);
    check(
        "soft targets",
        |x| x[0].cross_entropy_soft(x[1], &CrossEntropy::new()),
        |x| x[0].cross_entropy_soft(x[1], &CrossEntropy::new()),
        &[x[0].clone(), target],
        (&[0.5 * ln_2], &[&[0.0, 0.0, 0.25, -0.25], &[0.0, 0.0, 0.5 * ln_2, 0.5 * ln_2]]),
    );
}

/// 0 log 0 is 0, and passes nothing.
#[test]
fn divergence_from_what_is_impossible() {
    check(
        "kl_div",
        |x| x[0].kl_div(x[1], false, LossReduction::Sum),
        |x| x[0].kl_div(x[1], false, LossReduction::Sum),
        &[Tensor::from([-INF, -3.0, 0.0]), Tensor::from([0.0, 0.0, 1.0])],
        (&[0.0], &[&[0.0, 0.0, -1.0], &[0.0, 0.0, 1.0]]),
    );
    check(
        "kl_div, log_target",
        |x| x[0].kl_div(x[1], true, LossReduction::Sum),
        |x| x[0].kl_div(x[1], true, LossReduction::Sum),
        &[Tensor::from([-INF, -3.0, 0.0]), Tensor::from([-INF, -INF, 0.0])],
        (&[0.0], &[&[0.0, 0.0, -1.0], &[0.0, 0.0, 1.0]]),
    );
}

#[test]
fn divergence_from_what_is_impossible_has_finite_second_derivatives() {
    let tape = Tape::<f64>::default();
    for log_target in [false, true] {
        let x = tape.var(&Tensor::from([-1.0, -2.0]));
        let t = tape.var(&Tensor::from(if log_target { [-INF, -0.5] } else { [0.0, 0.5] }));
        let g = x.kl_div(t, log_target, LossReduction::Sum).grad(&[x, t]);
        let h = (g[0] * g[0] + g[1] * g[1]).sum().grad(&[x, t]);
        assert!(h.iter().all(|h| h.value().first_non_finite().is_none()), "log_target: {log_target}");
    }
}

#[test]
fn bce_with_a_positive_weight_does_not_overflow() {
    check(
        "bce_with_logits_with",
        |x| x[0].bce_with_logits_with(x[1], None, Some(x[2]), LossReduction::Sum),
        |x| x[0].bce_with_logits_with(x[1], None, Some(x[2]), LossReduction::Sum),
        &[Tensor::from([1000.0, -1000.0, 1000.0]), Tensor::from([1.0, 1.0, 0.0]), Tensor::scalar(2.0)],
        (&[3000.0], &[&[0.0, -2.0, 1.0], &[-1000.0, 2000.0, -1000.0], &[1000.0]]),
    );
}

/// Equal values give the bias; the gradient is finite, as eps is above 0.
#[test]
fn normalisation_of_equal_values() {
    let x = [Tensor::from([[3.0, 3.0], [-1e6, -1e6]]), Tensor::from([2.0, 1.0]), Tensor::from([0.5, -1.0])];
    let bias = [0.5, -1.0, 0.5, -1.0];
    check(
        "layer_norm",
        |x| x[0].layer_norm(&[2], Some(x[1]), Some(x[2]), 0.25),
        |x| x[0].layer_norm(&[2], Some(x[1]), Some(x[2]), 0.25),
        &x,
        (&bias, &[&[1.0, -1.0, 1.0, -1.0], &[0.0, 0.0], &[2.0, 2.0]]),
    );
    let equal = [Tensor::from([[3.0, 7.0], [3.0, 7.0]]), x[1].clone(), x[2].clone()];
    check(
        "batch_norm",
        |x| x[0].batch_norm(Some(x[1]), Some(x[2]), 0.25).0,
        |x| x[0].batch_norm(Some(x[1]), Some(x[2]), 0.25).0,
        &equal,
        (&bias, &[&[0.0; 4], &[0.0, 0.0], &[2.0, 2.0]]),
    );
    let flat = Tensor::from([[3.0, 3.0]]);
    let tape = Tape::<f64>::default();
    let y = tape.input(&flat).layer_norm(&[2], None, None, 0.0).value();
    assert!(y.data().iter().all(|y| y.is_nan()), "0/0 without eps: {y}");
}

/// Far from 0, squares less the square of the mean would have no digits left.
#[test]
fn normalisation_far_from_zero() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::from([[1e4_f32 - 1.0, 1e4, 1e4 + 1.0]]));
    let root = 1.5_f64.sqrt();
    expect("layer_norm", &x.layer_norm(&[3], None, None, 0.0).value(), &[-root, 0.0, root]);
    let (y, mean, var) = x.transpose().batch_norm(None, None, 0.0);
    expect("batch_norm", &y.value(), &[-root, 0.0, root]);
    expect("mean", &mean, &[1e4]);
    expect("variance", &var, &[2.0 / 3.0]);
}

/// Gates far out: no overflow, no NaN.
#[test]
fn gates_that_are_shut_or_open() {
    // Input, forget, cell, output: shut, open, anything, open.
    let a = Tensor::from([[-1000.0, 1000.0, 3.0, 1000.0]]);
    check(
        "lstm_pointwise",
        |x| x[0].lstm_pointwise(x[1], x[2]).1,
        |x| x[0].lstm_pointwise(x[1], x[2]).1,
        &[a, Tensor::zeros(&[1, 4]), Tensor::from([[0.75]])],
        (&[0.75], &[&[0.0; 4], &[0.0; 4], &[1.0]]),
    );
    // Reset, update: the state stays.
    check(
        "gru_pointwise",
        |x| x[0].gru_pointwise(x[1], x[2]),
        |x| x[0].gru_pointwise(x[1], x[2]),
        &[Tensor::from([[-1000.0, 1000.0, 3.0]]), Tensor::zeros(&[1, 3]), Tensor::from([[0.75]])],
        (&[0.75], &[&[0.0; 3], &[0.0; 3], &[1.0]]),
    );
}
