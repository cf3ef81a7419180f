//! Against scikit-learn: `tests/golden/metric.py` made the cases.

use rappel_nn::autodiff::Tensor;
use rappel_nn::metric::{
    Accuracy, Average, AveragePrecision, Brier, CalibrationError, ConfusionMatrix, ExplainedVariance,
    MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, Perplexity, R2, RocAuc, TopK,
};
use serde_json::Value;

use crate::golden::{Case, cases_of};

const FILE: &str = "metric.jsonl";

fn list(x: &Value) -> Vec<f64> {
    x.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// Rows of numbers.
fn matrix(case: &Case, name: &str) -> Tensor<f64> {
    let rows: Vec<Vec<f64>> = case.more(name).as_array().unwrap().iter().map(list).collect();
    Tensor::new(rows.concat(), &[rows.len(), rows[0].len()])
}

fn vector(case: &Case, name: &str) -> Tensor<f64> {
    Tensor::from(list(case.more(name)))
}

fn labels(case: &Case) -> Tensor<u32> {
    Tensor::from(list(case.more("labels")).iter().map(|&x| x as u32).collect::<Vec<_>>())
}

/// None where scikit-learn has none.
fn same(case: &Case, what: &str, ours: Option<f64>, expected: &Value) {
    match (ours, expected.as_f64()) {
        (None, None) => {}
        (Some(ours), Some(expected)) if (ours - expected).abs() <= 1e-12 * expected.abs().max(1.0) => {}
        (ours, _) => panic!("{}: {what} is {ours:?}, of scikit-learn {expected}", case.name),
    }
}

#[test]
fn classes_are_counted_as_by_scikit_learn() {
    for case in cases_of(FILE, "Classes") {
        let (logits, labels, expect) = (matrix(&case, "logits"), labels(&case), case.more("expect"));
        let k = logits.shape()[1];
        let mut confusion = ConfusionMatrix::new(k);
        confusion.update(&logits, &labels);
        for (label, row) in expect["confusion"].as_array().unwrap().iter().enumerate() {
            let ours: Vec<f64> = (0..k).map(|predicted| confusion.get(label, predicted) as f64).collect();
            assert_eq!(ours, list(row), "{}", case.name);
        }
        let mut accuracy = Accuracy::new();
        accuracy.update(&logits, &labels);
        same(&case, "accuracy", accuracy.value(), &expect["accuracy"]);
        same(&case, "accuracy of the matrix", confusion.accuracy(), &expect["accuracy"]);
        same(&case, "kappa", confusion.cohen_kappa(), &expect["kappa"]);
        same(&case, "matthews", confusion.matthews(), &expect["matthews"]);
        for (name, average) in [("micro", Average::Micro), ("macro", Average::Macro), ("weighted", Average::Weighted)] {
            let ours = [
                confusion.precision(average),
                confusion.recall(average),
                confusion.f(1.0, average),
                confusion.f(2.0, average),
                confusion.f(0.5, average),
            ];
            ours.iter().enumerate().for_each(|(i, &ours)| same(&case, name, ours, &expect[name][i]));
        }
        for class in 0..k {
            let ours = [confusion.precision_of(class), confusion.recall_of(class), confusion.f_of(1.0, class)];
            ours.iter()
                .enumerate()
                .for_each(|(i, &ours)| same(&case, "per class", ours, &expect["per_class"][i][class]));
        }
        if k > 2 {
            let mut top = TopK::new(2);
            top.update(&logits, &labels);
            same(&case, "top 2", top.value(), &expect["top2"]);
        }
    }
}

#[test]
fn probabilities_are_judged_as_by_scikit_learn() {
    let mut ranked = 0;
    for case in cases_of(FILE, "Classes") {
        let (logits, p, labels) = (matrix(&case, "logits"), matrix(&case, "probabilities"), labels(&case));
        let expect = case.more("expect");
        let mut perplexity = Perplexity::new();
        perplexity.update(&logits, &labels);
        same(&case, "cross-entropy", perplexity.cross_entropy(), &expect["cross_entropy"]);
        assert_eq!(perplexity.value(), perplexity.cross_entropy().map(f64::exp));
        let mut brier = Brier::new();
        brier.update(&p, &labels);
        same(&case, "Brier score", brier.value(), &expect["brier"]);
        if expect["roc"].is_f64() {
            let k = p.shape()[1];
            let (mut roc, mut average) = (RocAuc::one_vs_rest(k), AveragePrecision::one_vs_rest(k));
            roc.update(&p, &labels);
            average.update(&p, &labels);
            same(&case, "ROC area", roc.value(), &expect["roc"]);
            same(&case, "average precision", average.value(), &expect["average_precision"]);
            ranked += 1;
        }
    }
    assert!(ranked >= 2);
}

#[test]
fn yes_or_no_is_ranked_as_by_scikit_learn() {
    let mut calibrated = 0;
    for case in cases_of(FILE, "Binary") {
        let (scores, labels, expect) = (vector(&case, "scores"), labels(&case), case.more("expect"));
        let mut accuracy = Accuracy::binary(0.5);
        accuracy.update(&scores, &labels);
        same(&case, "accuracy", accuracy.value(), &expect["accuracy"]);
        let (mut roc, mut average) = (RocAuc::binary(), AveragePrecision::binary());
        roc.update(&scores, &labels);
        average.update(&scores, &labels);
        same(&case, "ROC area", roc.value(), &expect["roc"]);
        same(&case, "average precision", average.value(), &expect["average_precision"]);
        let points = &roc.curve()[1..];
        assert_eq!(points.len(), list(&expect["roc_curve"][0]).len(), "{}", case.name);
        for (i, point) in points.iter().enumerate() {
            same(&case, "false positives", Some(point.false_positive_rate), &expect["roc_curve"][0][i]);
            same(&case, "true positives", Some(point.true_positive_rate), &expect["roc_curve"][1][i]);
            same(&case, "threshold", Some(point.threshold), &expect["roc_curve"][2][i]);
        }
        let points = average.curve();
        assert_eq!(points.len(), list(&expect["precision_recall"][0]).len(), "{}", case.name);
        for (i, point) in points.iter().enumerate() {
            same(&case, "precision", Some(point.precision), &expect["precision_recall"][0][i]);
            same(&case, "recall", Some(point.recall), &expect["precision_recall"][1][i]);
        }
        let mut brier = Brier::new();
        brier.update_binary(&scores, &labels);
        same(&case, "Brier score", brier.value(), &expect["brier"]);
        let right = list(&expect["calibration"][0]);
        if !right.is_empty() {
            let mut calibration = CalibrationError::new(7);
            calibration.update_binary(&scores, &labels);
            let bins: Vec<_> = calibration.table().into_iter().filter(|bin| bin.count > 0).collect();
            assert_eq!(bins.len(), right.len(), "{}", case.name);
            for (i, bin) in bins.iter().enumerate() {
                same(&case, "right", bin.accuracy, &expect["calibration"][0][i]);
                same(&case, "confidence", bin.confidence, &expect["calibration"][1][i]);
            }
            calibrated += 1;
        }
    }
    assert_eq!(calibrated, 1);
}

#[test]
fn numbers_are_judged_as_by_scikit_learn() {
    for case in cases_of(FILE, "Regression") {
        let (targets, predictions, expect) =
            (vector(&case, "targets"), vector(&case, "predictions"), case.more("expect"));
        let (mut mse, mut mae, mut mape) =
            (MeanSquaredError::new(), MeanAbsoluteError::new(), MeanAbsolutePercentageError::new());
        let (mut r2, mut explained) = (R2::new(), ExplainedVariance::new());
        mse.update(&predictions, &targets);
        mae.update(&predictions, &targets);
        mape.update(&predictions, &targets);
        r2.update(&predictions, &targets);
        explained.update(&predictions, &targets);
        for (name, ours) in [
            ("mse", mse.value()),
            ("rmse", mse.root()),
            ("mae", mae.value()),
            ("mape", mape.value()),
            ("r2", r2.value()),
            ("explained_variance", explained.value()),
        ] {
            same(&case, name, ours, &expect[name]);
        }
    }
}
