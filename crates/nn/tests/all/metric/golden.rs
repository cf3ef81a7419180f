//! Against scikit-learn and torchmetrics: `tests/golden/metric.py` made the cases.

use std::collections::BTreeSet;

use rappel_nn::autodiff::Tensor;
use rappel_nn::metric::{
    Accuracy, Average, AveragePrecision, Brier, CalibrationError, ConfusionMatrix, ExplainedVariance,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, Perplexity, R2, RocAuc, TopK,
};

use crate::golden::{Case, cases, cases_of};

/// A metric of predictions and targets.
type OfPredictions = fn(&Tensor<f64>, &Tensor<f64>) -> Option<f64>;

const FILE: &str = "metric.jsonl";

/// None where it is undefined, which scikit-learn has a number or NaN for: `instead`.
#[track_caller]
fn same(case: &Case, ours: Option<f64>, expected: f64, instead: f64) {
    let ours = ours.unwrap_or(instead);
    let near = (ours - expected).abs() <= 1e-12 * expected.abs().max(1.0);
    assert!(near || ours.is_nan() && expected.is_nan() || ours == expected, "{}: {ours}, not {expected}", case.name);
}

fn confusion(case: &Case) -> ConfusionMatrix {
    let mut confusion = ConfusionMatrix::new(case.usize("classes"));
    confusion.update_classes(&case.indices("pred"), &case.indices("target"));
    confusion
}

/// The value of a metric of one argument.
macro_rules! value {
    ($make:expr, $update:ident($x:expr, $y:expr)) => {{
        let mut metric = $make;
        metric.$update($x, $y);
        metric
    }};
}

/// Every function of the file is held by a test below, or named here with why not.
#[test]
fn every_function_is_held_or_named() {
    let held = [
        "accuracy_score",
        "confusion_matrix",
        "matthews_corrcoef",
        "cohen_kappa_score",
        "precision_recall_fscore_support",
        "top_k_accuracy_score",
        "roc_auc_score",
        "average_precision_score",
        "roc_curve",
        "precision_recall_curve",
        "calibration_error",
        "brier_score_loss",
        "log_loss",
        "perplexity",
        "r2_score",
        "explained_variance_score",
        "mean_absolute_error",
        "mean_squared_error",
        "root_mean_squared_error",
        "mean_absolute_percentage_error",
    ];
    // Metrics that this crate has not; the trapezoid is the too favourable area that average precision replaces.
    let none = ["balanced_accuracy_score", "auc_of_precision_recall", "max_error", "median_absolute_error"];
    let all: BTreeSet<String> = cases(FILE).into_iter().map(|case| case.layer).collect();
    assert_eq!(all, held.iter().chain(&none).map(|&name| name.to_owned()).collect());
}

#[test]
fn classes_are_counted() {
    for case in cases_of(FILE, "confusion_matrix") {
        let (confusion, k) = (confusion(&case), case.usize("classes"));
        let ours: Vec<f64> = (0..k * k).map(|i| confusion.get(i / k, i % k) as f64).collect();
        assert_eq!(ours, case.output(0).data(), "{}", case.name);
    }
    for case in cases_of(FILE, "accuracy_score") {
        let confusion = confusion(&case);
        same(&case, confusion.accuracy(), case.output(0).item(), f64::NAN);
        // The same classes as outputs of a net.
        let (k, predicted) = (case.usize("classes"), case.indices("pred"));
        let outputs = Tensor::<f32>::from_fn(&[predicted.len(), k], |i| {
            f32::from(u8::from(predicted.data()[i / k] as usize == i % k))
        });
        let accuracy = value!(Accuracy::new(), update(&outputs, &case.indices("target")));
        assert_eq!(accuracy.value(), confusion.accuracy(), "{}", case.name);
        assert_eq!(
            value!(ConfusionMatrix::new(k), update(&outputs, &case.indices("target"))),
            confusion,
            "{}",
            case.name
        );
    }
    for case in cases_of(FILE, "top_k_accuracy_score") {
        let top = value!(TopK::new(case.usize("k")), update(&case.tensor("score"), &case.indices("target")));
        same(&case, top.value(), case.output(0).item(), f64::NAN);
    }
}

/// Where it is undefined, scikit-learn's coefficient is 0; and its kappa NaN.
#[test]
fn agreement_is_measured() {
    for case in cases_of(FILE, "matthews_corrcoef") {
        same(&case, confusion(&case).matthews(), case.output(0).item(), 0.0);
    }
    for case in cases_of(FILE, "cohen_kappa_score") {
        // Kappa with weights is for classes that have an order.
        if case.opt("weights").is_none() {
            same(&case, confusion(&case).cohen_kappa(), case.output(0).item(), f64::NAN);
        }
    }
}

#[test]
fn precision_recall_and_f_are_averaged() {
    for case in cases_of(FILE, "precision_recall_fscore_support") {
        let (confusion, beta, zero) = (confusion(&case), case.f64("beta"), case.f64("zero_division"));
        let k = case.usize("classes");
        let of = |class| [confusion.precision_of(class), confusion.recall_of(class), confusion.f_of(beta, class)];
        let over = |average| [confusion.precision(average), confusion.recall(average), confusion.f(beta, average)];
        let average = match case.opt("average").map(|_| case.text("average")) {
            None => {
                for (metric, class) in (0..3).flat_map(|metric| (0..k).map(move |class| (metric, class))) {
                    same(&case, of(class)[metric], case.output(metric).data()[class], zero);
                }
                continue;
            }
            Some("binary") => {
                (0..3).for_each(|metric| same(&case, of(1)[metric], case.output(metric).item(), zero));
                continue;
            }
            Some("micro") => Average::Micro,
            Some("macro") => Average::Macro,
            Some("weighted") => Average::Weighted,
            Some(other) => panic!("{}: {other}", case.name),
        };
        // scikit-learn was given all labels, and counts a class that neither occurred nor was predicted as well: as `zero_division`,
        // and so each undefined value. Ours is that of the other classes, with 0.
        let seen = (0..k).filter(|&class| confusion.f_of(1.0, class).is_some()).count();
        for metric in 0..3 {
            let expected = case.output(metric).item();
            let undefined: f64 = (0..k)
                .filter(|&class| of(class)[metric].is_none())
                .map(|class| match average {
                    Average::Micro => 0.0,
                    Average::Macro => zero / k as f64,
                    Average::Weighted => {
                        let actual: u64 = (0..k).map(|predicted| confusion.get(class, predicted)).sum();
                        zero * actual as f64 / confusion.count() as f64
                    }
                })
                .sum();
            let scale = if average == Average::Macro { k as f64 / seen as f64 } else { 1.0 };
            same(&case, over(average)[metric], (expected - undefined) * scale, f64::NAN);
        }
    }
}

#[test]
fn areas_are_exact() {
    for layer in ["roc_auc_score", "average_precision_score"] {
        let mut several = 0;
        for case in cases_of(FILE, layer) {
            let (score, target) = (case.tensor("score"), case.indices("target"));
            if score.rank() == 1 {
                let ours = if layer == "roc_auc_score" {
                    value!(RocAuc::binary(), update(&score, &target)).value()
                } else {
                    value!(AveragePrecision::binary(), update(&score, &target)).value()
                };
                same(&case, ours, case.output(0).item(), f64::NAN);
                continue;
            }
            let k = case.usize("classes");
            let (roc, precision) = (
                value!(RocAuc::one_vs_rest(k), update(&score, &target)),
                value!(AveragePrecision::one_vs_rest(k), update(&score, &target)),
            );
            let of = |class| if layer == "roc_auc_score" { roc.of_class(class) } else { precision.of_class(class) };
            let counts: Vec<f64> =
                (0..k).map(|class| target.data().iter().filter(|&&t| t as usize == class).count() as f64).collect();
            // One against one is another question; micro takes the scores of all classes for one question.
            if case.name.contains("one_vs_one") {
                continue;
            }
            several += 1;
            match case.opt("average").map(|_| case.text("average")) {
                None => (0..k).for_each(|class| same(&case, of(class), case.output(0).data()[class], f64::NAN)),
                Some("macro") => {
                    let ours = if layer == "roc_auc_score" { roc.value() } else { precision.value() };
                    same(&case, ours, case.output(0).item(), f64::NAN);
                }
                Some("weighted") => {
                    let ours =
                        (0..k).map(|class| counts[class] * of(class).unwrap()).sum::<f64>() / target.len() as f64;
                    same(&case, Some(ours), case.output(0).item(), f64::NAN);
                }
                Some(_) => {
                    let one_hot =
                        Tensor::from_fn(&[score.len()], |i| u32::from(target.data()[i / k] as usize == i % k));
                    let flat = Tensor::from(score.data().to_vec());
                    let ours = if layer == "roc_auc_score" {
                        value!(RocAuc::binary(), update(&flat, &one_hot)).value()
                    } else {
                        value!(AveragePrecision::binary(), update(&flat, &one_hot)).value()
                    };
                    same(&case, ours, case.output(0).item(), f64::NAN);
                }
            }
        }
        assert_eq!(several, 4, "{layer}");
    }
}

/// scikit-learn's curves of precision begin at the lowest score, and end with a point of their own at (1, 0).
#[test]
fn curves_have_a_point_for_each_score() {
    for case in cases_of(FILE, "roc_curve") {
        let curve = value!(RocAuc::binary(), update(&case.tensor("score"), &case.indices("target"))).curve();
        assert_eq!(curve.len(), case.output(0).len(), "{}", case.name);
        for (i, point) in curve.iter().enumerate() {
            for (k, ours) in
                [point.false_positive_rate, point.true_positive_rate, point.threshold].into_iter().enumerate()
            {
                same(&case, Some(ours), case.output(k).data()[i], f64::NAN);
            }
        }
    }
    for case in cases_of(FILE, "precision_recall_curve") {
        let curve = value!(AveragePrecision::binary(), update(&case.tensor("score"), &case.indices("target"))).curve();
        assert_eq!(curve.len(), case.output(2).len(), "{}", case.name);
        for (i, point) in curve.iter().rev().enumerate() {
            for (k, ours) in [point.precision, point.recall, point.threshold].into_iter().enumerate() {
                same(&case, Some(ours), case.output(k).data()[i], f64::NAN);
            }
        }
    }
}

#[test]
fn probabilities_are_judged() {
    for case in cases_of(FILE, "calibration_error") {
        let (score, target, bins) = (case.tensor("score"), case.indices("target"), case.usize("n_bins"));
        let calibration = match score.rank() {
            1 => value!(CalibrationError::new(bins), update_binary(&score, &target)),
            _ => value!(CalibrationError::new(bins), update(&score, &target)),
        };
        let ours = [calibration.value(), calibration.maximum(), calibration.root_mean_square()];
        (0..3).for_each(|k| same(&case, ours[k], case.output(k).item(), f64::NAN));
    }
    for case in cases_of(FILE, "brier_score_loss") {
        let (score, target) = (case.tensor("score"), case.indices("target"));
        let brier = match score.rank() {
            1 => value!(Brier::new(), update_binary(&score, &target)),
            _ => value!(Brier::new(), update(&score, &target)),
        };
        same(&case, brier.value(), case.output(0).item(), f64::NAN);
    }
}

/// scikit-learn's loss is of probabilities that it makes sum to 1; so does the softmax of their logarithms.
#[test]
fn surprise_is_measured() {
    for case in cases_of(FILE, "log_loss") {
        let score = case.tensor("score");
        let logits = Tensor::from_fn(score.shape(), |i| score.data()[i].ln());
        let perplexity = value!(Perplexity::new(), update(&logits, &case.indices("target")));
        same(&case, perplexity.cross_entropy(), case.output(0).item(), f64::NAN);
    }
    for case in cases_of(FILE, "perplexity") {
        let score = case.tensor("score");
        let target = case.more("inputs")["target"]["data"].as_array().unwrap();
        // PyTorch marks what is ignored by -100.
        let target: Vec<u32> = target.iter().map(|x| x.as_i64().unwrap() as u32).collect();
        let ignored = case.opt("ignore_index").map(|x| x.as_i64().unwrap() as u32);
        assert_eq!(target.iter().any(|&t| Some(t) == ignored), ignored.is_some());
        let k = score.shape()[score.rank() - 1];
        let perplexity = ignored.map_or(Perplexity::new(), |label| Perplexity::new().ignoring(label));
        let perplexity = value!(perplexity, update(&score.reshape(&[target.len(), k]), &Tensor::from(target)));
        same(&case, perplexity.value(), case.output(0).item(), f64::NAN);
    }
}

/// The mean over the columns of a matrix is that over its numbers, for errors that are means.
#[test]
fn errors_are_means() {
    let functions: [(&str, OfPredictions); 4] = [
        ("mean_absolute_error", |p, t| value!(MeanAbsoluteError::new(), update(p, t)).value()),
        ("mean_squared_error", |p, t| value!(MeanSquaredError::new(), update(p, t)).value()),
        ("root_mean_squared_error", |p, t| value!(MeanSquaredError::new(), update(p, t)).root()),
        ("mean_absolute_percentage_error", |p, t| value!(MeanAbsolutePercentageError::new(), update(p, t)).value()),
    ];
    for (layer, of) in functions {
        for case in cases_of(FILE, layer) {
            columns(&case, of, |_| f64::NAN);
        }
    }
}

/// Where the targets do not vary, scikit-learn has 1 for a perfect prediction and 0 for another; ours is none.
#[test]
fn what_is_explained_is_a_share() {
    let functions: [(&str, OfPredictions); 2] = [
        ("r2_score", |p, t| value!(R2::new(), update(p, t)).value()),
        ("explained_variance_score", |p, t| value!(ExplainedVariance::new(), update(p, t)).value()),
    ];
    for (layer, of) in functions {
        for case in cases_of(FILE, layer) {
            if case.text("multioutput") != "variance_weighted" {
                columns(&case, of, |perfect| f64::from(u8::from(perfect)));
            }
        }
    }
}

/// Each column on its own, and the mean of them where that is asked.
fn columns(case: &Case, of: OfPredictions, undefined: fn(bool) -> f64) {
    let (predictions, targets) = (case.tensor("pred"), case.tensor("target"));
    let width = targets.shape().get(1).copied().unwrap_or(1);
    let column =
        |x: &Tensor<f64>, at: usize| Tensor::from(x.data().iter().skip(at).step_by(width).copied().collect::<Vec<_>>());
    let values: Vec<f64> = (0..width)
        .map(|at| {
            let (p, t) = (column(&predictions, at), column(&targets, at));
            of(&p, &t).unwrap_or_else(|| undefined(p == t))
        })
        .collect();
    if case.text("multioutput") == "raw_values" {
        (0..width).for_each(|at| same(case, Some(values[at]), case.output(0).data()[at], f64::NAN));
    } else {
        same(case, Some(values.iter().sum::<f64>() / width as f64), case.output(0).item(), f64::NAN);
    }
}
