"""Writes norm.jsonl: normalisations of torch.nn, and weight normalisation.

    python norm.py > norm.jsonl

`x0`, `x1`, ... are passed one after the other through one module, whose outputs are listed in that order.
"""

import warnings

import torch
from torch import nn

from golden import Values, case

warnings.filterwarnings("ignore")


def each(m, **xs):
    return [m(x) for x in xs.values()]


def several(*shapes):
    return {f"x{i}": shape for i, shape in enumerate(shapes)}


COUNTED = [  # statistics that run: label, arguments, modes
    ("", {}, ("train", "eval")),
    (".no_affine", {"affine": False}, ("train", "eval")),
    (".untracked", {"track_running_stats": False}, ("train", "eval")),
    (".untracked_no_affine", {"affine": False, "track_running_stats": False}, ("train",)),
    (".momentum_none", {"momentum": None}, ("train", "eval")),
    (".momentum_0.3", {"momentum": 0.3, "eps": 1e-2}, ("train", "eval")),
    (".momentum_1", {"momentum": 1.0}, ("train",)),
    (".momentum_0", {"momentum": 0.0}, ("train",)),
]


def begun(kind, given, name, batches):
    """A module that has seen so many batches."""
    from golden import fill

    m = kind(**given)
    fill(m, Values(name))
    if m.num_batches_tracked is not None:
        m.num_batches_tracked.fill_(batches)
    return m


for kind, shape in ((nn.BatchNorm1d, (5, 3)), (nn.BatchNorm1d, (2, 3, 4)), (nn.BatchNorm2d, (2, 3, 2, 3))):
    for label, given, modes in COUNTED:
        given = {"num_features": 3, **given}
        for mode in modes:
            name = f"{kind.__name__}{label}.rank{len(shape)}.{mode}"
            case(name, kind, given, {"x0": shape}, call=each, mode=mode)
for kind, shape in ((nn.BatchNorm1d, (4, 2)), (nn.BatchNorm2d, (2, 2, 2, 2))):
    for label, given in (("", {}), (".momentum_none", {"momentum": None}), (".momentum_0.5", {"momentum": 0.5})):
        given = {"num_features": 2, **given}
        other = (shape[0] + 1, *shape[1:])
        name = f"{kind.__name__}{label}.three_forwards"
        case(name, kind, given, several(shape, other, shape), call=each)
        name = f"{kind.__name__}{label}.after_7_batches"
        case(name, kind, given, several(shape, shape), call=each, module=begun(kind, given, name, 7), keep=True)
case("BatchNorm1d.one_sequence", nn.BatchNorm1d, {"num_features": 2}, {"x0": (1, 2, 3)}, call=each)
case("BatchNorm1d.one_row.eval", nn.BatchNorm1d, {"num_features": 3}, {"x0": (1, 3)}, call=each, mode="eval")
case("BatchNorm1d.two_rows", nn.BatchNorm1d, {"num_features": 3}, {"x0": (2, 3)}, call=each)
case("BatchNorm2d.one_image", nn.BatchNorm2d, {"num_features": 2}, {"x0": (1, 2, 3, 2)}, call=each)
case("BatchNorm1d.as_made", nn.BatchNorm1d, {"num_features": 3}, several((4, 3), (3, 3)), call=each, keep=True)
case("BatchNorm1d.empty_batch.eval", nn.BatchNorm1d, {"num_features": 3}, {"x0": (0, 3)}, call=each, mode="eval")
name = "BatchNorm1d.constant_column"
x = Values(name).uniform(4, 2)
x[:, 1] = 0.5
case(name, nn.BatchNorm1d, {"num_features": 2}, {"x0": x}, call=each)
case("BatchNorm1d.one_feature", nn.BatchNorm1d, {"num_features": 1}, {"x0": (6, 1)}, call=each)

for kind, shape in ((nn.InstanceNorm1d, (2, 3, 4)), (nn.InstanceNorm2d, (2, 3, 2, 3))):
    for label, given in (
        ("", {}),
        (".affine", {"affine": True}),
        (".tracked", {"track_running_stats": True}),
        (".affine_tracked", {"affine": True, "track_running_stats": True, "momentum": 0.3, "eps": 1e-3}),
        (".momentum_none_tracked", {"track_running_stats": True, "momentum": None}),
    ):
        given = {"num_features": 3, **given}
        for mode in ("train", "eval"):
            case(f"{kind.__name__}{label}.{mode}", kind, given, {"x0": shape}, call=each, mode=mode)
    tracked = {"num_features": 3, "affine": True, "track_running_stats": True}
    case(f"{kind.__name__}.three_forwards", kind, tracked, several(shape, shape, (1, *shape[1:])), call=each)
    case(f"{kind.__name__}.unbatched", kind, {"num_features": 3, "affine": True}, {"x0": shape[1:]}, call=each)
    case(f"{kind.__name__}.unbatched_tracked", kind, tracked, {"x0": shape[1:]}, call=each)
    case(f"{kind.__name__}.one_of_a_batch", kind, tracked, {"x0": (1, *shape[1:])}, call=each)

for label, given, shape in (
    ("", {"normalized_shape": 4}, (3, 4)),
    (".two_axes", {"normalized_shape": [2, 3]}, (2, 2, 3)),
    (".whole", {"normalized_shape": [2, 3]}, (2, 3)),
    (".one_vector", {"normalized_shape": 5}, (5,)),
    (".rank4", {"normalized_shape": [3]}, (1, 2, 2, 3)),
    (".no_affine", {"normalized_shape": 4, "elementwise_affine": False}, (2, 4)),
    (".no_bias", {"normalized_shape": 4, "bias": False}, (2, 4)),
    (".eps_0.1", {"normalized_shape": 3, "eps": 0.1}, (2, 3)),
    (".width_1", {"normalized_shape": 1}, (3, 1)),
    (".empty_batch", {"normalized_shape": 3}, (0, 3)),
):
    case(f"LayerNorm{label}", nn.LayerNorm, given, {"x0": shape}, call=each)

for label, given, shape in (
    ("", {"num_groups": 2, "num_channels": 4}, (2, 4, 3)),
    (".one_group", {"num_groups": 1, "num_channels": 3}, (2, 3, 2, 2)),
    (".a_group_each", {"num_groups": 3, "num_channels": 3}, (2, 3, 2, 2)),
    (".no_axes_of_space", {"num_groups": 2, "num_channels": 6}, (3, 6)),
    (".no_affine", {"num_groups": 2, "num_channels": 4, "affine": False}, (1, 4, 2, 3)),
    (".eps_0.1", {"num_groups": 2, "num_channels": 4, "eps": 0.1}, (2, 4, 3)),
    (".empty_batch", {"num_groups": 2, "num_channels": 4}, (0, 4, 3)),
):
    case(f"GroupNorm{label}", nn.GroupNorm, given, {"x0": shape}, call=each)

for label, given, shape in (
    ("", {"normalized_shape": 4}, (3, 4)),
    (".two_axes", {"normalized_shape": [2, 3]}, (2, 2, 3)),
    (".eps_0.1", {"normalized_shape": 4, "eps": 0.1}, (3, 4)),
    (".no_affine", {"normalized_shape": 4, "elementwise_affine": False}, (3, 4)),
    (".one_vector", {"normalized_shape": 3}, (3,)),
    (".rank4", {"normalized_shape": 3}, (1, 2, 2, 3)),
):
    case(f"RMSNorm{label}", nn.RMSNorm, given, {"x0": shape}, call=each)

# Weight normalisation. The newer form keeps `parametrizations.weight.original0` (the lengths) and `original1` (the directions) behind the
# other parameters, the older `weight_g` and `weight_v`, also behind them.
STYLES = (("parametrized", torch.nn.utils.parametrizations.weight_norm), ("older", torch.nn.utils.weight_norm))
LAYERS = (
    ("Linear", nn.Linear, {"in_features": 3, "out_features": 2}, (4, 3)),
    ("Linear.no_bias", nn.Linear, {"in_features": 3, "out_features": 2, "bias": False}, (2, 3)),
    ("Conv1d", nn.Conv1d, {"in_channels": 2, "out_channels": 3, "kernel_size": 2}, (2, 2, 4)),
    ("Conv2d", nn.Conv2d, {"in_channels": 2, "out_channels": 2, "kernel_size": (2, 3)}, (1, 2, 3, 4)),
)
for style, wrap in STYLES:
    for label, kind, given, shape in LAYERS:
        for dim in (0, 1, -1, None):
            if dim not in (0, None) and label != "Linear":
                continue
            case(
                f"weight_norm.{style}.{label}.dim_{dim}", kind, given, {"x0": shape}, call=each,
                module=wrap(kind(**given), dim=dim), extra={"style": style, "dim": dim},
            )
    # The state that it begins with: lengths and directions from a weight.
    linear = nn.Linear(3, 2)
    with torch.no_grad():
        linear.weight.copy_(Values("begins").uniform(2, 3))
        linear.bias.copy_(Values("begins.bias").uniform(2))
    weight = linear.weight.detach().clone()
    case(
        f"weight_norm.{style}.begins", nn.Linear, {"in_features": 3, "out_features": 2}, {"x0": (2, 3)}, call=each, keep=True,
        module=wrap(linear), extra={"style": style, "dim": 0, "weight": {"shape": [2, 3], "data": weight.flatten().tolist()}},
    )
