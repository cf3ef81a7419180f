//! Whether a target and weights go with a prediction.

use rappel_autodiff::{Float, Tensor, Var};

/// Both have one shape.
///
/// PyTorch only warns of shapes that differ, and stretches them: `[n]` against `[n, 1]` becomes a loss over n^2 pairs.
///
/// # Panics
/// At the caller's line, with the loss, both shapes and what to do.
#[track_caller]
pub(super) fn agree<T: Float>(loss: &str, prediction: Var<'_, T>, target: Var<'_, T>) {
    same(loss, ["prediction", "target"], &prediction.shape(), &target.shape());
}

/// Two things have one shape.
///
/// # Panics
/// At the caller's line.
#[track_caller]
pub(super) fn same(loss: &str, names: [&str; 2], a: &[usize], b: &[usize]) {
    if a == b {
        return;
    }
    let hint = match a.iter().product::<usize>() == b.iter().product::<usize>() {
        true => format!("they hold as many values: `.reshape(&{a:?})` makes the {} fit", names[1]),
        false => "nothing is stretched here: `expand` says that it is meant".to_owned(),
    };
    panic!("{loss}: the {} of shape {a:?} and the {} of shape {b:?} must agree; {hint}", names[0], names[1]);
}

/// Weights, on the tape of the losses they go with. They stretch to the losses, never these to them.
///
/// # Panics
/// At the caller's line, when they do not.
#[track_caller]
pub(super) fn weight_beside<'t, T: Float>(loss: &str, what: &str, weight: &Tensor<f64>, x: Var<'t, T>) -> Var<'t, T> {
    let (from, to) = (weight.shape(), x.shape());
    assert!(
        stretches(from, &to),
        "{loss}: {what} of shape {from:?} does not stretch to the shape {:?} of the losses: a size that is not 1 must be theirs",
        &to[..]
    );
    x.tape().input(&weight.cast())
}

/// Whether an array of the one shape stretches to the other.
pub(crate) fn stretches(from: &[usize], to: &[usize]) -> bool {
    from.len() <= to.len() && from.iter().rev().zip(to.iter().rev()).all(|(&m, &n)| m == 1 || m == n)
}

/// Labels that are classes, one for each row of scores: the scores as rows `[n, classes]`, and n.
///
/// # Panics
/// At the caller's line, when they are not.
#[track_caller]
pub(super) fn rows_of_scores<'t, T: Float>(loss: &str, x: Var<'t, T>, labels: &Tensor<u32>) -> (Var<'t, T>, usize) {
    let shape = x.shape();
    let outer = shape.split_last().map(|(_, outer)| outer);
    assert!(
        shape.len() <= 2 && outer == Some(labels.shape()),
        "{loss}: scores of shape {:?} and labels of shape {:?} do not fit: [n, classes] and [n] are expected, or [classes] and []",
        &shape[..],
        labels.shape()
    );
    let classes = shape[shape.len() - 1];
    if let Some(i) = labels.data().iter().position(|&l| l as usize >= classes) {
        panic!("{loss}: label {} of sample {i} must be below the number of classes, {classes}", labels.data()[i]);
    }
    (x.reshape(&[labels.len(), classes]), labels.len())
}
