"""Writes attention.jsonl: torch.nn.MultiheadAttention and scaled_dot_product_attention.

    python attention.py > attention.jsonl

Inputs are `x`, which is query, key and value, or `query`, `key` and `value`; masks `attn_mask` and `key_padding_mask` where there are some, of
truth values (true hides) or real (added to the scores). `call` has the other arguments of the call. Outputs are the result and, where they are
asked for, the weights.
"""

import torch
import torch.nn.functional as F
from torch import nn

from golden import Values, case

CAUSAL = torch.ones(3, 3, dtype=torch.bool).triu(1)


def attention(label, inputs, *, masks=(), mode="train", embed=4, heads=2, call=None, **given):
    how = {"need_weights": True, "average_attn_weights": True, "is_causal": False, **(call or {})}
    name = f"MultiheadAttention{label}"

    def run(m, **x):
        qkv = [x["x"]] * 3 if "x" in x else [x["query"], x["key"], x["value"]]
        y, w = m(*qkv, attn_mask=x.get("attn_mask"), key_padding_mask=x.get("key_padding_mask"), **how)
        return [y] if w is None else [y, w]

    given = {"embed_dim": embed, "num_heads": heads, **given}
    case(name, nn.MultiheadAttention, given, {**inputs, **dict(masks)}, call=run, mode=mode, extra={"call": how}, constant=("attn_mask", "key_padding_mask"))


def real(name, *shape, hidden=()):
    mask = Values(name).uniform(*shape)
    for at in hidden:
        mask[at] = float("-inf")
    return mask


SELF = {"x": (3, 2, 4)}
CROSS = {"query": (2, 2, 4), "key": (3, 2, 4), "value": (3, 2, 4)}
PADDING = torch.tensor([[False, False, True], [False, True, True]])
QUIET = {"need_weights": False}
APART = {"average_attn_weights": False}

attention("", SELF)
attention(".quiet", SELF, call=QUIET)
attention(".apart", SELF, call=APART)
attention(".one_head", SELF, heads=1, call=APART)
attention(".four_heads", SELF, heads=4)
attention(".batch_first", {"x": (2, 3, 4)}, batch_first=True)
attention(".batch_first_quiet", {"x": (2, 3, 4)}, batch_first=True, call=QUIET)
attention(".unbatched", {"x": (3, 4)})
attention(".unbatched_apart", {"query": (2, 4), "key": (3, 4), "value": (3, 4)}, call=APART)
attention(".one_of_a_batch_of_one_token", {"x": (1, 1, 4)})
attention(".cross", CROSS)
attention(".cross_quiet", CROSS, call=QUIET)
attention(".no_bias", CROSS, bias=False)
attention(".kdim_vdim", {"query": (2, 2, 4), "key": (3, 2, 3), "value": (3, 2, 5)}, kdim=3, vdim=5)
attention(".kdim_no_bias_batch_first", {"query": (2, 2, 4), "key": (2, 3, 2), "value": (2, 3, 4)}, kdim=2, bias=False, batch_first=True)
attention(".bias_kv", SELF, add_bias_kv=True)
attention(".zero_attn", SELF, add_zero_attn=True, call=APART)
attention(".bias_kv_zero_attn_masked", SELF, add_bias_kv=True, add_zero_attn=True, masks={"attn_mask": CAUSAL, "key_padding_mask": PADDING})
attention(".bias_kv_no_bias", CROSS, add_bias_kv=True, bias=False)
attention(".causal", SELF, masks={"attn_mask": CAUSAL})
attention(".causal_hint_quiet", SELF, masks={"attn_mask": CAUSAL}, call={**QUIET, "is_causal": True})
attention(".causal_apart_batch_first", {"x": (2, 3, 4)}, masks={"attn_mask": CAUSAL}, batch_first=True, call=APART)
attention(".mask_real", SELF, masks={"attn_mask": real("mask", 3, 3)})
attention(".mask_real_with_infinities", SELF, masks={"attn_mask": real("mask2", 3, 3, hidden=[(0, 1), (2, 0)])}, call=QUIET)
attention(".mask_of_each_head", SELF, masks={"attn_mask": real("mask3", 4, 3, 3)}, call=APART)
attention(".mask_of_each_head_bool", SELF, masks={"attn_mask": torch.stack([CAUSAL, CAUSAL.T, CAUSAL, ~CAUSAL & ~torch.eye(3, dtype=torch.bool)])})
attention(".cross_mask", CROSS, masks={"attn_mask": torch.tensor([[False, True, False], [True, False, False]])})
attention(".padding", SELF, masks={"key_padding_mask": PADDING})
attention(".padding_quiet", SELF, masks={"key_padding_mask": PADDING}, call=QUIET)
attention(".padding_real", SELF, masks={"key_padding_mask": real("padding", 2, 3)})
attention(".padding_and_causal", SELF, masks={"attn_mask": CAUSAL, "key_padding_mask": PADDING}, call=APART)
attention(".padding_and_mask_real", SELF, masks={"attn_mask": real("mask4", 3, 3), "key_padding_mask": real("padding2", 2, 3)})
attention(".padding_unbatched", {"x": (3, 4)}, masks={"key_padding_mask": PADDING[1]})
attention(".padding_batch_first_cross", {"query": (2, 2, 4), "key": (2, 3, 4), "value": (2, 3, 4)}, batch_first=True, masks={"key_padding_mask": PADDING})
attention(".dropout_in_evaluation", SELF, dropout=0.5, mode="eval")


class scaled_dot_product_attention(nn.Module):
    def forward(self, **x):
        return x


def product(label, shapes, *, mask=None, **how):
    def run(m, query, key, value, attn_mask=None):
        return F.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask, **how)

    inputs = dict(zip(("query", "key", "value"), shapes))
    if mask is not None:
        inputs["attn_mask"] = mask
    call = {"is_causal": False, "scale": None, **how}
    case(f"sdpa{label}", scaled_dot_product_attention, {}, inputs, call=run, extra={"call": call}, constant=("attn_mask",))


product("", [(2, 3, 4)] * 3)
product(".heads", [(1, 2, 3, 2), (1, 2, 4, 2), (1, 2, 4, 3)])
product(".causal", [(2, 3, 2)] * 3, is_causal=True)
product(".causal_more_keys", [(1, 2, 2), (1, 4, 2), (1, 4, 2)], is_causal=True)
product(".causal_more_queries", [(1, 4, 2), (1, 2, 2), (1, 2, 2)], is_causal=True)
product(".scale", [(2, 3, 2)] * 3, scale=0.3)
product(".mask_true_keeps", [(2, 3, 2)] * 3, mask=~CAUSAL)
product(".mask_real", [(2, 3, 2)] * 3, mask=real("mask5", 3, 3))
