"""Writes transformer.jsonl: the blocks of torch.nn's transformer.

    python transformer.py > transformer.jsonl

Inputs are `x` and, of a decoder, `memory`; masks `mask`, `padding`, and of a decoder `memory_mask`, `memory_padding`: those of truth values
hide where they are true. `layers` is the number of layers of a stack, and `norm` whether a LayerNorm of the same width comes at its end.
"""

import warnings

import torch
from torch import nn

from golden import Values, case

warnings.filterwarnings("ignore")

CAUSAL = torch.ones(3, 3, dtype=torch.bool).triu(1)
PADDING = torch.tensor([[False, False, True], [False, True, True]])
MASKS = ("mask", "padding", "memory_mask", "memory_padding")


def given_of(more):
    return {"d_model": 4, "nhead": 2, "dim_feedforward": 3, "dropout": 0.0, **more}


def encoder(label, *, shape=(3, 2, 4), masks=(), mode="train", causal=False, **given):
    def run(m, x, mask=None, padding=None):
        return m(x, src_mask=mask, src_key_padding_mask=padding, is_causal=causal)

    case(f"TransformerEncoderLayer{label}", nn.TransformerEncoderLayer, given_of(given), {"x": shape, **dict(masks)}, call=run, mode=mode, constant=MASKS)


encoder("")
encoder(".norm_first", norm_first=True)
encoder(".gelu", activation="gelu")
encoder(".gelu_norm_first_batch_first", activation="gelu", norm_first=True, batch_first=True, shape=(2, 3, 4))
encoder(".no_bias", bias=False)
encoder(".no_bias_norm_first_gelu", bias=False, norm_first=True, activation="gelu")
encoder(".eps", layer_norm_eps=0.1)
encoder(".causal", masks={"mask": CAUSAL}, causal=True)
encoder(".causal_norm_first", masks={"mask": CAUSAL}, norm_first=True)
encoder(".mask_real", masks={"mask": Values("mask").uniform(3, 3)})
encoder(".padding", masks={"padding": PADDING})
encoder(".padding_and_causal_batch_first", masks={"mask": CAUSAL, "padding": PADDING}, batch_first=True, shape=(2, 3, 4))
encoder(".unbatched", shape=(3, 4))
encoder(".one_of_a_batch_of_one_token", shape=(1, 1, 4))
encoder(".dropout_in_evaluation", dropout=0.3, mode="eval")


def stack(label, *, layers=2, norm=False, masks=(), shape=(3, 2, 4), **given):
    given = given_of(given)

    def run(m, x, mask=None, padding=None):
        return m(x, mask=mask, src_key_padding_mask=padding)

    m = nn.TransformerEncoder(nn.TransformerEncoderLayer(**given), layers, nn.LayerNorm(4) if norm else None, enable_nested_tensor=False)
    case(
        f"TransformerEncoder{label}", nn.TransformerEncoder, given, {"x": shape, **dict(masks)}, call=run, module=m,
        extra={"layers": layers, "norm": norm}, defaults={"activation": "relu", "layer_norm_eps": 1e-5, "batch_first": False, "norm_first": False, "bias": True},
    )


stack("")
stack(".norm", norm=True, norm_first=True, activation="gelu", masks={"mask": CAUSAL})
stack(".one_layer_padding_batch_first", layers=1, batch_first=True, shape=(2, 3, 4), masks={"padding": PADDING})


def decoder(label, *, shape=(3, 2, 4), memory=(2, 2, 4), masks=(), **given):
    def run(m, x, memory, mask=None, padding=None, memory_mask=None, memory_padding=None):
        return m(x, memory, tgt_mask=mask, tgt_key_padding_mask=padding, memory_mask=memory_mask, memory_key_padding_mask=memory_padding)

    inputs = {"x": shape, "memory": memory, **dict(masks)}
    case(f"TransformerDecoderLayer{label}", nn.TransformerDecoderLayer, given_of(given), inputs, call=run, constant=MASKS)


decoder("")
decoder(".norm_first_gelu_causal", norm_first=True, activation="gelu", masks={"mask": CAUSAL})
decoder(".masked", masks={
    "mask": CAUSAL, "padding": PADDING, "memory_mask": torch.tensor([[False, True], [False, False], [True, False]]),
    "memory_padding": torch.tensor([[False, False], [False, False]]),
})
decoder(".no_bias_batch_first", bias=False, batch_first=True, shape=(2, 3, 4), memory=(2, 2, 4))
