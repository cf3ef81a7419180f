use rappel_nn::autodiff::Tensor;
use rappel_nn::metric::{
    Accuracy, AveragePrecision, Brier, CalibrationError, ConfusionMatrix, MeanSquaredError, Perplexity, R2, RocAuc,
    TopK,
};

use crate::panics::panic_here;

#[test]
fn what_does_not_fit_panics_at_the_line_of_the_update() {
    let rows = Tensor::<f32>::zeros(&[2, 3]);
    let (fits, short, high) = (Tensor::from([0, 2]), Tensor::from([0]), Tensor::from([0, 3]));
    let flat = Tensor::<f32>::zeros(&[2]);
    let two = Tensor::from([0, 2]);
    let logits = Tensor::from([[4.0_f32, -1.0]]);
    Accuracy::new().update(&rows, &fits);
    let cases = [
        (
            panic_here!(Accuracy::new().update(&rows, &short)),
            "Accuracy::update: outputs of shape [2, 3] and labels of shape [1] do not fit; expected [n, classes] and [n]",
        ),
        (
            panic_here!(Accuracy::new().update(&flat, &fits)),
            "Accuracy::update: outputs of shape [2] and labels of shape [2] do not fit; expected [n, classes] and [n]",
        ),
        (
            panic_here!(Accuracy::new().update(&rows, &high)),
            "Accuracy::update: the label of row 1 is 3; expected a class below 3",
        ),
        (
            panic_here!(Accuracy::binary(0.5).update(&rows, &fits)),
            "Accuracy::update: scores of shape [2, 3] and labels of shape [2] do not fit; expected the same shape",
        ),
        (
            panic_here!(Accuracy::binary(0.5).update(&flat, &two)),
            "Accuracy::update: the label of row 1 is 2; expected a class below 2",
        ),
        (
            panic_here!(Accuracy::whole_rows(0.5).update(&flat, &Tensor::from([0, 1]))),
            "Accuracy::update: scores of shape [2] have no rows; expected [n, labels]",
        ),
        (
            panic_here!(TopK::new(2).update(&rows, &short)),
            "TopK::update: outputs of shape [2, 3] and labels of shape [1] do not fit; expected [n, classes] and [n]",
        ),
        (
            panic_here!(ConfusionMatrix::new(4).update(&rows, &fits)),
            "ConfusionMatrix::update: outputs of shape [2, 3] do not fit 4 classes",
        ),
        (
            panic_here!(ConfusionMatrix::new(2).update_classes(&fits, &fits)),
            "ConfusionMatrix::update_classes: the label of row 1 is 2; expected a class below 2",
        ),
        (panic_here!(ConfusionMatrix::new(2).get(0, 2)), "ConfusionMatrix::get: 2 is no class; expected one below 2"),
        (
            panic_here!(ConfusionMatrix::new(2).recall_of(2)),
            "ConfusionMatrix::recall_of: 2 is no class; expected one below 2",
        ),
        (
            panic_here!(RocAuc::one_vs_rest(2).update(&rows, &fits)),
            "RocAuc::update: outputs of shape [2, 3] do not fit 2 classes",
        ),
        (panic_here!(RocAuc::binary().of_class(1)), "RocAuc::of_class: 1 is no class; expected one below 1"),
        (
            panic_here!(AveragePrecision::binary().update(&flat, &short)),
            "AveragePrecision::update: scores of shape [2] and labels of shape [1] do not fit; expected the same shape",
        ),
        (
            panic_here!(Perplexity::new().ignoring(7).update(&rows, &high)),
            "Perplexity::update: the label of row 1 is 3; expected a class below 3",
        ),
        (
            panic_here!(Brier::new().update(&logits, &short)),
            "Brier::update: 4 is no probability; expected 0 to 1: put logits through a softmax or sigmoid first",
        ),
        (
            panic_here!(CalibrationError::new(5).update(&logits, &short)),
            "CalibrationError::update: 4 is no probability; expected 0 to 1: put logits through a softmax or sigmoid first",
        ),
        (panic_here!(CalibrationError::new(0)), "CalibrationError::new: 0 bins; expected at least 1"),
        (
            panic_here!(MeanSquaredError::new().update(&rows, &flat)),
            "MeanSquaredError::update: predictions of shape [2, 3] and targets of shape [2] do not fit; expected the same shape",
        ),
        (
            panic_here!(R2::new().update(&rows, &flat)),
            "R2::update: predictions of shape [2, 3] and targets of shape [2] do not fit; expected the same shape",
        ),
        (panic_here!(TopK::new(2).merge(&TopK::new(3))), "TopK::merge: the settings differ: 2 and 3"),
        (
            panic_here!(Accuracy::new().merge(&Accuracy::binary(0.5))),
            "Accuracy::merge: the settings differ: Largest and Threshold(0.5)",
        ),
        (
            panic_here!(RocAuc::binary().merge(&RocAuc::one_vs_rest(3))),
            "RocAuc::merge: the settings differ: binary and 3 classes",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}
