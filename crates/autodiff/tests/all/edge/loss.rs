//! Softmax and the losses at the ends of their ranges.

use rappel_autodiff::{Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;

#[test]
fn softmax_does_not_overflow() {
    let rows = Tensor::from([[1000.0, 1000.0], [-1000.0, -1000.0], [0.0, -1000.0], [3.0, -INF]]);
    let half = 0.5;
    check(
        "softmax",
        |x| x[0].softmax(1),
        |x| x[0].softmax(1),
        std::slice::from_ref(&rows),
        (&[half, half, half, half, 1.0, 0.0, 1.0, 0.0], &[&[0.0; 8]]),
    );
    let ln_2 = std::f64::consts::LN_2;
    check(
        "log_softmax",
        |x| x[0].log_softmax(1),
        |x| x[0].log_softmax(1),
        std::slice::from_ref(&rows),
        (&[-ln_2, -ln_2, -ln_2, -ln_2, 0.0, -1000.0, 0.0, -INF], &[&[0.0, 0.0, 0.0, 0.0, -1.0, 1.0, -1.0, 1.0]]),
    );
}

/// A row of only `-inf` has no softmax: 0/0.
#[test]
fn softmax_of_nothing_likely_is_nan() {
    let x = Tensor::from([[-INF, -INF]]);
    assert!(x.softmax(1).data().iter().all(|p| p.is_nan()));
}

/// Labels by index, never a product with a one-hot row: 0 times -inf does not come up.
#[test]
fn cross_entropy_of_impossible_classes() {
    let cases: [([f64; 3], u32, f64, [f64; 3]); 5] = [
        ([-INF, 0.0, -INF], 1, 0.0, [0.0, 0.0, 0.0]),
        ([-INF, 0.0, 0.0], 1, std::f64::consts::LN_2, [0.0, -0.5, 0.5]),
        ([-INF, 0.0, -INF], 0, INF, [-1.0, 1.0, 0.0]),
        ([1000.0, 0.0, 0.0], 1, 1000.0, [1.0, -1.0, 0.0]),
        ([1000.0, 0.0, 0.0], 0, 0.0, [0.0, 0.0, 0.0]),
    ];
    for (logits, label, loss, gradient) in cases {
        let labels = Tensor::from([label]);
        let x = Tensor::new(logits, &[1, 3]);
        check(
            &format!("cross_entropy of {logits:?} against {label}"),
            |x| x[0].cross_entropy(&labels),
            |x| x[0].cross_entropy(&labels),
            &[x],
            (&[loss], &[&gradient]),
        );
    }
}

#[test]
fn cross_entropy_of_impossible_classes_has_finite_second_derivatives() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([[-INF, 0.0, 0.0]]));
    let g = x.cross_entropy(&Tensor::from([1_u32])).grad(&[x])[0];
    let h = (g * tape.input(&Tensor::from([[1.0, 2.0, 4.0]]))).sum().grad(&[x])[0].value();
    // diag(p) - p p^T with p = [0, 1/2, 1/2].
    expect("second derivative", &h, &[0.0, -0.5, 0.5]);
}

#[test]
fn bce_does_not_overflow() {
    let logits = Tensor::from([1000.0, -1000.0, 1000.0, 0.0]);
    let targets = Tensor::from([1.0, 0.0, 0.0, 0.5]);
    let mean = (1000.0 + std::f64::consts::LN_2) / 4.0;
    check(
        "bce_with_logits",
        |x| x[0].bce_with_logits(x[1]),
        |x| x[0].bce_with_logits(x[1]),
        &[logits, targets],
        (&[mean], &[&[0.0, 0.0, 0.25, 0.0], &[-250.0, 250.0, -250.0, 0.0]]),
    );
}

#[test]
#[should_panic(expected = "label 3 in row 1 is out of range for 3 classes")]
fn a_label_out_of_range_is_named() {
    let tape = Tape::new();
    tape.var(&Tensor::zeros(&[2, 3])).cross_entropy(&Tensor::from([0_u32, 3]));
}
