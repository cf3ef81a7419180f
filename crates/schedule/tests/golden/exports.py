"""Writes exports.txt: what the programs in export/ print when PyTorch and optax run them, in f64.

    python3 exports.py > exports.txt

Needs torch, optax and jax[cpu]. A block is

    = torch warmup
    steps 0 1 2 ...
    values 0.0 2e-05 ...
"""

import os
import subprocess
import sys
from pathlib import Path

STEPS = sorted({*range(0, 60), *range(60, 400, 7), 99, 100, 101, 199, 200, 239, 240, 299, 300, 301})

for program in sorted(Path(__file__).parent.glob("export/*.py")):
    name, library, _ = program.name.split(".")
    out = subprocess.run(
        [sys.executable, program, *map(str, STEPS)],
        env={**os.environ, "JAX_ENABLE_X64": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    rows = [line.split(",") for line in out.split()]
    assert [int(step) for step, _ in rows] == STEPS, program
    print("=", library, name)
    print("steps", *STEPS)
    print("values", *(value for _, value in rows))
    print()
