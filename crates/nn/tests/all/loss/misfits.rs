//! What does not fit panics at the user's line, names the loss, shows both shapes and says what to do.

use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::*;

use crate::panics::panic_here;

#[test]
fn shapes_have_to_agree() {
    let tape = Tape::<f64>::default();
    let a = tape.var(&Tensor::ones(&[4]));
    let b = tape.var(&Tensor::ones(&[4, 1]));
    let found = [
        ("MseLoss", panic_here!(MseLoss::new().forward(a, b))),
        ("L1Loss", panic_here!(L1Loss::new().forward(a, b))),
        ("SmoothL1Loss", panic_here!(SmoothL1Loss::new().forward(a, b))),
        ("HuberLoss", panic_here!(HuberLoss::new().forward(a, b))),
        ("BceLoss", panic_here!(BceLoss::new().forward(a, b))),
        ("BceWithLogitsLoss", panic_here!(BceWithLogitsLoss::new().forward(a, b))),
        ("KlDivLoss", panic_here!(KlDivLoss::new().forward(a, b))),
        ("PoissonNllLoss", panic_here!(PoissonNllLoss::new().forward(a, b))),
        ("GaussianNllLoss", panic_here!(GaussianNllLoss::new().forward(a, b, a))),
        ("HingeEmbeddingLoss", panic_here!(HingeEmbeddingLoss::new().forward(a, b))),
        ("SoftMarginLoss", panic_here!(SoftMarginLoss::new().forward(a, b))),
        ("MarginRankingLoss", panic_here!(MarginRankingLoss::new().forward(a, b, a))),
        ("MarginRankingLoss", panic_here!(MarginRankingLoss::new().forward(a, a, b))),
        ("MultiLabelSoftMarginLoss", panic_here!(MultiLabelSoftMarginLoss::new().forward(a, b))),
        (
            "MultiLabelMarginLoss",
            panic_here!(MultiLabelMarginLoss::new().forward(a, &Tensor::from([[1_i64], [0], [0], [0]]))),
        ),
        ("CosineEmbeddingLoss", panic_here!(CosineEmbeddingLoss::new().forward(a, b, a))),
        ("TripletMarginLoss", panic_here!(TripletMarginLoss::new().forward(a, b, a))),
        ("TripletMarginLoss", panic_here!(TripletMarginLoss::new().forward_with(a, a, b, |a, b| a - b))),
    ];
    for (loss, message) in found {
        let right = message.starts_with(&format!("{loss}: ")) && message.contains("[4]") && message.contains("[4, 1]");
        assert!(right && message.contains("`.reshape(&[4])`"), "{loss}: {message}");
    }
    let wide = tape.var(&Tensor::ones(&[4, 2]));
    let message = panic_here!(MseLoss::new().forward(a, wide));
    assert!(message.contains("`expand`"), "{message}");
}

#[test]
fn labels_weights_and_variances_have_to_go_with_it() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::ones(&[2, 3]));
    let none = tape.var(&Tensor::ones(&[]));
    let labels = Tensor::from([0_u32, 3]);
    let message = panic_here!(MultiMarginLoss::new().forward(x, &labels));
    assert_eq!(message, "MultiMarginLoss: label 3 of sample 1 must be below the number of classes, 3");
    let message = panic_here!(MultiMarginLoss::new().forward(x, &Tensor::from([0_u32])));
    assert!(message.contains("[n, classes] and [n] are expected"), "{message}");
    let message = panic_here!(MultiMarginLoss::new().forward(none, &Tensor::scalar(0_u32)));
    assert!(message.contains("scores of shape []"), "{message}");
    let message = panic_here!(MultiMarginLoss::new().weights(&[1.0]).forward(x, &Tensor::from([0_u32, 1])));
    assert!(message.contains("1 weights for 3 classes"), "{message}");
    let message = panic_here!(MultiLabelMarginLoss::new().forward(x, &Tensor::from([[0_i64, -1, 9], [1, -2, -1]])));
    assert!(message.contains("label -2 of sample 1 is neither -1 nor below 3"), "{message}");
    let message = panic_here!(BceLoss::new().weight([1.0, 2.0]).forward(x, x));
    assert!(message.starts_with("BceLoss: weight of shape [2]"), "{message}");
    let message = panic_here!(BceWithLogitsLoss::new().pos_weight([1.0, 2.0]).forward(x, x));
    assert!(message.starts_with("BceWithLogitsLoss: pos_weight of shape [2]"), "{message}");
    let message = panic_here!(MultiLabelSoftMarginLoss::new().weight([1.0; 2]).forward(x, x));
    assert!(message.starts_with("MultiLabelSoftMarginLoss: weight of shape [2]"), "{message}");
    let message = panic_here!(MultiLabelSoftMarginLoss::new().forward(none, none));
    assert!(message.contains("of shape []"), "{message}");
    let variance = tape.var(&Tensor::ones(&[3]));
    let message = panic_here!(GaussianNllLoss::new().forward(x, x, variance));
    assert!(message.contains("[3]") && message.contains("[2, 3]") && message.contains("[2] for one"), "{message}");
    let negative = tape.var(&Tensor::from([0.5, -0.25]));
    let message = panic_here!(GaussianNllLoss::new().forward(x, x, negative));
    assert!(message.contains("variance 1 is negative: -0.25"), "{message}");
    let message = panic_here!(CosineEmbeddingLoss::new().forward(x, x, x));
    assert!(message.contains("[size] and []"), "{message}");
    let message = panic_here!(TripletMarginLoss::new().forward(none, none, none));
    assert!(message.contains("last axis"), "{message}");
    let message = panic_here!(CrossEntropyLoss::new().forward(x, &labels));
    assert!(message.contains("cross_entropy"), "{message}");
    let message = panic_here!(NllLoss::new().forward(x, &labels));
    assert!(message.contains("nll_loss"), "{message}");
}

#[test]
fn options_have_to_make_sense() {
    let found = [
        panic_here!(SmoothL1Loss::new().beta(-1)),
        panic_here!(HuberLoss::new().delta(0)),
        panic_here!(PoissonNllLoss::new().eps(-1e-8)),
        panic_here!(GaussianNllLoss::new().eps(0)),
        panic_here!(CosineEmbeddingLoss::new().margin(1.5)),
        panic_here!(TripletMarginLoss::new().margin(0)),
        panic_here!(TripletMarginLoss::new().p(0)),
    ];
    let names = [
        "SmoothL1Loss: beta",
        "HuberLoss: delta",
        "PoissonNllLoss: eps",
        "GaussianNllLoss: eps",
        "CosineEmbeddingLoss: the margin",
        "TripletMarginLoss: the margin",
        "TripletMarginLoss: the order p",
    ];
    for (name, message) in names.iter().zip(found) {
        assert!(message.starts_with(name), "{message}");
    }
}
