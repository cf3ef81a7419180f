//! What metrics are fed with, and what does not fit.

use rappel_autodiff::{Float, Tensor};

/// Outputs `[n, classes]` and labels `[n]`, as rows with their labels.
#[track_caller]
pub(super) fn rows<'a, T: Float>(
    op: &str,
    outputs: &'a Tensor<T>,
    labels: &'a Tensor<u32>,
) -> impl Iterator<Item = (&'a [T], usize)> + use<'a, T> {
    let classes = match (outputs.shape(), labels.shape()) {
        (&[n, classes], &[m]) if n == m => classes,
        (outputs, labels) => panic!(
            "{op}: outputs of shape {outputs:?} and labels of shape {labels:?} do not fit; expected [n, classes] and [n]"
        ),
    };
    below(op, labels, classes);
    // Without classes there can be no rows: the labels were checked.
    outputs.data().chunks_exact(classes.max(1)).zip(labels.data().iter().map(|&label| label as usize))
}

/// Refuses labels that are no class.
#[track_caller]
pub(super) fn below(op: &str, labels: &Tensor<u32>, classes: usize) {
    if let Some((row, label)) = labels.data().iter().enumerate().find(|&(_, &label)| label as usize >= classes) {
        panic!("{op}: the label of row {row} is {label}; expected a class below {classes}");
    }
}

/// Scores and labels of 0 and 1 of one shape, as pairs.
#[track_caller]
pub(super) fn binary<'a, T: Float>(
    op: &str,
    scores: &'a Tensor<T>,
    labels: &'a Tensor<u32>,
) -> impl Iterator<Item = (f64, bool)> + use<'a, T> {
    same_shape(op, "scores", scores.shape(), "labels", labels.shape());
    below(op, labels, 2);
    scores.data().iter().map(|x| x.re()).zip(labels.data().iter().map(|&label| label == 1))
}

/// Predictions and targets of one shape, as pairs.
#[track_caller]
pub(super) fn numbers<'a, T: Float>(
    op: &str,
    predictions: &'a Tensor<T>,
    targets: &'a Tensor<T>,
) -> impl Iterator<Item = (f64, f64)> + use<'a, T> {
    same_shape(op, "predictions", predictions.shape(), "targets", targets.shape());
    predictions.data().iter().map(|x| x.re()).zip(targets.data().iter().map(|x| x.re()))
}

#[track_caller]
pub(super) fn same_shape(op: &str, a: &str, shape: &[usize], b: &str, other: &[usize]) {
    assert!(
        shape == other,
        "{op}: {a} of shape {shape:?} and {b} of shape {other:?} do not fit; expected the same shape"
    );
}

/// Refuses numbers that are no probabilities, by more than what a softmax in f32 is off. NaN passes.
#[track_caller]
pub(super) fn probabilities<T: Float>(op: &str, outputs: &Tensor<T>) {
    const ROUNDING: f64 = 1e-5;
    if let Some(x) = outputs.data().iter().map(|x| x.re()).find(|&x| x < -ROUNDING || x > 1.0 + ROUNDING) {
        panic!("{op}: {x} is no probability; expected 0 to 1: put logits through a softmax or sigmoid first");
    }
}

/// The settings of two metrics that are merged.
#[track_caller]
pub(super) fn same_settings<S: PartialEq + std::fmt::Debug>(op: &str, a: S, b: S) {
    assert!(a == b, "{op}: the settings differ: {a:?} and {b:?}");
}
