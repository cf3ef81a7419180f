"""Writes init.jsonl: what PyTorch's float32 tensors begin with after torch.manual_seed.

    python init.py > init.jsonl

A line has `case`, `layer` (the function or class), `args`, `seed`, and `state`: for each tensor in the order of the state dictionary an object
with `name`, `shape`, `hash` and, of at most 64 numbers, `data` with all of them, else `first` with four. The hash is FNV-1a over the bits with
words as the symbols: from 0x811c9dc5, for each number in order `h = (h ^ bits) * 0x01000193` modulo 2^32. `mode` is always `eval`.

Uniform numbers, and with them most layers, have the same bits on any processor with fused multiply-add. Normal ones of 16 numbers and more
come from a vectorised logarithm and cosine, and orthogonal ones from LAPACK: those may differ elsewhere in the last bit.
"""

import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import init

from golden import plain, write

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float32)


def digest(x):
    h = 0x811C9DC5
    for bits in x.detach().contiguous().numpy().view(np.uint32).ravel().tolist():
        h = (h ^ bits) * 0x01000193 & 0xFFFFFFFF
    return h


def entry(name, x):
    if not x.is_floating_point():
        return {"name": name, "shape": list(x.shape), "data": x.flatten().tolist()}
    values = [float(str(v)) for v in x.detach().numpy().ravel()]
    shown = {"data": values} if len(values) <= 64 else {"first": values[:4]}
    return {"name": name, "shape": list(x.shape), "hash": digest(x), **shown}


def line(name, layer, args, seed, state):
    args = {k: plain(v) for k, v in args.items()}
    write(case=name, layer=layer, args=args, mode="eval", seed=seed, state=[entry(n, x) for n, x in state])


SHAPES = [(3, 5), (4, 2, 3), (2, 3, 2, 2), (20, 10)]


def function(f, seed=1, shapes=SHAPES, **args):
    label = "".join(f".{k}_{v}" for k, v in args.items())
    for shape in shapes:
        torch.manual_seed(seed)
        x = torch.empty(shape).fill_(7.0)
        f(x, **args)
        line(f"{f.__name__}{label}.of_{'x'.join(map(str, shape)) or 'no_axes'}", f.__name__, args, seed, [("x", x)])


VECTORS = [(5,), (15,), (16,), (17,), (40,), (3, 5), ()]
function(init.uniform_, shapes=VECTORS)
function(init.uniform_, shapes=[(7,)], a=-0.5, b=2.0)
function(init.normal_, shapes=VECTORS)
function(init.normal_, shapes=[(7,), (33,)], mean=2.0, std=0.3)
function(init.constant_, shapes=[(2, 2)], val=0.3)
function(init.ones_, shapes=[(3,)])
function(init.zeros_, shapes=[(3,)])
function(init.eye_, shapes=[(3, 3), (2, 4), (4, 2)])
function(init.dirac_, shapes=[(3, 3, 3), (2, 4, 2), (4, 2, 3, 3), (4, 2, 2, 5)])
function(init.dirac_, shapes=[(4, 2, 3)], groups=2)
function(init.xavier_uniform_)
function(init.xavier_uniform_, gain=2.5)
function(init.xavier_normal_)
function(init.xavier_normal_, gain=0.5)
for f in (init.kaiming_uniform_, init.kaiming_normal_):
    function(f)
    function(f, mode="fan_out")
    function(f, a=0.2)
    for nonlinearity in ("linear", "relu", "tanh", "sigmoid", "selu"):
        function(f, nonlinearity=nonlinearity, shapes=[(3, 5)])
function(init.trunc_normal_, shapes=[(5,), (16,), (20, 10)])
function(init.trunc_normal_, shapes=[(5,), (40,)], mean=1.0, std=0.5, a=0.0, b=1.2)
function(init.trunc_normal_, shapes=[(8,)], std=0.02)
function(init.orthogonal_, shapes=[(3, 3), (2, 4), (4, 2), (2, 3, 2), (1, 3), (8, 8)])
function(init.orthogonal_, shapes=[(3, 3)], gain=2.0)
function(init.sparse_, shapes=[(4, 3), (10, 2)], sparsity=0.3)
for nonlinearity in ("linear", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
    write(case=f"gain.{nonlinearity}", layer="calculate_gain", args={"nonlinearity": nonlinearity, "param": None}, mode="eval", gain=float(init.calculate_gain(nonlinearity)))
for slope in (0, 0.2, 2.0):
    write(case=f"gain.leaky_relu_{slope}", layer="calculate_gain", args={"nonlinearity": "leaky_relu", "param": slope}, mode="eval", gain=float(init.calculate_gain("leaky_relu", slope)))


def made(label, kind, seed=3, **args):
    torch.manual_seed(seed)
    m = kind(**args)
    after = torch.rand(1)
    state = [*m.state_dict().items(), ("(the next uniform number)", after)]
    line(f"{kind.__name__}{label}", kind.__name__, args, seed, state)


made("", nn.Linear, in_features=3, out_features=4)
made(".no_bias", nn.Linear, in_features=3, out_features=4, bias=False)
made("", nn.Bilinear, in1_features=2, in2_features=3, out_features=4)
for kind in (nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d):
    made("", kind, in_channels=2, out_channels=3, kernel_size=3)
    made(".groups", kind, in_channels=4, out_channels=6, kernel_size=2, groups=2)
    made(".no_bias", kind, in_channels=2, out_channels=2, kernel_size=3, bias=False)
    made(".large", kind, in_channels=16, out_channels=32, kernel_size=3)
made(".asymmetric", nn.Conv2d, in_channels=2, out_channels=3, kernel_size=(1, 4))
made("", nn.Embedding, num_embeddings=5, embedding_dim=3)
made(".small", nn.Embedding, num_embeddings=3, embedding_dim=2)
made(".padding", nn.Embedding, num_embeddings=5, embedding_dim=4, padding_idx=2)
made(".large", nn.Embedding, num_embeddings=65, embedding_dim=64)
for kind in (nn.RNN, nn.LSTM, nn.GRU):
    made("", kind, input_size=2, hidden_size=3)
    made(".two_layers_bidirectional", kind, input_size=2, hidden_size=3, num_layers=2, bidirectional=True)
    made(".no_bias", kind, input_size=2, hidden_size=3, bias=False)
    made(".large", kind, input_size=28, hidden_size=64)
made(".projected", nn.LSTM, input_size=2, hidden_size=3, proj_size=2, num_layers=2)
for kind in (nn.RNNCell, nn.LSTMCell, nn.GRUCell):
    made("", kind, input_size=2, hidden_size=3)
made("", nn.MultiheadAttention, embed_dim=4, num_heads=2)
made(".no_bias", nn.MultiheadAttention, embed_dim=4, num_heads=2, bias=False)
made(".kdim_vdim", nn.MultiheadAttention, embed_dim=4, num_heads=2, kdim=3, vdim=5)
made(".bias_kv", nn.MultiheadAttention, embed_dim=4, num_heads=2, add_bias_kv=True)
made(".large", nn.MultiheadAttention, embed_dim=64, num_heads=4)
made("", nn.TransformerEncoderLayer, d_model=4, nhead=2, dim_feedforward=5)
made(".large", nn.TransformerEncoderLayer, d_model=64, nhead=4, dim_feedforward=128)
made("", nn.TransformerDecoderLayer, d_model=4, nhead=2, dim_feedforward=5)
for kind, args in (
    (nn.BatchNorm1d, {"num_features": 3}), (nn.BatchNorm2d, {"num_features": 3}), (nn.LayerNorm, {"normalized_shape": 3}),
    (nn.GroupNorm, {"num_groups": 2, "num_channels": 4}), (nn.InstanceNorm2d, {"num_features": 3, "affine": True, "track_running_stats": True}),
    (nn.RMSNorm, {"normalized_shape": 3}), (nn.PReLU, {"num_parameters": 2}),
):
    made("", kind, **args)


class linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(40, 10)


class mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1, self.linear2, self.linear3 = nn.Linear(40, 100), nn.Linear(100, 100), nn.Linear(100, 10)


class cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 25, 5, stride=2, padding=1)
        self.conv2 = nn.Conv1d(25, 25, 3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(25, 25, 3, stride=2, padding=1)
        self.linear = nn.Linear(125, 10)


class gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(input_size=1, hidden_size=6, batch_first=True, bidirectional=True)
        self.linear = nn.Linear(480, 10)


# The models of the paper of MNIST-1D, layers made in the order of their calculation.
for model in (linear, mlp, cnn, gru):
    made(".mnist1d", model, seed=42)
