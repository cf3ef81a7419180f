"""Writes kink.jsonl: PyTorch's values and gradients where a derivative is a convention, and where a formula is 0/0 or overflows.

    python kink.py > kink.jsonl

A file of its own: what PyTorch does there need not be right.
"""

import torch
from torch import nn

from golden import case

INF, NAN = float("inf"), float("nan")
FAR = [-1000.0, -40.0, 40.0, 1000.0]
for kind, given, at in (
    (nn.ReLU, {}, [0.0, -0.0, NAN]),
    (nn.ReLU6, {}, [0.0, 6.0, NAN]),
    (nn.LeakyReLU, {"negative_slope": 0.1}, [0.0, -0.0]),
    (nn.PReLU, {}, [0.0]),
    (nn.ELU, {"alpha": 2.0}, [0.0, *FAR]),
    (nn.CELU, {"alpha": 2.0}, [0.0, *FAR]),
    (nn.SELU, {}, [0.0, *FAR]),
    (nn.Hardtanh, {}, [-1.0, 1.0, NAN]),
    (nn.Hardsigmoid, {}, [-3.0, 3.0]),
    (nn.Hardswish, {}, [-3.0, 3.0]),
    (nn.Hardshrink, {}, [-0.5, 0.5]),
    (nn.Softshrink, {}, [-0.5, 0.5]),
    (nn.Threshold, {"threshold": 0.5, "value": 9.0}, [0.5]),
    (nn.Softplus, {}, [20.0, 20.0001, *FAR]),
    (nn.Softsign, {}, [0.0, *FAR]),
    (nn.Sigmoid, {}, FAR),
    (nn.Tanh, {}, FAR),
    (nn.LogSigmoid, {}, FAR),
    (nn.Mish, {}, FAR),
    (nn.SiLU, {}, FAR),
    (nn.GELU, {}, FAR),
    (nn.GELU, {"approximate": "tanh"}, FAR),
    (nn.Tanhshrink, {}, [0.0, *FAR]),
    (nn.Softmax, {"dim": 0}, [-1000.0, 0.0, 1000.0]),
    (nn.LogSoftmax, {"dim": 0}, [-1000.0, 0.0, 1000.0]),
    (nn.Softmax, {"dim": 0}, [-INF, 0.0, 1.0]),
    (nn.LayerNorm, {"normalized_shape": 2}, [3.0, 3.0]),
    (nn.RMSNorm, {"normalized_shape": 2}, [0.0, 0.0]),
    (nn.RMSNorm, {"normalized_shape": 2, "eps": 1e-5}, [0.0, 0.0]),
):
    label = "".join(f".{k}_{v}" for k, v in given.items())
    case(f"{kind.__name__}{label}.{'_'.join(map(str, at))}", kind, given, {"x": torch.tensor(at)})
for kind in (nn.MaxPool1d, nn.AdaptiveMaxPool1d):
    key = {"kernel_size": 3} if kind is nn.MaxPool1d else {"output_size": 2}
    case(f"{kind.__name__}.ties", kind, key, {"x": torch.tensor([[1.0, 1.0, 1.0, 2.0, 3.0, 3.0]])})
    case(f"{kind.__name__}.nan", kind, key, {"x": torch.tensor([[1.0, NAN, 2.0, 2.0, 1.0, 0.0]])})
case("MaxPool1d.minus_infinity_padded", nn.MaxPool1d, {"kernel_size": 2, "padding": 1}, {"x": torch.tensor([[-INF, -INF, 1.0]])})
ZERO = {"target": torch.zeros(3)}
for kind in (nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss):
    case(f"{kind.__name__}.borders", kind, {"reduction": "none"}, {"input": torch.tensor([0.0, 1.0, -1.0]), **ZERO}, constant=("target",))
case("HingeEmbeddingLoss.margin", nn.HingeEmbeddingLoss, {"reduction": "none"}, {"input": torch.tensor([1.0]), "target": torch.tensor([-1.0])}, constant=("target",))
case("CosineSimilarity.zero", nn.CosineSimilarity, {"dim": 0}, {"a": torch.zeros(2), "b": torch.ones(2)})
case("LPPool1d.zeros", nn.LPPool1d, {"norm_type": 2, "kernel_size": 2}, {"x": torch.zeros(1, 4)})
