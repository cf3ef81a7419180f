"""Writes metric.jsonl: metrics as scikit-learn has them (and torchmetrics the calibration error and the perplexity).

    python metric.py > metric.jsonl

`layer` is the function, `args` its options, `outputs` its result, a number, a vector of a value per class or a matrix. Of classes the inputs
are `target` and `pred`, labels, or `score`, a row of numbers per example; of regressions `target` and `pred` are real. There are no gradients.
"""

import warnings

import numpy as np
import torch
import torchmetrics.functional.classification as tm
from sklearn import metrics as sk
from torchmetrics.functional.text import perplexity

from golden import Values, plain, tensor, write

warnings.filterwarnings("ignore")


def metric(name, layer, args, inputs, *outputs):
    # A copy: some of scikit-learn's curves are views that run backwards, which torch does not take.
    outputs = [torch.as_tensor(np.array(y, dtype=np.float64)) for y in outputs]
    write(
        case=name, layer=layer, args={k: plain(v) for k, v in args.items()}, mode="eval", state=[],
        inputs={k: tensor(torch.as_tensor(x)) for k, x in inputs.items()}, outputs=[tensor(y) for y in outputs],
    )


def probabilities(name, n, classes):
    x = Values(name).uniform(n, classes, low=-2.5, high=2.5)
    return torch.softmax(x, 1).numpy().round(4)


V = Values("labels")
SETS = {  # target, pred, number of classes
    "three": (V.integers(17, below=3).numpy(), V.integers(17, below=3).numpy(), 3),
    "two": (V.integers(12, below=2).numpy(), V.integers(12, below=2).numpy(), 2),
    "unbalanced": (np.array([0] * 9 + [1] * 2 + [2]), np.array([0] * 7 + [1] * 2 + [2, 2, 1]), 3),
    "class_never_predicted": (np.array([0, 1, 2, 1]), np.array([0, 1, 1, 0]), 3),
    "class_never_there": (np.array([0, 1, 1, 0]), np.array([0, 1, 2, 0]), 3),
    "class_neither": (np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), 3),
    "all_right": (np.array([0, 1, 2]), np.array([0, 1, 2]), 3),
    "all_wrong": (np.array([0, 1, 2]), np.array([1, 2, 0]), 3),
    "one_example": (np.array([1]), np.array([1]), 2),
    "only_one_class": (np.array([1, 1, 1]), np.array([1, 1, 1]), 2),
}
for name, (target, pred, classes) in SETS.items():
    inputs, labels = {"target": target, "pred": pred}, list(range(classes))
    size = {"classes": classes}
    metric(f"accuracy.{name}", "accuracy_score", size, inputs, sk.accuracy_score(target, pred))
    metric(f"confusion.{name}", "confusion_matrix", size, inputs, sk.confusion_matrix(target, pred, labels=labels))
    # The mean is over the classes that the targets have.
    metric(f"balanced.{name}", "balanced_accuracy_score", size, inputs, sk.balanced_accuracy_score(target, pred))
    metric(f"matthews.{name}", "matthews_corrcoef", size, inputs, sk.matthews_corrcoef(target, pred))
    for weights in (None, "linear", "quadratic"):
        metric(f"kappa.{weights}.{name}", "cohen_kappa_score", {**size, "weights": weights}, inputs, sk.cohen_kappa_score(target, pred, labels=labels, weights=weights))
    for average in ("micro", "macro", "weighted", None):
        for zero in (0.0, 1.0):
            if zero == 1.0 and not name.startswith("class"):
                continue
            options = {"average": average, "zero_division": zero}
            all = sk.precision_recall_fscore_support(target, pred, labels=labels, **options)[:3]
            metric(f"precision_recall_f1.{average}.zero_{zero}.{name}", "precision_recall_fscore_support", {**size, "beta": 1.0, **options}, inputs, *all)
    if classes == 2:
        all = sk.precision_recall_fscore_support(target, pred, labels=labels, average="binary", zero_division=0.0)[:3]
        metric(f"precision_recall_f1.binary.{name}", "precision_recall_fscore_support", {**size, "beta": 1.0, "average": "binary", "zero_division": 0.0}, inputs, *all)
target, pred, _ = SETS["three"]
for beta in (0.5, 2.0):
    for average in ("micro", "macro", "weighted", None):
        all = sk.precision_recall_fscore_support(target, pred, beta=beta, average=average, zero_division=0.0)[:3]
        metric(f"precision_recall_fbeta_{beta}.{average}.three", "precision_recall_fscore_support", {"classes": 3, "beta": beta, "average": average, "zero_division": 0.0}, {"target": target, "pred": pred}, *all)

score, target = probabilities("topk", 15, 5), Values("topk target").integers(15, below=5).numpy()
for k in (1, 2, 3, 5):
    metric(f"top_{k}", "top_k_accuracy_score", {"k": k, "classes": 5}, {"target": target, "score": score}, sk.top_k_accuracy_score(target, score, k=k, labels=range(5)))

# Areas.
TWO = {
    "plain": (Values("auc").integers(20, below=2).numpy(), Values("auc score").uniform(20, low=0.0, high=1.0).numpy()),
    "ties": (np.array([0, 1, 0, 1, 1, 0, 0, 1, 1, 0]), np.array([0.1, 0.4, 0.4, 0.4, 0.8, 0.8, 0.2, 0.2, 0.9, 0.4])),
    "all_tied": (np.array([0, 1, 1, 0, 1]), np.full(5, 0.5)),
    "perfect": (np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.7, 0.9])),
    "reversed": (np.array([1, 1, 0, 0]), np.array([0.1, 0.2, 0.7, 0.9])),
    "rare": (np.array([0] * 11 + [1]), Values("rare").uniform(12, low=-3.0, high=3.0).numpy()),
    "logits_of_any_size": (np.array([0, 1, 1, 0, 1, 0]), np.array([-1000.0, 1000.0, 3.0, 2.0, -5.0, -7.5])),
}
for name, (target, score) in TWO.items():
    inputs = {"target": target, "score": score}
    metric(f"roc_auc.{name}", "roc_auc_score", {}, inputs, sk.roc_auc_score(target, score))
    metric(f"average_precision.{name}", "average_precision_score", {}, inputs, sk.average_precision_score(target, score))
    fpr, tpr, thresholds = sk.roc_curve(target, score, drop_intermediate=False)
    metric(f"roc_curve.{name}", "roc_curve", {}, inputs, fpr, tpr, thresholds)
    p, r, thresholds = sk.precision_recall_curve(target, score)
    metric(f"pr_curve.{name}", "precision_recall_curve", {}, inputs, p, r, thresholds)
    metric(f"pr_trapezoid.{name}", "auc_of_precision_recall", {}, inputs, sk.auc(r, p))
score, target = probabilities("ovr", 18, 3), np.array([0, 1, 2] * 5 + [0, 0, 1])
score = score / score.sum(1, keepdims=True)
inputs = {"target": target, "score": score}
one_hot = np.eye(3)[target]
for average in ("macro", "weighted", "micro", None):
    metric(f"roc_auc.one_vs_rest.{average}", "roc_auc_score", {"multi_class": "ovr", "average": average, "classes": 3}, inputs, sk.roc_auc_score(target, score, multi_class="ovr", average=average))
    metric(f"average_precision.one_vs_rest.{average}", "average_precision_score", {"average": average, "classes": 3}, inputs, sk.average_precision_score(one_hot, score, average=average))
for average in ("macro", "weighted"):
    metric(f"roc_auc.one_vs_one.{average}", "roc_auc_score", {"multi_class": "ovo", "average": average, "classes": 3}, inputs, sk.roc_auc_score(target, score, multi_class="ovo", average=average))

# Calibration. Bins are [i / n, (i + 1) / n), the last with 1; no confidence here is on a border.
def calibration(name, confidence, right, bins):
    """The mean, largest and root mean square gap, over bins, weighed by how many are in each."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps, shares = [], []
    for b in range(bins):
        if (which == b).any():
            gaps.append(abs(confidence[which == b].mean() - right[which == b].mean()))
            shares.append((which == b).mean())
    gaps, shares = np.array(gaps), np.array(shares)
    return (gaps * shares).sum(), gaps.max(), np.sqrt((gaps**2 * shares).sum())


for bins in (10, 15):
    score, target = probabilities("ece", 40, 4), Values("ece target").integers(40, below=4).numpy()
    score = score / score.sum(1, keepdims=True)
    confidence, right = score.max(1), (score.argmax(1) == target).astype(float)
    ours = calibration("", confidence, right, bins)
    for norm, value in zip(("l1", "max", "l2"), ours):
        theirs = tm.multiclass_calibration_error(torch.as_tensor(score), torch.as_tensor(target), 4, n_bins=bins, norm=norm).item()
        assert abs(value - theirs) < 1e-6, (value, theirs)
    metric(f"calibration.of_classes.{bins}_bins", "calibration_error", {"n_bins": bins, "norms": ["l1", "max", "l2"], "classes": 4}, {"target": target, "score": score}, *ours)
    p, t = Values("ece2").uniform(30, low=0.0, high=1.0).numpy(), Values("ece2 target").integers(30, below=2).numpy()
    ours = calibration("", p, t.astype(float), bins)
    for norm, value in zip(("l1", "max", "l2"), ours):
        theirs = tm.binary_calibration_error(torch.as_tensor(p), torch.as_tensor(t), n_bins=bins, norm=norm).item()
        assert abs(value - theirs) < 1e-6, (value, theirs)
    metric(f"calibration.of_probabilities.{bins}_bins", "calibration_error", {"n_bins": bins, "norms": ["l1", "max", "l2"]}, {"target": t, "score": p}, *ours)
p, t = Values("brier").uniform(14, low=0.0, high=1.0).numpy(), Values("brier target").integers(14, below=2).numpy()
metric("brier.of_probabilities", "brier_score_loss", {}, {"target": t, "score": p}, sk.brier_score_loss(t, p))
score, target = probabilities("brier classes", 9, 3), np.array([0, 1, 2] * 3)
score = score / score.sum(1, keepdims=True)
metric("brier.of_classes", "brier_score_loss", {"scale_by_half": False, "classes": 3}, {"target": target, "score": score}, ((np.eye(3)[target] - score) ** 2).sum(1).mean())
metric("log_loss", "log_loss", {"classes": 3}, {"target": target, "score": score}, sk.log_loss(target, score))

logits = Values("perplexity").uniform(2, 5, 4, low=-3.0, high=3.0)
target = Values("perplexity target").integers(2, 5, below=4)
ignored = target.clone()
ignored[0, 1] = ignored[1, 4] = -100
for name, t, ignore in (("", target, None), (".ignored", ignored, -100)):
    value = torch.exp(torch.nn.functional.cross_entropy(logits.flatten(0, 1), t.flatten())).item()
    assert abs(value - perplexity(logits, t, ignore_index=ignore).item()) < 1e-6 * value
    metric(f"perplexity{name}", "perplexity", {"ignore_index": ignore}, {"target": t, "score": logits}, value)

# Regression.
one = (Values("r target").uniform(11).numpy(), Values("r pred").uniform(11).numpy())
many = (Values("m target").uniform(8, 3).numpy(), Values("m pred").uniform(8, 3).numpy())
REAL = {"one": one, "many": many, "exact": (one[0], one[0]), "constant_target": (np.full(4, 1.5), np.array([1.0, 2.0, 1.5, 1.25])),
        "constant_target_exact": (np.full(3, 1.5), np.full(3, 1.5)), "two_examples": (np.array([1.0, 2.0]), np.array([1.5, 1.75])),
        "one_column_constant": (np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]]), np.array([[1.0, 2.5], [1.5, 3.0], [1.0, 4.0]])),
        "zeros_in_target": (np.array([0.0, 2.0, -1.0]), np.array([0.5, 1.0, -1.5])), "far_from_zero": (1e6 + one[0], 1e6 + one[1])}
for name, (t, p) in REAL.items():
    inputs = {"target": t, "pred": p}
    for outputs in ("uniform_average", "raw_values", "variance_weighted"):
        if t.ndim == 1 and outputs != "uniform_average":
            continue
        label = "" if t.ndim == 1 else "." + outputs
        for f in (sk.r2_score, sk.explained_variance_score):
            metric(f"{f.__name__}{label}.{name}", f.__name__, {"multioutput": outputs}, inputs, f(t, p, multioutput=outputs))
        if outputs != "variance_weighted":
            for f in (sk.mean_absolute_error, sk.mean_squared_error, sk.root_mean_squared_error, sk.mean_absolute_percentage_error, sk.median_absolute_error):
                if f is sk.mean_absolute_percentage_error and name == "zeros_in_target":
                    continue  # There it divides by 2.2e-16 and gives 7.5e14.
                metric(f"{f.__name__}{label}.{name}", f.__name__, {"multioutput": outputs}, inputs, f(t, p, multioutput=outputs))
    if t.ndim == 1:
        metric(f"max_error.{name}", "max_error", {}, inputs, sk.max_error(t, p))
