"""Writes mersenne.txt: numbers of PyTorch, numpy and Python's `random`, read by tests/all/mersenne.rs.

    python3 make_mersenne.py > mersenne.txt

Made with PyTorch 2.15, numpy 2.4 and Python 3.11 on a processor with fused multiply-add. A line is

    what seed argument,argument.. number number ...

where `what` is a method of the test, arguments are `-` where there are none, and a floating-point number stands as its bits.
"""

import random

import numpy as np
import torch

SEEDS = [0, 1, 42, 2147483647, 4294967295]


def line(what, seed, arguments, numbers):
    print(what, seed, ",".join(map(str, arguments)) or "-", *numbers)


def bits(numbers):
    array = np.ascontiguousarray(numbers).reshape(-1)
    return array.view(np.uint32 if array.itemsize == 4 else np.uint64).tolist()


for seed in SEEDS:
    line("words", seed, [], np.random.RandomState(seed).randint(0, 2**32, 1300, dtype=np.uint64).tolist()[::100])
    line("numpy_uniform", seed, [-0.1, 0.1], bits(np.random.RandomState(seed).uniform(-0.1, 0.1, 5)))
    line("numpy_sample", seed, [], bits(np.random.RandomState(seed).random_sample(5)))
for seed in SEEDS + [1337, 2**32, 2**40 + 5, 2**64 - 1]:
    source = random.Random(seed)
    line("python_random", seed, [], bits([source.random() for _ in range(5)]))
    source = random.Random(seed)
    line("python_uniform", seed, [-1.5, 2.0], bits([source.uniform(-1.5, 2.0) for _ in range(5)]))

for seed in SEEDS + [2**32 + 7]:
    torch.manual_seed(seed)
    line("torch_uniform", seed, [0.0, 1.0], bits(torch.rand(5).numpy()))
    torch.manual_seed(seed)
    line("torch_uniform", seed, [-0.3, 0.7], bits(torch.empty(50).uniform_(-0.3, 0.7).numpy()))
    for limit in [7, 1000, 2**28 - 1, 2**28, 2**30 + 1, 2**32 - 1, 2**32, 2**40 + 3]:
        torch.manual_seed(seed)
        line("torch_below", seed, [limit], torch.randint(0, limit, (5,)).tolist())
    for n in [0, 1, 10, 100]:
        torch.manual_seed(seed)
        line("torch_permutation", seed, [n], torch.randperm(n).tolist())
    for n in [1, 4, 15, 16, 20, 32, 45]:
        torch.manual_seed(seed)
        line("torch_normal", seed, [n], bits(torch.randn(n).numpy()))
    # An odd number of single normals leaves one for the next call.
    torch.manual_seed(seed)
    line("torch_normal", seed, [3, 16, 2], bits(torch.cat([torch.randn(3), torch.randn(16), torch.randn(2)]).numpy()))
