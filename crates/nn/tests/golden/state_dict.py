"""Writes pytorch/*.safetensors, pytorch/*.npz and pytorch.jsonl: state dictionaries as PyTorch and NumPy save them, in float32.

    python state_dict.py > pytorch.jsonl

A line has `case`, `layer`, `file`, `args`, `mode` (always `eval`), `state` as `[name, shape, type]`, `inputs` and `outputs`: what the saved
layer computes, in float32 with the digits that tell it from its neighbours. Of a line whose file is an .npz, or has another type, the state
has the values too. The script is not called pytorch.py: another library imports a module of that name if there is one.
"""

import os
import warnings
from collections import OrderedDict

import numpy as np
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils import parametrizations

from golden import Values, arguments, flat, write

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float32)
os.makedirs("pytorch", exist_ok=True)
RECURRENT = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
TYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def short(x):
    """Values with as many digits as float32 needs."""
    return [float(str(v)) if isinstance(v, np.floating) else int(v) for v in x.detach().numpy().ravel()]


def shown(x):
    return {"shape": list(x.shape), "data": short(x), **({} if x.is_floating_point() else {"int": True})}


def save(name, kind, args, *shapes, wrap=lambda m: m, defaults=(), call=None):
    torch.manual_seed(5)
    module = wrap(kind(**args))
    inputs = [x if isinstance(x, torch.Tensor) else Values(f"{name}{i}").uniform(*x).float() for i, x in enumerate(shapes)]
    for _ in range(2):  # statistics that run have run
        module(*inputs)
    module.eval()
    with torch.no_grad():
        y = call(module, *inputs) if call else module(*inputs)
    outputs, todo = [], [y]
    while todo:
        y = todo.pop(0)
        todo = (list(y) + todo) if isinstance(y, tuple) else todo
        outputs += [y] if isinstance(y, torch.Tensor) else []
    state = module.state_dict()
    safetensors.torch.save_file(state, f"pytorch/{name}.safetensors")
    write(
        case=name, layer=kind.__name__, file=f"pytorch/{name}.safetensors", args=arguments(kind, args, dict(defaults)), mode="eval",
        state=[[n, list(x.shape), TYPES[x.dtype]] for n, x in state.items()],
        inputs={n: shown(x) for n, x in zip(("x", "y", "z"), inputs)}, outputs=[shown(y) for y in outputs],
    )
    return module


save("Linear", nn.Linear, {"in_features": 3, "out_features": 2}, (2, 3))
save("Conv1d", nn.Conv1d, {"in_channels": 2, "out_channels": 3, "kernel_size": 3}, (2, 2, 5))
save("Conv2d", nn.Conv2d, {"in_channels": 2, "out_channels": 3, "kernel_size": (2, 3), "padding": 1, "bias": False}, (1, 2, 4, 4))
save("ConvTranspose1d", nn.ConvTranspose1d, {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 2}, (1, 2, 3))
save("ConvTranspose2d", nn.ConvTranspose2d, {"in_channels": 4, "out_channels": 2, "kernel_size": 2, "groups": 2}, (1, 4, 2, 3))
save("Embedding", nn.Embedding, {"num_embeddings": 5, "embedding_dim": 3, "padding_idx": 0}, torch.tensor([[0, 4], [2, 2]]))
save("BatchNorm1d", nn.BatchNorm1d, {"num_features": 3}, (4, 3))
save("BatchNorm2d", nn.BatchNorm2d, {"num_features": 2, "affine": False}, (2, 2, 2, 3))
save("LayerNorm", nn.LayerNorm, {"normalized_shape": [2, 3]}, (2, 2, 3))
save("GroupNorm", nn.GroupNorm, {"num_groups": 2, "num_channels": 4}, (2, 4, 3))
save("InstanceNorm1d", nn.InstanceNorm1d, {"num_features": 2, "affine": True}, (2, 2, 4))
save("InstanceNorm2d", nn.InstanceNorm2d, {"num_features": 2, "affine": True, "track_running_stats": True}, (2, 2, 2, 3))
save("RMSNorm", nn.RMSNorm, {"normalized_shape": 4}, (2, 4))
save("PReLU", nn.PReLU, {"num_parameters": 3}, (2, 3, 2))
save("weight_norm", nn.Linear, {"in_features": 3, "out_features": 2}, (2, 3), wrap=parametrizations.weight_norm)
save("weight_norm_older", nn.Linear, {"in_features": 3, "out_features": 2}, (2, 3), wrap=torch.nn.utils.weight_norm)
for kind, more in ((nn.RNN, {"nonlinearity": "tanh"}), (nn.LSTM, {"proj_size": 0}), (nn.GRU, {})):
    save(kind.__name__, kind, {"input_size": 2, "hidden_size": 3, "num_layers": 2, "bidirectional": True}, (3, 2, 2), defaults={**RECURRENT, **more})
save("LSTM_projected", nn.LSTM, {"input_size": 2, "hidden_size": 3, "proj_size": 2}, (3, 2, 2), defaults=RECURRENT)
for kind in (nn.RNNCell, nn.LSTMCell, nn.GRUCell):
    save(kind.__name__, kind, {"input_size": 2, "hidden_size": 3}, (2, 2))
TOKENS = [(3, 2, 4)] * 3
save("MultiheadAttention", nn.MultiheadAttention, {"embed_dim": 4, "num_heads": 2}, *TOKENS)
save("MultiheadAttention_kdim", nn.MultiheadAttention, {"embed_dim": 4, "num_heads": 2, "kdim": 3, "vdim": 5, "add_bias_kv": True}, (2, 2, 4), (3, 2, 3), (3, 2, 5))
save("TransformerEncoderLayer", nn.TransformerEncoderLayer, {"d_model": 4, "nhead": 2, "dim_feedforward": 5, "dropout": 0.0}, (3, 2, 4))


class TransformerEncoder(nn.TransformerEncoder):
    def __init__(self, d_model, nhead, dim_feedforward, num_layers, dropout=0.0):
        layer = nn.TransformerEncoderLayer(d_model, nhead, dim_feedforward, dropout)
        super().__init__(layer, num_layers, nn.LayerNorm(d_model), enable_nested_tensor=False)


save("TransformerEncoder", TransformerEncoder, {"d_model": 4, "nhead": 2, "dim_feedforward": 3, "num_layers": 2}, (3, 2, 4))
save("TransformerDecoderLayer", nn.TransformerDecoderLayer, {"d_model": 4, "nhead": 2, "dim_feedforward": 5, "dropout": 0.0}, (3, 2, 4), (2, 2, 4))


class Net(nn.Module):
    """A net of several layers, in a sequence within a net."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


save("Net", Net, {}, (2, 1, 4, 4))

# Other types. The values are those of float32, rounded.
linear = save("Linear_again", nn.Linear, {"in_features": 3, "out_features": 4}, (2, 3))
EDGES = torch.tensor([0.0, -0.0, 1.0, 65504.0, 6e-8, 6.1035e-05, 1e-3, float("inf"), float("-inf"), 3.3895e38, 1e-40, -2.5])
for name, kind in (("half", torch.float16), ("bf16", torch.bfloat16), ("f64", torch.float64)):
    state = OrderedDict((n, x.detach().to(kind)) for n, x in linear.state_dict().items())
    safetensors.torch.save_file(state, f"pytorch/Linear_{name}.safetensors")
    edges = {"edges": EDGES.to(kind)}
    safetensors.torch.save_file(edges, f"pytorch/edges_{name}.safetensors")
    for case, state in ((f"Linear_{name}", state), (f"edges_{name}", edges)):
        entries = [[n, list(x.shape), TYPES[x.dtype], flat(x.double())] for n, x in state.items()]
        write(case=case, layer="Linear" if case[0] == "L" else "none", file=f"pytorch/{case}.safetensors", args={}, mode="eval", state=entries, inputs={}, outputs=[])

# NumPy's archives.
f32 = {n: x.detach().numpy() for n, x in linear.state_dict().items()}
net = {n: x.detach().numpy() for n, x in Net().state_dict().items()}
ARCHIVES = {
    "Linear": (np.savez, f32), "Linear_compressed": (np.savez_compressed, f32), "Net": (np.savez, net), "Net_compressed": (np.savez_compressed, net),
    "Linear_f16": (np.savez, {n: x.astype(np.float16) for n, x in f32.items()}), "Linear_f64": (np.savez, {n: x.astype(np.float64) for n, x in f32.items()}),
    "Linear_column_major": (np.savez, {n: np.asfortranarray(x) for n, x in f32.items()}),
    "Linear_big_endian": (np.savez, {n: x.astype(">f4") for n, x in f32.items()}),
    "none": (np.savez, {}), "empty_axis": (np.savez, {"weight": np.zeros((0, 3), np.float32), "count": np.array(7, np.int64)}),
}
for name, (how, arrays) in ARCHIVES.items():
    how(f"pytorch/{name}.npz", **arrays)
    entries = [[n, list(x.shape), x.dtype.str, [float(v if x.itemsize == 2 else str(v)) if x.dtype.kind == "f" else int(v) for v in x.ravel()]] for n, x in arrays.items()]
    write(case=f"{name}.npz", layer="npz", file=f"pytorch/{name}.npz", args={}, mode="eval", state=entries, inputs={}, outputs=[])
