"""Metrics of scikit-learn: `python metric.py > metric.jsonl`. A line has the data of one case and what scikit-learn says of it."""

import json
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")


def write(case, layer, **line):
    plain = {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in line.items()}
    print(json.dumps({"case": case, "layer": layer, **plain}, separators=(",", ":"), allow_nan=False))


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def classes(case, n, k, seed, present=None):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, present or k, n)
    logits = np.round(rng.normal(size=(n, k)) + 1.2 * np.eye(k)[labels], 3)
    p = softmax(logits)
    guess = logits.argmax(axis=1)
    expect = {
        "accuracy": sk.accuracy_score(labels, guess),
        "kappa": sk.cohen_kappa_score(labels, guess),
        "matthews": sk.matthews_corrcoef(labels, guess),
        "confusion": sk.confusion_matrix(labels, guess, labels=range(k)).tolist(),
        "cross_entropy": sk.log_loss(labels, p, labels=range(k)),
        "brier": sk.brier_score_loss(labels, p, labels=list(range(k)), scale_by_half=False),
        "top2": sk.top_k_accuracy_score(labels, logits, k=2, labels=range(k)) if k > 2 else None,
    }
    for average in ["micro", "macro", "weighted"]:
        precision, recall, f1, _ = sk.precision_recall_fscore_support(labels, guess, average=average, zero_division=0)
        f2 = sk.fbeta_score(labels, guess, beta=2, average=average, zero_division=0)
        half = sk.fbeta_score(labels, guess, beta=0.5, average=average, zero_division=0)
        expect[average] = [precision, recall, f1, f2, half]
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        labels, guess, labels=range(k), average=None, zero_division=np.nan
    )
    none = lambda x: [None if np.isnan(v) else v for v in x]
    expect["per_class"] = [none(precision), none(recall), none(f1), support.tolist()]
    if len(set(labels)) == k > 2:
        expect["roc"] = sk.roc_auc_score(labels, p, multi_class="ovr", labels=range(k))
        expect["average_precision"] = sk.average_precision_score(np.eye(k)[labels], p)
    write(case, "Classes", logits=logits, labels=labels, probabilities=p, expect=expect)


def binary(case, n, seed, decimals):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    scores = np.round(np.clip(rng.beta(2, 2, n) * 0.7 + 0.3 * labels, 0, 1), decimals)
    fpr, tpr, thresholds = sk.roc_curve(labels, scores, drop_intermediate=False)
    precision, recall, _ = sk.precision_recall_curve(labels, scores)
    # Its bins hold their lower edge and ours the upper one: no score may be on an edge.
    true, predicted = ([], [])
    if decimals > 3:
        from sklearn.calibration import calibration_curve

        true, predicted = calibration_curve(labels, scores, n_bins=7)
    expect = {
        "accuracy": sk.accuracy_score(labels, scores > 0.5),
        "roc": sk.roc_auc_score(labels, scores),
        "average_precision": sk.average_precision_score(labels, scores),
        "roc_curve": [fpr[1:].tolist(), tpr[1:].tolist(), thresholds[1:].tolist()],
        "precision_recall": [precision[:-1][::-1].tolist(), recall[:-1][::-1].tolist()],
        "brier": sk.brier_score_loss(labels, scores),
        "calibration": [list(true), list(predicted)],
    }
    write(case, "Binary", scores=scores, labels=labels, expect=expect)


def regression(case, n, seed, offset, scale):
    rng = np.random.default_rng(seed)
    # Few digits: every reader of JSON gets them exactly.
    digits = 6 - round(np.log10(scale))
    targets = np.round(offset + scale * rng.normal(size=n), digits)
    predictions = np.round(targets + scale * (0.3 + 0.5 * rng.normal(size=n)), digits)
    expect = {
        "mse": sk.mean_squared_error(targets, predictions),
        "rmse": sk.root_mean_squared_error(targets, predictions),
        "mae": sk.mean_absolute_error(targets, predictions),
        "mape": sk.mean_absolute_percentage_error(targets, predictions),
        "r2": sk.r2_score(targets, predictions),
        "explained_variance": sk.explained_variance_score(targets, predictions),
    }
    write(case, "Regression", targets=targets, predictions=predictions, expect=expect)


def main():
    classes("ten classes", 60, 10, 1)
    classes("three classes", 25, 3, 2)
    classes("two classes", 20, 2, 3)
    classes("a class that never occurs", 30, 5, 4, present=4)
    classes("few of many", 6, 12, 5, present=3)
    binary("no ties", 40, 6, 6)
    binary("ties", 60, 7, 1)
    binary("two scores", 30, 8, 0)
    regression("about zero", 40, 9, 0.0, 1.0)
    regression("about a large mean", 40, 10, 1e6, 1.0)
    regression("tiny", 10, 11, 0.0, 1e-9)


main()
