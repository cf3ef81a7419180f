"""Writes fixture.json: the points and the initial weights of micrograd's demo.ipynb.

    pip install numpy scikit-learn
    python fixture.py

numpy 2.4 and scikit-learn 1.9 gave the file as it is; the program reads the file alone and needs neither.
"""

import json
import pathlib
import random

import numpy as np
from sklearn.datasets import make_moons

SIZES = [2, 16, 16, 1]

np.random.seed(1337)
random.seed(1337)
x, y = make_moons(n_samples=100, noise=0.1)

# As micrograd's MLP draws them: layer by layer, neuron by neuron, a weight per input; biases are 0.
weights = [
    [[random.uniform(-1, 1) for _ in range(inputs)] for _ in range(outputs)]
    for inputs, outputs in zip(SIZES, SIZES[1:])
]
biases = [[0.0] * outputs for outputs in SIZES[1:]]

fixture = {"x": x.tolist(), "y": (y * 2 - 1).tolist(), "weights": weights, "biases": biases}
# `repr` of a float, which json writes, reads back as the same bits.
lines = (f'  "{key}": {json.dumps(value)}' for key, value in fixture.items())
pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
