"""Writes loss.jsonl: the losses of torch.nn.

    python loss.py > loss.jsonl

`input`, `target` and what else the call takes are inputs, in its order; those of integers are labels.
"""

import warnings

import torch
from torch import nn

from golden import Values, case

warnings.filterwarnings("ignore")

REDUCTIONS = ("mean", "sum", "none")


def loss(label, kind, inputs, *, reductions=REDUCTIONS, constant=(), **given):
    for reduction in reductions:
        name = f"{kind.__name__}{label}.{reduction}"
        case(name, kind, {**given, "reduction": reduction}, inputs, constant=constant, keep=True)


def values(name, *shape, low=-2.0, high=2.0):
    return Values(name).uniform(*shape, low=low, high=high)


def rows(name, *shape):
    """Distributions along axis 1."""
    x = values(name, *shape, low=0.1, high=1.0)
    return x / x.sum(1, keepdim=True)


def labels(*all):
    return torch.tensor(all)


W3 = torch.tensor([0.5, 2.0, 1.25])
L4, L2 = labels(0, 2, 1, 2), labels([0, 2], [1, 1])

# Of classes: [n, classes, ..].
C = nn.CrossEntropyLoss
loss("", C, {"input": (4, 3), "target": L4})
loss(".weight", C, {"input": (4, 3), "target": L4}, weight=W3)
loss(".ignore", C, {"input": (4, 3), "target": labels(0, -100, 1, -100)})
loss(".ignore_2_weight", C, {"input": (4, 3), "target": L4}, weight=W3, ignore_index=2)
loss(".smoothing", C, {"input": (4, 3), "target": L4}, label_smoothing=0.1)
loss(".smoothing_1", C, {"input": (4, 3), "target": L4}, label_smoothing=1.0, reductions=("mean",))
loss(".smoothing_weight_ignore", C, {"input": (4, 3), "target": labels(0, 2, 1, 1)}, weight=W3, ignore_index=1, label_smoothing=0.2)
loss(".places", C, {"input": (2, 3, 2), "target": L2}, weight=W3)
loss(".images", C, {"input": (1, 3, 2, 2), "target": labels([[0, 2], [1, 1]])}, label_smoothing=0.1, weight=W3)
loss(".one_example", C, {"input": (3,), "target": torch.tensor(1)}, weight=W3, label_smoothing=0.1)
loss(".all_ignored", C, {"input": (2, 3), "target": labels(-100, -100)})
loss(".one_class", C, {"input": (2, 1), "target": labels(0, 0)})
loss(".soft", C, {"input": (4, 3), "target": rows("soft", 4, 3)})
loss(".soft_weight_smoothing", C, {"input": (4, 3), "target": rows("soft2", 4, 3)}, weight=W3, label_smoothing=0.2)
loss(".soft_places", C, {"input": (2, 3, 2), "target": rows("soft3", 2, 3, 2)}, weight=W3)
loss(".soft_constant", C, {"input": (2, 3), "target": rows("soft4", 2, 3)}, constant=("target",), label_smoothing=0.1)
loss(".soft_one_example", C, {"input": (3,), "target": torch.tensor([0.2, 0.5, 0.3])})
loss(".large", C, {"input": values("large", 3, 3, low=-900.0, high=900.0), "target": labels(0, 1, 2)})
N = nn.NLLLoss
loss("", N, {"input": (4, 3), "target": L4})
loss(".weight", N, {"input": (4, 3), "target": L4}, weight=W3)
loss(".weight_ignore", N, {"input": (4, 3), "target": L4}, weight=W3, ignore_index=2)
loss(".places", N, {"input": (2, 3, 2), "target": L2}, weight=W3, ignore_index=0)
loss(".one_example", N, {"input": (3,), "target": torch.tensor(2)}, weight=W3)
loss(".all_ignored", N, {"input": (2, 3), "target": labels(1, 1)}, ignore_index=1)

# Of probabilities and logits.
SHAPES = ((".", (3, 2)), (".vector", (4,)), (".one", ()))
for label, shape in SHAPES:
    name = label if label != "." else ""
    loss(name, nn.BCELoss, {"input": values(f"p{shape}", *shape, low=0.05, high=0.95), "target": values(f"t{shape}", *shape, low=0.0, high=1.0)})
    loss(name, nn.BCEWithLogitsLoss, {"input": shape, "target": values(f"u{shape}", *shape, low=0.0, high=1.0)})
loss(".certain", nn.BCELoss, {"input": torch.tensor([0.0, 1.0, 0.0, 1.0]), "target": torch.tensor([0.0, 1.0, 1.0, 0.0])}, constant=("target",))
hard = torch.tensor([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
W32 = torch.tensor([[0.5, 2.0], [1.5, 1.0], [0.25, 3.0]])
loss(".weight", nn.BCELoss, {"input": values("pw", 3, 2, low=0.05, high=0.95), "target": hard}, constant=("target",), weight=W32)
loss(".weight_of_column", nn.BCELoss, {"input": values("pw2", 3, 2, low=0.05, high=0.95), "target": hard}, constant=("target",), weight=torch.tensor([0.5, 2.0]))
loss(".weight", nn.BCEWithLogitsLoss, {"input": (3, 2), "target": hard}, constant=("target",), weight=W32)
loss(".pos_weight", nn.BCEWithLogitsLoss, {"input": (3, 2), "target": hard}, constant=("target",), pos_weight=torch.tensor([3.0, 0.5]))
loss(".both_weights", nn.BCEWithLogitsLoss, {"input": (3, 2), "target": hard}, constant=("target",), weight=W32, pos_weight=torch.tensor([3.0, 0.5]))
loss(".large", nn.BCEWithLogitsLoss, {"input": torch.tensor([-800.5, 800.5, -30.25, 40.75]), "target": torch.tensor([0.0, 1.0, 1.0, 0.0])}, constant=("target",))

# Of real numbers.
for kind, options in (
    (nn.MSELoss, [{}]), (nn.L1Loss, [{}]), (nn.SmoothL1Loss, [{}, {"beta": 0.5}, {"beta": 2.5}, {"beta": 0.0}]),
    (nn.HuberLoss, [{}, {"delta": 0.5}, {"delta": 2.5}]),
):
    for given in options:
        label = "".join(f".{k}_{v}" for k, v in given.items())
        loss(label, kind, {"input": (3, 3), "target": (3, 3)}, **given)
    loss(".one", kind, {"input": (), "target": ()})
    loss(".rank4_one_of_a_batch", kind, {"input": (1, 2, 1, 2), "target": (1, 2, 1, 2)}, reductions=("mean",))
    loss(".none_of_a_batch", kind, {"input": (0, 2), "target": (0, 2)})
both = REDUCTIONS + ("batchmean",)
loss("", nn.KLDivLoss, {"input": torch.log(rows("q", 3, 4)), "target": rows("p", 3, 4)}, reductions=both)
loss(".log_target", nn.KLDivLoss, {"input": torch.log(rows("q2", 3, 4)), "target": torch.log(rows("p2", 3, 4))}, reductions=both, log_target=True)
loss(".zeros", nn.KLDivLoss, {"input": torch.log(rows("q3", 2, 3)), "target": torch.tensor([[0.0, 1.0, 0.0], [0.25, 0.0, 0.75]])}, reductions=both, constant=("target",))
COUNTS = torch.tensor([[0.0, 1.0, 2.0], [5.0, 3.0, 1.0]])
for log_input in (True, False):
    for full in (False, True):
        x = values(f"poisson{log_input}{full}", 2, 3, low=0.1, high=3.0)
        loss(f".log_input_{log_input}.full_{full}", nn.PoissonNLLLoss, {"input": x, "target": COUNTS}, constant=("target",), log_input=log_input, full=full)
loss(".eps", nn.PoissonNLLLoss, {"input": torch.tensor([0.0, 0.5]), "target": torch.tensor([1.0, 2.0])}, constant=("target",), log_input=False, eps=0.1)
for full in (False, True):
    for label, shape in (("", (3, 2)), (".one_variance_a_row", (3, 1)), (".one_variance_each", (3,))):
        var = values(f"var{shape}{full}", *shape, low=0.2, high=2.0)
        loss(f".full_{full}{label}", nn.GaussianNLLLoss, {"input": (3, 2), "target": (3, 2), "var": var}, full=full)
loss(".small_variance", nn.GaussianNLLLoss, {"input": (3,), "target": (3,), "var": torch.tensor([0.05, 0.5, 0.2])}, eps=0.1)
loss(".variance_0", nn.GaussianNLLLoss, {"input": (2,), "target": (2,), "var": torch.tensor([0.0, 0.5])}, eps=0.1)

# Of signs: targets are 1 or -1.
SIGNS = torch.tensor([1.0, -1.0, 1.0, -1.0])
loss("", nn.HingeEmbeddingLoss, {"input": values("hinge", 4, low=0.1, high=1.9), "target": SIGNS}, constant=("target",))
loss(".margin_0.5", nn.HingeEmbeddingLoss, {"input": values("hinge2", 2, 4, low=-1.5, high=1.5), "target": torch.stack([SIGNS, -SIGNS])}, constant=("target",), margin=0.5)
loss("", nn.SoftMarginLoss, {"input": (2, 4), "target": torch.stack([SIGNS, -SIGNS])}, constant=("target",))
loss("", nn.MarginRankingLoss, {"input1": (4,), "input2": (4,), "target": SIGNS}, constant=("target",))
loss(".margin_0.5", nn.MarginRankingLoss, {"input1": (4,), "input2": (4,), "target": SIGNS}, constant=("target",), margin=0.5)
loss("", nn.CosineEmbeddingLoss, {"input1": (4, 3), "input2": (4, 3), "target": SIGNS}, constant=("target",))
loss(".margin_-0.3", nn.CosineEmbeddingLoss, {"input1": (4, 3), "input2": (4, 3), "target": SIGNS}, constant=("target",), margin=-0.3)
loss(".one", nn.CosineEmbeddingLoss, {"input1": (3,), "input2": (3,), "target": torch.tensor(1.0)}, constant=("target",), margin=0.3)
loss("", nn.MultiMarginLoss, {"input": (4, 3), "target": L4})
loss(".p_2_margin_weight", nn.MultiMarginLoss, {"input": (4, 3), "target": L4}, p=2, margin=0.5, weight=W3)
loss("", nn.MultiLabelMarginLoss, {"input": (2, 4), "target": labels([3, 0, -1, 1], [1, -1, 0, 2])})
loss("", nn.MultiLabelSoftMarginLoss, {"input": (3, 2), "target": hard}, constant=("target",))
loss(".weight", nn.MultiLabelSoftMarginLoss, {"input": (3, 2), "target": hard}, constant=("target",), weight=torch.tensor([0.5, 2.0]))
TRIPLE = {"anchor": (4, 3), "positive": (4, 3), "negative": (4, 3)}
loss("", nn.TripletMarginLoss, TRIPLE)
loss(".margin_p_1", nn.TripletMarginLoss, TRIPLE, margin=2.5, p=1.0)
loss(".p_3_eps", nn.TripletMarginLoss, TRIPLE, p=3.0, eps=1e-2, margin=2.0)
loss(".swap", nn.TripletMarginLoss, TRIPLE, swap=True, margin=2.0)
loss(".one", nn.TripletMarginLoss, {"anchor": (3,), "positive": (3,), "negative": (3,)}, margin=3.0)
for swap in (False, True):
    loss(f".swap_{swap}", nn.TripletMarginWithDistanceLoss, TRIPLE, swap=swap, margin=3.0)
# CTC: input [time, n, classes] of log-probabilities, blank 0.
T = torch.log_softmax(values("ctc", 4, 2, 3), 2)
LENGTHS = {"targets": labels([1, 2], [2, 2]), "input_lengths": labels(4, 3), "target_lengths": labels(2, 1)}
loss("", nn.CTCLoss, {"log_probs": T, **LENGTHS})
for name, kind, a, b in (
    ("CosineSimilarity", nn.CosineSimilarity, (3, 4), (3, 4)), ("CosineSimilarity.broadcast", nn.CosineSimilarity, (1, 4), (3, 4)),
    ("PairwiseDistance", nn.PairwiseDistance, (3, 4), (3, 4)),
):
    case(name, kind, {}, {"a": a, "b": b})
case("CosineSimilarity.dim_0_eps", nn.CosineSimilarity, {"dim": 0, "eps": 0.5}, {"a": (3, 2), "b": (3, 2)})
case("CosineSimilarity.zero", nn.CosineSimilarity, {}, {"a": torch.tensor([[0.0, 0.0], [0.5, 0.25]]), "b": torch.tensor([[0.3, 0.4], [0.7, -0.2]])})
case("PairwiseDistance.p_1_kept", nn.PairwiseDistance, {"p": 1.0, "keepdim": True, "eps": 1e-3}, {"a": (3, 4), "b": (3, 4)})
case("PairwiseDistance.p_3", nn.PairwiseDistance, {"p": 3.0}, {"a": (3, 4), "b": (3, 4)})
