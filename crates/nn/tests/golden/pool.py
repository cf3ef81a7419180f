"""Writes pool.jsonl: poolings of torch.nn.

    python pool.py > pool.jsonl

Where `return_indices` is true the line has `indices` too: for each maximum its place in its channel, row after row.
"""

from torch import nn

from golden import Values, case, tensor


def pool(name, kind, given, shape):
    kept = {}

    def call(m, x):
        y = m(x)
        if isinstance(y, tuple):
            kept["indices"] = tensor(y[1])
            y = y[0]
        return y

    case(name, kind, given, {"x": shape}, call=call, extra=kept)


for rank, kind in ((1, nn.MaxPool1d), (2, nn.MaxPool2d)):
    n, wide, deep = kind.__name__, [9, 7][:rank], [6, 5][:rank]
    for label, given, shape in (
        ("", {"kernel_size": 2}, (2, 2, *deep)),
        (".one_of_a_batch", {"kernel_size": 3}, (1, 1, *wide)),
        (".unbatched", {"kernel_size": 2}, (2, *deep)),
        (".stride_1", {"kernel_size": 3, "stride": 1}, (2, 1, *deep)),
        (".padded", {"kernel_size": 3, "stride": 2, "padding": 1}, (2, 2, *deep)),
        (".dilated", {"kernel_size": 2, "stride": 1, "dilation": 3}, (1, 2, *deep)),
        (".dilated_padded", {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2}, (1, 2, *wide)),
        (".ceil", {"kernel_size": 2, "ceil_mode": True}, (1, 2, *wide)),
        (".ceil_padded", {"kernel_size": 3, "stride": 3, "padding": 1, "ceil_mode": True}, (1, 2, *deep)),
        (".ceil_beyond_the_padding", {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}, (1, 1, *deep)),
        (".indices", {"kernel_size": 2, "return_indices": True}, (2, 2, *deep)),
        (".indices_padded", {"kernel_size": 3, "stride": 2, "padding": 1, "return_indices": True}, (1, 2, *deep)),
        (".stride_beyond_kernel", {"kernel_size": 1, "stride": 3}, (2, 1, *wide)),
    ):
        pool(n + label, kind, given, shape)
for rank, kind in ((1, nn.AvgPool1d), (2, nn.AvgPool2d)):
    n, wide, deep = kind.__name__, [9, 7][:rank], [6, 5][:rank]
    for label, given, shape in (
        ("", {"kernel_size": 2}, (2, 2, *deep)),
        (".one_of_a_batch", {"kernel_size": 3}, (1, 1, *wide)),
        (".unbatched", {"kernel_size": 2}, (2, *deep)),
        (".stride_1", {"kernel_size": 3, "stride": 1}, (2, 1, *deep)),
        (".padded", {"kernel_size": 3, "stride": 2, "padding": 1}, (2, 2, *deep)),
        (".padding_not_counted", {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}, (2, 2, *deep)),
        (".ceil", {"kernel_size": 2, "ceil_mode": True}, (1, 2, *wide)),
        (".ceil_padded", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, (1, 2, *deep)),
        (".ceil_not_counted", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}, (1, 2, *deep)),
        (".ceil_beyond_the_padding", {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}, (1, 1, *deep)),
    ):
        pool(n + label, kind, given, shape)
AB = {"kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 0)}
pool("MaxPool2d.asymmetric", nn.MaxPool2d, {**AB, "dilation": (2, 3)}, (1, 2, 6, 7))
pool("MaxPool2d.asymmetric_indices_ceil", nn.MaxPool2d, {**AB, "return_indices": True, "ceil_mode": True}, (1, 2, 4, 5))
pool("AvgPool2d.asymmetric", nn.AvgPool2d, AB, (1, 2, 5, 6))
pool("AvgPool2d.divisor", nn.AvgPool2d, {"kernel_size": 2, "divisor_override": 3}, (1, 2, 4, 5))
pool("AvgPool2d.divisor_padded_ceil", nn.AvgPool2d, {**AB, "divisor_override": 5, "ceil_mode": True}, (1, 1, 4, 5))
for rank, max_kind, avg_kind in ((1, nn.AdaptiveMaxPool1d, nn.AdaptiveAvgPool1d), (2, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d)):
    deep = [7, 5][:rank]
    for kind in (max_kind, avg_kind):
        n = kind.__name__
        for size in (1, 2, 3, 5):
            pool(f"{n}.to_{size}", kind, {"output_size": size}, (2, 2, *deep))
        pool(f"{n}.to_more", kind, {"output_size": 8}, (1, 1, *deep))
        pool(f"{n}.unbatched", kind, {"output_size": 2}, (2, *deep))
        if rank == 2:
            pool(f"{n}.asymmetric", kind, {"output_size": (3, 2)}, (1, 2, 5, 5))
            pool(f"{n}.one_kept", kind, {"output_size": (None, 2)}, (1, 2, 3, 5))
            pool(f"{n}.other_kept", kind, {"output_size": (2, None)}, (1, 2, 3, 4))
    pool(f"{max_kind.__name__}.indices", max_kind, {"output_size": 3, "return_indices": True}, (2, 2, *deep))
for p in (1, 2, 3.5):
    # A negative number has no power of 3.5.
    positive = [Values(f"LPPool.{p}.{rank}").uniform(*shape, low=0.1) for rank, shape in ((1, (2, 2, 7)), (2, (1, 2, 4, 6)))]
    pool(f"LPPool1d.norm_{p}", nn.LPPool1d, {"norm_type": p, "kernel_size": 3, "stride": 2}, positive[0])
    pool(f"LPPool2d.norm_{p}", nn.LPPool2d, {"norm_type": p, "kernel_size": (2, 3)}, positive[1])
pool("LPPool1d.ceil", nn.LPPool1d, {"norm_type": 2, "kernel_size": 2, "ceil_mode": True}, (1, 2, 5))
