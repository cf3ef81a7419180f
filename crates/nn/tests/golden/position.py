"""Writes position.jsonl: sinusoidal and rotary positions, which torch.nn has not.

    python position.py > position.jsonl

Sinusoids are the paper's, interleaved; rotations of neighbours are products of complex numbers, those of halves are by the rotated half, as
the `transformers` library writes them. `offset` is the place of the first vector.
"""

import torch
from torch import nn

from golden import case


def frequencies(size, base):
    return base ** (-torch.arange(0, size, 2) / size)


def places(x, offset):
    return torch.arange(offset, offset + x.shape[-2]).to(x)


class Sinusoidal(nn.Module):
    def __init__(self, size, offset=0):
        super().__init__()
        self.offset, self.size = offset, size

    def forward(self, x):
        angles = places(x, self.offset)[:, None] * frequencies(self.size, 1e4)
        table = torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)
        return x + table[:, : self.size]


class Rotary(nn.Module):
    def __init__(self, size, base=10000.0, half=False, offset=0):
        super().__init__()
        self.base, self.half, self.offset, self.size = base, half, offset, size

    def forward(self, x):
        angles = places(x, self.offset)[:, None] * frequencies(self.size, self.base)
        if self.half:
            a, b = x.chunk(2, -1)
            angles = torch.cat([angles, angles], -1)
            return x * angles.cos() + torch.cat([-b, a], -1) * angles.sin()
        turned = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous()) * torch.polar(torch.ones_like(angles), angles)
        return torch.view_as_real(turned).flatten(-2)


for label, size, shape, offset in (
    ("", 4, (2, 3, 4), 0),
    (".one_sequence", 6, (5, 6), 0),
    (".odd", 5, (2, 4, 5), 0),
    (".offset", 4, (2, 3, 4), 70),
    (".heads", 2, (2, 3, 4, 2), 1),
):
    case(f"Sinusoidal{label}", Sinusoidal, {"size": size, "offset": offset}, {"x": shape})
for half in (False, True):
    kind = "half" if half else "neighbours"
    for label, size, shape, more in (
        ("", 4, (2, 3, 4), {}),
        (".heads", 6, (2, 2, 4, 6), {}),
        (".one_pair", 2, (5, 2), {}),
        (".offset", 4, (2, 3, 4), {"offset": 90}),
        (".base", 8, (1, 3, 8), {"base": 500000.0, "offset": 3}),
    ):
        case(f"Rotary.{kind}{label}", Rotary, {"size": size, "half": half, **more}, {"x": shape})
