"""Writes linear.jsonl: torch.nn.Linear.

    python linear.py > linear.jsonl
"""

from torch import nn

from golden import case

for name, inputs, outputs, bias, shape in [
    ("Linear", 3, 2, True, (4, 3)),
    ("Linear.no_bias", 3, 2, False, (4, 3)),
    ("Linear.one_vector", 3, 4, True, (3,)),
    ("Linear.rank4", 2, 3, True, (1, 2, 2, 2)),
    ("Linear.one_to_one", 1, 1, True, (5, 1)),
    ("Linear.empty_batch", 3, 2, True, (0, 3)),
]:
    case(name, nn.Linear, {"in_features": inputs, "out_features": outputs, "bias": bias}, {"x": shape})
