//! Predictions that depend on the input, and ones that do not.

use rappel_lab::autodiff::{Rng, Tensor};
use rappel_lab::verdict::{Judge, Kind};

fn constant(logits: &[&Tensor], labels: &Tensor<u32>) -> bool {
    let mut judge = Judge::new();
    logits.iter().for_each(|logits| judge.predictions(*logits, labels).unwrap());
    judge.verdicts().iter().any(|v| v.kind == Kind::ConstantPredictions)
}

#[test]
fn constant_or_not() {
    let labels = Tensor::from_fn(&[60], |i| i as u32 % 3);
    let same = Tensor::from_fn(&[60, 3], |i| [1.0_f32, 2.0, -1.0][i % 3]);
    let sure = Tensor::from_fn(&[60, 3], |i| if i % 3 == 1 { 50.0 } else { 0.0 });
    let noise = Tensor::normal(&[60, 3], 0.0, 0.01, &mut Rng::seed(0));
    let right = Tensor::from_fn(&[60, 3], |i| if i / 3 % 3 == i % 3 { 3.0 } else { 0.0 });
    for logits in [&same, &sure, &noise] {
        assert!(constant(&[logits; 3], &labels));
        assert!(!constant(&[logits; 2], &labels), "two looks are too few");
    }
    assert!(!constant(&[&right; 3], &labels));
    assert!(!constant(&[&same, &right, &same], &labels), "they did depend on the input once");
    assert!(!constant(&[&same; 3], &Tensor::from_fn(&[60], |_| 1)), "and there is but one label");
}

#[test]
fn bad_input() {
    let mut judge = Judge::new();
    let mut error = |logits: &[usize], labels: &[u32]| {
        let labels = Tensor::new(labels.to_vec(), &[labels.len()]);
        judge.predictions(&Tensor::<f32>::zeros(logits), &labels).unwrap_err().to_string()
    };
    assert_eq!(
        error(&[6], &[0]),
        "the shape of the logits is [6]: logits have a row for each sample and a column for each class"
    );
    assert_eq!(
        error(&[2, 3], &[0]),
        "the shape of the labels is [1]: there must be a label for each row of logits, and one at least"
    );
    assert_eq!(
        error(&[0, 3], &[]),
        "the shape of the labels is [0]: there must be a label for each row of logits, and one at least"
    );
    assert_eq!(error(&[1, 3], &[3]), "a label is 3: a label is below the number of columns of the logits");
}
