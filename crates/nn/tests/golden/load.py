"""Loads files that rappel wrote into PyTorch's modules: the other way round of pytorch.py. Run by hand:

    RAPPEL_WRITE=/some/folder cargo test -p rappel-nn --features npz --test all state::pytorch
    python load.py /some/folder

The folder then has each file of pytorch/ as our layers write it. PyTorch loads it strictly, and computes what it did.
"""

import json
import pathlib
import sys

import numpy as np
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils import parametrizations

HERE = pathlib.Path(__file__).parent
WRAP = {"weight_norm": parametrizations.weight_norm, "weight_norm_older": torch.nn.utils.weight_norm}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        return self.head(self.body(x))


def encoder(d_model, nhead, dim_feedforward, num_layers, dropout):
    layer = nn.TransformerEncoderLayer(d_model, nhead, dim_feedforward, dropout)
    return nn.TransformerEncoder(layer, num_layers, nn.LayerNorm(d_model), enable_nested_tensor=False)


def module(case):
    args = {k: v for k, v in case["args"].items() if k != "_freeze" and not k.startswith("_")}
    args = {k: tuple(v) if isinstance(v, list) else v for k, v in args.items()}
    made = {"Net": Net, "TransformerEncoder": encoder}.get(case["layer"]) or getattr(nn, case["layer"])
    return WRAP.get(case["case"], lambda m: m)(made(**args))


def flat(y):
    return [y] if isinstance(y, torch.Tensor) else [t for part in y for t in flat(part)]


def main(folder):
    count = 0
    for line in (HERE / "pytorch.jsonl").read_text().splitlines():
        case = json.loads(line)
        if not case["outputs"]:
            continue
        net = module(case)
        for read in ("safetensors", "npz"):
            path = folder / f"{case['case']}.{read}"
            if read == "npz":
                arrays = np.load(path, allow_pickle=False)
                state = {name: torch.from_numpy(arrays[name]) for name in arrays}
            else:
                state = safetensors.torch.load_file(path)
            net.load_state_dict(state)
            net.eval()
            tensor = lambda x: torch.tensor(x["data"], dtype=torch.int64 if x.get("int") else torch.float32).reshape(x["shape"])
            with torch.no_grad():
                outputs = flat(net(*[tensor(x) for x in case["inputs"].values()]))
            for ours, expected in zip(outputs, case["outputs"], strict=True):
                torch.testing.assert_close(ours, tensor(expected), rtol=1e-6, atol=1e-6)
        count += 1
    print(f"{count} modules loaded our files and computed the same")


main(pathlib.Path(sys.argv[1]))
