"""Writes shape.jsonl: layers of torch.nn that only move, repeat or blend values.

    python shape.py > shape.jsonl
"""

import warnings

from torch import nn

from golden import case

warnings.filterwarnings("ignore")

for label, given, shape in (
    ("", {}, (2, 3, 4)), (".rank2", {}, (2, 3)), (".rank4", {}, (2, 1, 2, 3)), (".empty_batch", {}, (0, 2, 2)),
    (".whole", {"start_dim": 0}, (2, 3)), (".first_two", {"start_dim": 0, "end_dim": 1}, (2, 3, 2)),
    (".middle", {"start_dim": 1, "end_dim": -2}, (2, 2, 3, 2)), (".negative", {"start_dim": -2}, (2, 3, 2)),
    (".one_axis", {"start_dim": 1, "end_dim": 1}, (2, 3, 2)),
):
    case(f"Flatten{label}", nn.Flatten, given, {"x": shape})
for label, given, shape in (
    ("", {"dim": 1, "unflattened_size": (2, 3)}, (2, 6)), (".inferred", {"dim": 1, "unflattened_size": (2, -1)}, (2, 6)),
    (".last", {"dim": -1, "unflattened_size": (2, 1, 2)}, (3, 4)), (".first", {"dim": 0, "unflattened_size": (2, 2)}, (4, 3)),
):
    case(f"Unflatten{label}", nn.Unflatten, given, {"x": shape})

SIZES = {"double": {"scale_factor": 2}, "real": {"scale_factor": 1.5}, "shrunk": {"scale_factor": 0.6}, "up": {"size": 7}, "down": {"size": 2}, "one": {"size": 1}}
for mode, rank in (("nearest", 1), ("linear", 1), ("nearest", 2), ("bilinear", 2), ("nearest-exact", 1), ("nearest-exact", 2)):
    for align in (None,) if mode.startswith("nearest") else (None, True):
        for label, given in SIZES.items():
            given = {**given, "mode": mode, **({} if align is None else {"align_corners": align})}
            aligned = "" if align is None else ".aligned"
            case(f"Upsample.{mode}{rank}d{aligned}.{label}", nn.Upsample, given, {"x": (1, 2, *[5, 3][:rank])})
for mode, align in (("nearest", None), ("bilinear", None), ("bilinear", True)):
    options = {"mode": mode, "align_corners": align}
    aligned = ".aligned" if align else ""
    case(f"Upsample.{mode}{aligned}.asymmetric", nn.Upsample, {"scale_factor": (2, 3), **options}, {"x": (2, 1, 2, 2)})
    case(f"Upsample.{mode}{aligned}.sizes", nn.Upsample, {"size": (5, 2), **options}, {"x": (1, 2, 3, 3)})
for recomputed in (False, True):
    given = {"scale_factor": 1.7, "mode": "bilinear", "recompute_scale_factor": recomputed}
    case(f"Upsample.recompute_{recomputed}", nn.Upsample, given, {"x": (1, 1, 4, 3)})
case("UpsamplingNearest2d", nn.UpsamplingNearest2d, {"scale_factor": 2}, {"x": (1, 2, 2, 3)})
case("UpsamplingBilinear2d", nn.UpsamplingBilinear2d, {"scale_factor": 2}, {"x": (1, 2, 2, 3)})

for rank in (1, 2):
    spaces = [5, 4][:rank]
    widths = {"same": 2, "asymmetric": ((1, 2), (1, 2, 3, 0))[rank - 1], "none": 0}
    for kind in ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        made = getattr(nn, f"{kind}{rank}d")
        more = {"value": 0.75} if kind == "ConstantPad" else {}
        for label, padding in widths.items():
            case(f"{kind}{rank}d.{label}", made, {"padding": padding, **more}, {"x": (2, 2, *spaces)})
        case(f"{kind}{rank}d.unbatched", made, {"padding": 1, **more}, {"x": (2, *spaces)})
        if kind in ("ZeroPad", "ConstantPad", "ReplicationPad"):
            cut = ((-1, 2), (-1, 1, 2, -2))[rank - 1]
            case(f"{kind}{rank}d.cut", made, {"padding": cut, **more}, {"x": (1, 2, *spaces)})
case("CircularPad1d.whole_turn", nn.CircularPad1d, {"padding": (3, 3)}, {"x": (1, 2, 3)})
case("ReplicationPad1d.beyond", nn.ReplicationPad1d, {"padding": (4, 5)}, {"x": (1, 2, 3)})
case("ReflectionPad1d.most", nn.ReflectionPad1d, {"padding": (2, 2)}, {"x": (1, 2, 3)})
case("PixelShuffle.2", nn.PixelShuffle, {"upscale_factor": 2}, {"x": (2, 4, 2, 3)})
case("PixelShuffle.3", nn.PixelShuffle, {"upscale_factor": 3}, {"x": (1, 9, 1, 2)})
case("PixelShuffle.unbatched", nn.PixelShuffle, {"upscale_factor": 2}, {"x": (8, 2, 1)})
case("PixelUnshuffle.2", nn.PixelUnshuffle, {"downscale_factor": 2}, {"x": (2, 1, 4, 2)})
case("PixelUnshuffle.3", nn.PixelUnshuffle, {"downscale_factor": 3}, {"x": (1, 2, 3, 6)})
case("ChannelShuffle", nn.ChannelShuffle, {"groups": 2}, {"x": (2, 4, 2, 2)})
case("Identity", nn.Identity, {}, {"x": (2, 3)})
