"""Writes embedding.jsonl: torch.nn.Embedding and EmbeddingBag.

    python embedding.py > embedding.jsonl
"""

import torch
from torch import nn

from golden import case

for name, given, indices in (
    ("", {}, [[0, 3, 1], [3, 3, 4]]),
    (".one_index", {}, 2),
    (".vector", {}, [4, 0]),
    (".rank3", {}, [[[0], [1]], [[2], [1]]]),
    (".none", {}, [[], []]),
    (".padding", {"padding_idx": 0}, [[0, 3, 0], [1, 0, 3]]),
    (".padding_3", {"padding_idx": 3}, [3, 1, 3]),
    (".padding_from_the_end", {"padding_idx": -1}, [4, 1, 4, 0]),
    (".all_padding", {"padding_idx": 2}, [2, 2]),
    (".by_frequency", {"scale_grad_by_freq": True}, [1, 1, 2, 1]),
    (".max_norm", {"max_norm": 1.0}, [0, 1, 1]),
    (".max_norm_1", {"max_norm": 0.7, "norm_type": 1.0}, [2, 3]),
):
    indices = torch.tensor(indices, dtype=torch.int64)
    case(f"Embedding{name}", nn.Embedding, {"num_embeddings": 5, "embedding_dim": 3, **given}, {"i": indices})
case("Embedding.one_wide", nn.Embedding, {"num_embeddings": 2, "embedding_dim": 1}, {"i": torch.tensor([1, 0, 1])})
# As it is made the row of the padding is zero, and it stays so.
case("Embedding.begins", nn.Embedding, {"num_embeddings": 3, "embedding_dim": 2, "padding_idx": 1}, {"i": torch.tensor([0, 1])}, keep=True)
for mode in ("mean", "sum", "max"):
    for label, given, inputs in (
        ("", {}, {"i": torch.tensor([[0, 3, 1], [3, 3, 4]])}),
        (".offsets", {}, {"i": torch.tensor([1, 2, 4, 3]), "offsets": torch.tensor([0, 1, 1])}),
        (".padding", {"padding_idx": 1}, {"i": torch.tensor([[0, 1, 2], [1, 1, 4]])}),
    ):
        case(f"EmbeddingBag.{mode}{label}", nn.EmbeddingBag, {"num_embeddings": 5, "embedding_dim": 2, "mode": mode, **given}, inputs)
