//! Nothing, NaN, infinity, ties, and edges of bins.

use rappel_nn::autodiff::Tensor;
use rappel_nn::metric::{
    Accuracy, Average, AveragePrecision, Brier, CalibrationError, ConfusionMatrix, ExplainedVariance,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, Perplexity, R2, RocAuc, TopK,
};

const NAN: f32 = f32::NAN;
const INF: f32 = f32::INFINITY;

/// Each metric after these inputs, by name: classes `[n, 2]`, yes or no, and numbers.
fn values(
    classes: &Tensor,
    labels: &Tensor<u32>,
    scores: &Tensor,
    yes: &Tensor<u32>,
    targets: &Tensor,
) -> Vec<(&'static str, Option<f64>)> {
    macro_rules! of {
        ($($make:expr, $update:ident($x:expr, $y:expr), $($value:ident),+;)*) => {
            vec![$({
                let mut metric = $make;
                metric.$update($x, $y);
                [$((concat!(stringify!($make), ".", stringify!($value)), metric.$value())),+].to_vec()
            }),*].concat()
        };
    }
    of! {
        Accuracy::new(), update(classes, labels), value;
        Accuracy::binary(0.5), update(scores, yes), value;
        TopK::new(1), update(classes, labels), value;
        ConfusionMatrix::new(2), update(classes, labels), accuracy;
        RocAuc::binary(), update(scores, yes), value;
        RocAuc::one_vs_rest(2), update(classes, labels), value;
        AveragePrecision::binary(), update(scores, yes), value;
        Perplexity::new(), update(classes, labels), value, cross_entropy;
        Brier::new(), update(classes, labels), value;
        Brier::new(), update_binary(scores, yes), value;
        CalibrationError::new(3), update(classes, labels), value, maximum, root_mean_square;
        CalibrationError::new(3), update_binary(scores, yes), value;
        MeanSquaredError::new(), update(scores, targets), value, root;
        MeanAbsoluteError::new(), update(scores, targets), value;
        MeanAbsolutePercentageError::new(), update(scores, targets), value;
        R2::new(), update(scores, targets), value;
        ExplainedVariance::new(), update(scores, targets), value;
    }
}

#[test]
fn of_nothing_there_is_no_value() {
    let (none, labels) = (Tensor::<f32>::zeros(&[0]), Tensor::new(vec![], &[0]));
    for (name, value) in values(&Tensor::zeros(&[0, 2]), &labels, &none, &labels, &none) {
        assert_eq!(value, None, "{name}");
    }
    let mut rows = Accuracy::whole_rows(0.5);
    rows.update(&Tensor::<f32>::zeros(&[0, 3]), &Tensor::new(vec![], &[0, 3]));
    assert_eq!((rows.value(), rows.count(), rows.correct()), (None, 0, 0));
    let confusion = ConfusionMatrix::new(2);
    let all = [Average::Micro, Average::Macro, Average::Weighted];
    for average in all {
        assert_eq!(
            (confusion.precision(average), confusion.recall(average), confusion.f(1.0, average)),
            (None, None, None)
        );
    }
    assert_eq!((confusion.cohen_kappa(), confusion.matthews(), confusion.count()), (None, None, 0));
    assert!(RocAuc::binary().curve().is_empty() && AveragePrecision::binary().curve().is_empty());
}

/// Wrong where a class is chosen, NaN elsewhere.
#[test]
fn nan_is_never_taken_for_a_good_value() {
    let classes = Tensor::from([[NAN, 0.5], [0.5, NAN], [0.9, 0.1], [0.1, 0.9]]);
    let (labels, scores) = (Tensor::from([1, 0, 0, 1]), Tensor::from([NAN, 0.9, 0.1, NAN]));
    for (name, value) in
        values(&classes, &labels, &scores, &Tensor::from([1, 1, 0, 0]), &Tensor::from([1.0, 2.0, 3.0, 4.0]))
    {
        let chooses = ["Accuracy", "TopK", "ConfusionMatrix"].iter().any(|kind| name.starts_with(kind));
        let value = value.unwrap_or_else(|| panic!("{name}"));
        if chooses { assert_eq!(value, 0.5, "{name}") } else { assert!(value.is_nan(), "{name}: {value}") }
    }
    let mut confusion = ConfusionMatrix::new(2);
    confusion.update(&classes, &labels);
    assert_eq!((confusion.count(), confusion.get(0, 0), confusion.get(1, 1)), (4, 1, 1));
    assert_eq!((confusion.precision(Average::Micro), confusion.recall(Average::Micro)), (Some(1.0), Some(0.5)));
}

#[test]
fn the_first_of_the_largest_counts() {
    let cases = [
        ([1.0, 2.0, 3.0], 2, 0),
        ([1.0, 2.0, 3.0], 0, 2),
        ([5.0, 5.0, 1.0], 0, 0),
        ([5.0, 5.0, 1.0], 1, 1),
        ([0.0, -0.0, 0.0], 0, 0),
        ([0.0, -0.0, 0.0], 2, 2),
        ([-INF, -INF, -INF], 0, 0),
        ([INF, 1.0, INF], 2, 1),
    ];
    for (row, label, rank) in cases {
        let (outputs, labels) = (Tensor::from([row]), Tensor::from([label]));
        for k in 0..4 {
            let mut top = TopK::new(k);
            top.update(&outputs, &labels);
            assert_eq!(top.value(), Some(f64::from(u8::from(rank < k))), "{row:?}, label {label}, k {k}");
        }
        let (mut accuracy, mut confusion) = (Accuracy::new(), ConfusionMatrix::new(3));
        accuracy.update(&outputs, &labels);
        confusion.update(&outputs, &labels);
        assert_eq!((accuracy.value(), confusion.accuracy()), (Some(f64::from(u8::from(rank == 0))), accuracy.value()));
    }
    for row in [[NAN, 1.0, 2.0], [3.0, NAN, 2.0], [NAN, NAN, NAN]] {
        for label in 0..3 {
            let mut top = TopK::new(3);
            top.update(&Tensor::from([row]), &Tensor::from([label]));
            assert_eq!(top.value(), Some(0.0), "{row:?}");
        }
    }
}

/// Above the threshold is yes; at it, no.
#[test]
fn thresholds_are_not_reached_but_passed() {
    let scores = Tensor::from([[0.5_f32, 0.6], [0.4, NAN]]);
    for (labels, each, rows) in [([[0, 1], [0, 0]], 0.75, 0.5), ([[1, 1], [0, 1]], 0.5, 0.0)] {
        let (mut a, mut b) = (Accuracy::binary(0.5), Accuracy::whole_rows(0.5));
        a.update(&scores, &Tensor::from(labels));
        b.update(&scores, &Tensor::from(labels));
        assert_eq!((a.value(), b.value()), (Some(each), Some(rows)));
    }
}

/// Of one kind alone there is no ranking; all scores alike rank like a guess.
#[test]
fn rankings_need_both_kinds() {
    let score = |scores: [f32; 3], labels: [u32; 3]| {
        let (mut roc, mut average) = (RocAuc::binary(), AveragePrecision::binary());
        roc.update(&Tensor::from(scores), &Tensor::from(labels));
        average.update(&Tensor::from(scores), &Tensor::from(labels));
        (roc.value(), average.value())
    };
    assert_eq!(score([0.1, 0.2, 0.3], [1, 1, 1]), (None, Some(1.0)));
    assert_eq!(score([0.1, 0.2, 0.3], [0, 0, 0]), (None, None));
    assert_eq!(score([0.2, 0.2, 0.2], [0, 1, 0]), (Some(0.5), Some(1.0 / 3.0)));
    assert_eq!(score([0.0, -0.0, 1.0], [0, 1, 1]), (Some(0.75), Some(0.5 + 0.5 * (2.0 / 3.0))));
    assert_eq!(score([-INF, INF, 0.0], [0, 1, 1]), (Some(1.0), Some(1.0)));
    // One class of three has not occurred.
    let mut roc = RocAuc::one_vs_rest(3);
    roc.update(&Tensor::from([[0.7_f32, 0.2, 0.1], [0.1, 0.8, 0.1]]), &Tensor::from([0, 1]));
    assert_eq!((roc.value(), roc.of_class(0), roc.of_class(2)), (None, Some(1.0), None));
}

#[test]
fn what_does_not_vary_cannot_be_explained() {
    let constant = Tensor::from([2.0_f32, 2.0]);
    let (mut r2, mut explained) = (R2::new(), ExplainedVariance::new());
    r2.update(&constant, &constant);
    explained.update(&constant, &constant);
    assert_eq!((r2.value(), explained.value()), (None, None));
    // A large mean takes no digit from the variance.
    let (targets, predictions) =
        (Tensor::from([1e15_f64, 1e15 + 1.0, 1e15 + 2.0]), Tensor::from([1e15_f64, 1e15 + 1.0, 1e15 + 3.0]));
    r2.update(&Tensor::from([0.0_f32]), &Tensor::from([0.0]));
    let mut r2 = R2::new();
    r2.update(&predictions, &targets);
    assert_eq!(r2.value(), Some(0.5));
    let mut mape = MeanAbsolutePercentageError::new();
    mape.update(&Tensor::from([1.0_f64]), &Tensor::from([0.0]));
    assert_eq!(mape.value(), Some(1.0 / f64::EPSILON));
}

#[test]
fn guesses_and_certainties_have_their_perplexities() {
    let of = |row: [f32; 4], label| {
        let mut perplexity = Perplexity::new();
        perplexity.update(&Tensor::from([row]), &Tensor::from([label]));
        perplexity.value().unwrap()
    };
    assert_eq!(of([0.0, -INF, -INF, -INF], 0), 1.0);
    assert_eq!(of([0.0, -INF, -INF, -INF], 1), f64::INFINITY);
    assert_eq!(of([1e30, 0.0, 0.0, 0.0], 0), 1.0);
    assert!(of([-INF; 4], 0).is_nan());
    // The padding need not be a class.
    let mut perplexity = Perplexity::new().ignoring(u32::MAX);
    perplexity.update(&Tensor::from([[3.0_f32, 0.0], [0.0, 0.0]]), &Tensor::from([u32::MAX, 1]));
    assert_eq!(perplexity.cross_entropy(), Some(2_f64.ln()));
    perplexity.update(&Tensor::from([[NAN, 0.0]]), &Tensor::from([u32::MAX]));
    assert_eq!(perplexity.cross_entropy(), Some(2_f64.ln()));
}

/// A bin holds its upper edge, as it is printed; the first one 0 too.
#[test]
fn confidences_at_an_edge_are_below_it() {
    for m in 1..50 {
        for i in 0..=m {
            let edge = f64::from(i) / f64::from(m);
            let mut calibration = CalibrationError::new(m as usize);
            calibration.update_binary(&Tensor::from([edge]), &Tensor::from([1]));
            let bin = calibration.table().iter().position(|bin| bin.count == 1).unwrap();
            assert_eq!(bin, (i as usize).saturating_sub(1), "{i}/{m}");
            if i < m {
                calibration.update_binary(&Tensor::from([edge.next_up()]), &Tensor::from([1]));
                assert_eq!(calibration.table()[i as usize].count, if i == 0 { 2 } else { 1 }, "{i}/{m}");
            }
        }
    }
    let mut calibration = CalibrationError::new(10);
    calibration.update(&Tensor::from([[1.000_001_f32, -0.000_001], [0.5, 0.5]]), &Tensor::from([0, 1]));
    assert_eq!((calibration.value(), calibration.maximum()), (Some(0.25), Some(0.5)));
    assert_eq!(calibration.root_mean_square(), Some((0.25_f64 / 2.0).sqrt()));
}

/// Of all samples in one class there is nothing to agree about.
#[test]
fn agreement_by_chance_is_taken_off() {
    let confusion = |predicted: [u32; 4], labels: [u32; 4]| {
        let mut confusion = ConfusionMatrix::new(2);
        confusion.update_classes(&Tensor::from(predicted), &Tensor::from(labels));
        (confusion.cohen_kappa(), confusion.matthews())
    };
    assert_eq!(confusion([0; 4], [0; 4]), (None, None));
    assert_eq!(confusion([0; 4], [0, 0, 1, 1]), (Some(0.0), None));
    assert_eq!(confusion([0, 1, 0, 1], [0, 1, 0, 1]), (Some(1.0), Some(1.0)));
    assert_eq!(confusion([1, 0, 1, 0], [0, 1, 0, 1]), (Some(-1.0), Some(-1.0)));
    assert_eq!(confusion([0, 1, 0, 1], [0, 0, 1, 1]), (Some(0.0), Some(0.0)));
}
