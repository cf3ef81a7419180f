"""Writes conv.jsonl: convolutions and transposed ones of torch.nn.

    python conv.py > conv.jsonl
"""

from torch import nn

from golden import case


def conv(name, kind, inputs, outputs, kernel, shape, **given):
    case(name, kind, {"in_channels": inputs, "out_channels": outputs, "kernel_size": kernel, **given}, {"x": shape})


conv("Conv1d", nn.Conv1d, 2, 3, 3, (2, 2, 7))
conv("Conv1d.kernel_1", nn.Conv1d, 3, 2, 1, (2, 3, 4))
conv("Conv1d.one_of_a_batch", nn.Conv1d, 1, 2, 4, (1, 1, 6))
conv("Conv1d.unbatched", nn.Conv1d, 2, 3, 3, (2, 5))
conv("Conv1d.no_bias", nn.Conv1d, 2, 2, 3, (2, 2, 6), bias=False)
conv("Conv1d.mnist1d_first", nn.Conv1d, 1, 5, 5, (2, 1, 12), stride=2, padding=1)
conv("Conv1d.dilated", nn.Conv1d, 2, 2, 3, (1, 2, 9), stride=2, padding=2, dilation=2)
conv("Conv1d.groups", nn.Conv1d, 4, 6, 3, (2, 4, 5), groups=2, padding=1)
conv("Conv1d.depthwise", nn.Conv1d, 3, 3, 2, (2, 3, 5), groups=3)
conv("Conv1d.depthwise_times_2", nn.Conv1d, 3, 6, 3, (1, 3, 5), groups=3, padding=1)
conv("Conv1d.same", nn.Conv1d, 2, 3, 3, (2, 2, 5), padding="same")
conv("Conv1d.same_even", nn.Conv1d, 2, 3, 4, (2, 2, 5), padding="same")
conv("Conv1d.same_dilated", nn.Conv1d, 1, 2, 4, (1, 1, 7), padding="same", dilation=3)
conv("Conv1d.valid", nn.Conv1d, 1, 2, 2, (2, 1, 5), padding="valid", stride=2)
for mode in ("reflect", "replicate", "circular"):
    conv(f"Conv1d.{mode}", nn.Conv1d, 2, 2, 3, (2, 2, 5), padding=2, padding_mode=mode)
    conv(f"Conv1d.{mode}_same_even", nn.Conv1d, 1, 2, 4, (2, 1, 6), padding="same", padding_mode=mode)
    conv(f"Conv1d.{mode}_strided", nn.Conv1d, 2, 2, 3, (1, 2, 6), padding=1, stride=2, padding_mode=mode, bias=False)
conv("Conv1d.input_shorter_than_kernel", nn.Conv1d, 1, 2, 5, (2, 1, 3), padding=1)
conv("Conv1d.stride_beyond_kernel", nn.Conv1d, 1, 2, 2, (2, 1, 9), stride=4)
conv("Conv1d.empty_batch", nn.Conv1d, 1, 2, 2, (0, 1, 5))

conv("Conv2d", nn.Conv2d, 2, 3, 3, (2, 2, 5, 4))
conv("Conv2d.kernel_1", nn.Conv2d, 3, 2, 1, (2, 3, 2, 3))
conv("Conv2d.one_of_a_batch", nn.Conv2d, 1, 2, 3, (1, 1, 4, 4))
conv("Conv2d.unbatched", nn.Conv2d, 2, 3, 2, (2, 3, 4))
conv("Conv2d.no_bias", nn.Conv2d, 1, 3, 3, (2, 1, 4, 4), bias=False, padding=1)
conv("Conv2d.asymmetric", nn.Conv2d, 2, 2, (3, 2), (1, 2, 7, 6), stride=(2, 1), padding=(1, 2), dilation=(1, 3))
conv("Conv2d.asymmetric_row", nn.Conv2d, 1, 2, (1, 4), (2, 1, 3, 6), stride=(1, 2))
conv("Conv2d.strided", nn.Conv2d, 2, 2, 3, (2, 2, 6, 7), stride=2, padding=1)
conv("Conv2d.groups", nn.Conv2d, 4, 2, 3, (1, 4, 4, 4), groups=2, padding=1)
conv("Conv2d.depthwise", nn.Conv2d, 3, 3, 3, (2, 3, 4, 3), groups=3, padding=1)
conv("Conv2d.groups_all_options", nn.Conv2d, 4, 4, (2, 3), (1, 4, 5, 6), groups=2, stride=(2, 1), padding=(0, 1), dilation=(2, 1), bias=False)
conv("Conv2d.same", nn.Conv2d, 1, 2, 3, (2, 1, 3, 4), padding="same")
conv("Conv2d.same_even", nn.Conv2d, 1, 2, (2, 4), (2, 1, 3, 4), padding="same")
conv("Conv2d.same_dilated", nn.Conv2d, 1, 2, (3, 2), (1, 1, 5, 4), padding="same", dilation=(2, 3))
conv("Conv2d.valid", nn.Conv2d, 1, 2, 2, (2, 1, 3, 3), padding="valid")
for mode in ("reflect", "replicate", "circular"):
    conv(f"Conv2d.{mode}", nn.Conv2d, 1, 2, 3, (2, 1, 4, 3), padding=(2, 1), padding_mode=mode)
    conv(f"Conv2d.{mode}_same_even", nn.Conv2d, 1, 2, (2, 4), (1, 1, 3, 5), padding="same", padding_mode=mode)
    conv(f"Conv2d.{mode}_groups", nn.Conv2d, 2, 2, 3, (1, 2, 4, 5), padding=1, stride=(1, 2), groups=2, padding_mode=mode)

conv("ConvTranspose1d", nn.ConvTranspose1d, 2, 3, 3, (2, 2, 4))
conv("ConvTranspose1d.unbatched", nn.ConvTranspose1d, 2, 3, 3, (2, 4))
conv("ConvTranspose1d.no_bias", nn.ConvTranspose1d, 1, 2, 2, (1, 1, 3), stride=2, bias=False)
conv("ConvTranspose1d.strided", nn.ConvTranspose1d, 2, 2, 3, (2, 2, 4), stride=2, padding=1, output_padding=1)
conv("ConvTranspose1d.dilated", nn.ConvTranspose1d, 2, 1, 3, (2, 2, 4), dilation=2, padding=1)
conv("ConvTranspose1d.output_padding_below_dilation", nn.ConvTranspose1d, 1, 1, 2, (1, 1, 3), dilation=3, output_padding=2)
conv("ConvTranspose1d.groups", nn.ConvTranspose1d, 4, 6, 2, (1, 4, 3), groups=2, stride=2)
conv("ConvTranspose1d.kernel_below_stride", nn.ConvTranspose1d, 1, 2, 2, (2, 1, 3), stride=3, output_padding=2)
conv("ConvTranspose2d", nn.ConvTranspose2d, 2, 3, 3, (2, 2, 3, 2))
conv("ConvTranspose2d.unbatched", nn.ConvTranspose2d, 1, 2, 2, (1, 3, 2))
conv("ConvTranspose2d.no_bias", nn.ConvTranspose2d, 1, 2, 2, (1, 1, 3, 3), stride=2, bias=False)
conv("ConvTranspose2d.strided", nn.ConvTranspose2d, 2, 2, 3, (1, 2, 3, 3), stride=2, padding=1, output_padding=1)
conv("ConvTranspose2d.asymmetric", nn.ConvTranspose2d, 2, 1, (3, 2), (1, 2, 3, 4), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), dilation=(1, 2))
conv("ConvTranspose2d.groups", nn.ConvTranspose2d, 4, 2, 2, (2, 4, 2, 3), groups=2, stride=(1, 2))
conv("ConvTranspose2d.dilated", nn.ConvTranspose2d, 1, 2, (2, 3), (2, 1, 3, 2), dilation=(3, 2), padding=(2, 1))

# The output's size is an argument of the call: of the sizes that fold to the input's, any can be asked for.
for kind, rank in ((nn.ConvTranspose1d, 1), (nn.ConvTranspose2d, 2)):
    for size in (7, 8):
        sizes = [size, 15 - size][:rank]
        case(
            f"{kind.__name__}.output_size_{size}", kind, {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1},
            {"x": (1, 1, *([4] * rank))}, call=lambda m, x: m(x, output_size=sizes), extra={"output_size": sizes},
        )
