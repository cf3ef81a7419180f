"""Writes golden.txt: values and gradients of fused operations by PyTorch in float64, read by tests/all/golden.rs.

    python3 make.py > golden.txt

Needs PyTorch 2.4 or newer (made with 2.15). A line is an array of a case:

    case part shape value value ...

where the part is `in` (once for each input, in order), `labels`, `out`, `seed` (the cotangent of the output) or `grad` (once for each
input), and the shape is 2x3, or - for no axes.
"""

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
COUNT = 0


def values(*shape, low=-1.5, high=1.5):
    """Numbers that look random and are the same everywhere."""
    global COUNT
    COUNT += 1
    n = torch.Size(shape).numel()
    x = torch.sin(torch.arange(1, n + 1) * 1.7 + COUNT * 0.61)
    return (low + (high - low) * (x + 1) / 2).reshape(shape)


def line(case, part, x):
    shape = "x".join(str(n) for n in x.shape) or "-"
    print(case, part, shape, *(repr(v) for v in x.detach().flatten().tolist()))


def case(name, f, *inputs, labels=None):
    inputs = [x.clone().requires_grad_(True) for x in inputs]
    y = f(*inputs) if labels is None else f(*inputs, labels)
    seed = values(*y.shape)
    for x in inputs:
        line(name, "in", x)
    if labels is not None:
        line(name, "labels", labels)
    line(name, "out", y)
    line(name, "seed", seed)
    for g in torch.autograd.grad(y, inputs, seed):
        line(name, "grad", g)


X, LABELS = values(4, 3, low=-3, high=3), torch.tensor([0, 2, 1, 2])
WEIGHTS = torch.tensor([0.5, 2.0, 1.25])


def entropy(**options):
    return lambda x, t: F.cross_entropy(x, t, **options)


case("cross_entropy", entropy(), X, labels=LABELS)
case("cross_entropy.weights", entropy(weight=WEIGHTS), X, labels=LABELS)
case("cross_entropy.smoothing", entropy(label_smoothing=0.1), X, labels=LABELS)
case("cross_entropy.weights_smoothing", entropy(weight=WEIGHTS, label_smoothing=0.2), X, labels=LABELS)
case("cross_entropy.ignored", entropy(ignore_index=2), X, labels=LABELS)
case("cross_entropy.all", entropy(weight=WEIGHTS, label_smoothing=0.2, ignore_index=2), X, labels=LABELS)
case("cross_entropy.sum", entropy(weight=WEIGHTS, reduction="sum"), X, labels=LABELS)
case("cross_entropy.none", entropy(weight=WEIGHTS, label_smoothing=0.2, ignore_index=2, reduction="none"), X, labels=LABELS)
case("cross_entropy.axes", entropy(weight=WEIGHTS), values(2, 3, 2), labels=torch.tensor([[0, 1], [2, 0]]))
case("nll_loss", lambda x, t: F.nll_loss(x, t, weight=WEIGHTS, ignore_index=2), X, labels=LABELS)
SOFT = torch.softmax(values(4, 3), 1)
case("cross_entropy_soft", lambda x, t: F.cross_entropy(x, t, weight=WEIGHTS, label_smoothing=0.1), X, SOFT)

TARGET = values(4, 3, low=0.1, high=0.9)
case("bce.weight", lambda x, t: F.binary_cross_entropy_with_logits(x, t, weight=WEIGHTS), X, TARGET)
case("bce.pos_weight", lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=WEIGHTS), X, TARGET)
LOG = torch.log_softmax(X, 1)
case("kl_div", lambda x, t: F.kl_div(x, t, reduction="batchmean"), LOG, SOFT)
case("kl_div.log_target", lambda x, t: F.kl_div(x, t, reduction="mean", log_target=True), LOG, torch.log(SOFT))

case("layer_norm", lambda x, w, b: F.layer_norm(x, (3, 2), w, b, 1e-5), values(2, 3, 2), values(3, 2), values(3, 2))
case("rms_norm", lambda x, w: F.rms_norm(x, (3,), w, 1e-5), values(4, 3), values(3))
case("group_norm", lambda x, w, b: F.group_norm(x, 2, w, b, 1e-5), values(2, 4, 3), values(4), values(4))
case("instance_norm", lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-5), values(2, 3, 4), values(3), values(3))


def batch_norm(x, w, b):
    return F.batch_norm(x, None, None, w, b, training=True, eps=1e-5)


case("batch_norm", batch_norm, values(5, 3), values(3), values(3))
case("batch_norm.axes", batch_norm, values(2, 3, 4), values(3), values(3))
case(
    "batch_norm_with",
    lambda x, w, b: F.batch_norm(x, torch.tensor([0.1, -0.2, 0.3]), torch.tensor([0.5, 1.5, 2.0]), w, b, eps=1e-3),
    values(5, 3),
    values(3),
    values(3),
)


def cell(kind, gates):
    def run(x, *rest):
        state, weights = rest[: -4], rest[-4:]
        module = kind(x.shape[1], state[0].shape[1])
        named = dict(zip(["weight_ih", "weight_hh", "bias_ih", "bias_hh"], weights))
        out = torch.func.functional_call(module, named, (x, state if len(state) > 1 else state[0]))
        return torch.stack(out) if isinstance(out, tuple) else out

    return run


case("lstm_cell", cell(torch.nn.LSTMCell, 4), values(2, 3), values(2, 2), values(2, 2), values(8, 3), values(8, 2), values(8), values(8))
case("gru_cell", cell(torch.nn.GRUCell, 3), values(2, 3), values(2, 2), values(6, 3), values(6, 2), values(6), values(6))

QKV = (values(2, 3, 2), values(2, 4, 2), values(2, 4, 3))
KEEP = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, True, False]])
case("attention", lambda q, k, v: F.scaled_dot_product_attention(q, k, v), *QKV)
case("attention.causal", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), *QKV)
case("attention.keep", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=KEEP), *QKV)
case("attention.add", lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m, scale=0.3), *QKV, values(3, 4))
