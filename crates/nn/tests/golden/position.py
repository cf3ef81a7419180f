"""Writes position.jsonl: positions, by the formulas of the papers, in PyTorch.

    python position.py > position.jsonl

`sinusoidal` (Vaswani et al. 2017, section 3.5): row t has sin(t / base^(2i / dim)) at 2i and cos of the same at 2i + 1; of an odd width the last
cosine is left out. Its output is the table, or with an input `x` of shape [.., time, dim] the sum with it, from position `offset` on.

`rotary` (Su et al. 2021): the pair i of the dim / 2 pairs is turned by the angle t / base^(2i / dim), from position `offset` on:
(a, b) becomes (a cos - b sin, a sin + b cos). The pairs are (2i, 2i + 1) where `layout` is `interleaved`, as in the paper, or (i, i + dim / 2)
where it is `halves`, as LLaMA's weights are commonly stored. `x` is [.., time, dim]; with `rotated` below dim only the first so many values of
each vector are turned.
"""

import torch
from torch import nn

from golden import case


def angles(time, dim, base, offset):
    i = torch.arange((dim + 1) // 2, dtype=torch.float64)
    t = torch.arange(offset, offset + time, dtype=torch.float64)
    return t[:, None] / base ** (2 * i / dim)


def table(time, dim, base, offset):
    a = angles(time, dim, base, offset)
    return torch.stack([a.sin(), a.cos()], dim=2).flatten(1)[:, :dim]


def rotate(x, base, offset, layout, rotated):
    head, tail = x[..., :rotated], x[..., rotated:]
    a = angles(x.shape[-2], rotated, base, offset)
    cos, sin = a.cos(), a.sin()
    if layout == "interleaved":
        one, two = head[..., 0::2], head[..., 1::2]
    else:
        one, two = head[..., : rotated // 2], head[..., rotated // 2 :]
    turned = [one * cos - two * sin, one * sin + two * cos]
    head = torch.stack(turned, dim=-1).flatten(-2) if layout == "interleaved" else torch.cat(turned, dim=-1)
    return torch.cat([head, tail], dim=-1)


class sinusoidal(nn.Module):
    def __init__(self, time, dim, base=10000.0, offset=0):
        super().__init__()
        self.args = (time, dim, base, offset)

    def forward(self, x=None):
        t = table(*self.args)
        return t if x is None else x + t


class rotary(nn.Module):
    def __init__(self, dim, layout, base=10000.0, offset=0, rotated=None):
        super().__init__()
        self.args = (base, offset, layout, dim if rotated is None else rotated)

    def forward(self, x):
        return rotate(x, *self.args)


for label, given in (
    ("", {"time": 5, "dim": 6}), (".odd", {"time": 3, "dim": 5}), (".width_1", {"time": 4, "dim": 1}), (".width_2", {"time": 2, "dim": 2}),
    (".base_100", {"time": 3, "dim": 4, "base": 100.0}), (".offset", {"time": 3, "dim": 4, "offset": 7}), (".far", {"time": 2, "dim": 4, "offset": 5000}),
    (".none", {"time": 0, "dim": 4}),
):
    case(f"sinusoidal{label}", sinusoidal, given, {})
case("sinusoidal.added", sinusoidal, {"time": 3, "dim": 4}, {"x": (2, 3, 4)})
for layout in ("interleaved", "halves"):
    for label, given, shape in (
        ("", {"dim": 4}, (3, 4)), (".heads", {"dim": 6}, (1, 2, 3, 6)), (".width_2", {"dim": 2}, (2, 4, 2)), (".base", {"dim": 4, "base": 100.0}, (3, 4)),
        (".offset", {"dim": 4, "offset": 9}, (2, 2, 4)), (".part", {"dim": 6, "rotated": 4}, (2, 3, 6)), (".one_token", {"dim": 4}, (1, 4)),
    ):
        case(f"rotary.{layout}{label}", rotary, {"layout": layout, **given}, {"x": shape})
