"""Writes golden.txt: trajectories of torch.optim in float64, read by tests/all/rules.

    python3 make.py > golden.txt

Needs PyTorch (made with 2.x; the formulas have not changed since 1.x). Each line is one run:

    rule knob=value ...: p after step 0, 1, ... 19, four values a step

Loss: sum_i (a_i p_i^2 / 2 + b_i p_i^3 / 3) with the a, b and start below, so the gradient is a_i p_i + b_i p_i^2, which the test
writes out too. `frozen=K` leaves the parameter out of the first K steps (no gradient, as torch skips it), while another one steps.
"""

import torch

A = [1.0, 0.5, 2.0, 0.1]
B = [0.1, -0.2, 0.3, 0.05]
START = [1.0, -0.7, 0.3, 2.0]

RUNS = [
    ("sgd", dict(lr=0.1)),
    ("sgd", dict(lr=0.1, momentum=0.9)),
    ("sgd", dict(lr=0.05, momentum=0.9, dampening=0.5)),
    ("sgd", dict(lr=0.05, momentum=0.8, dampening=1.0)),
    ("sgd", dict(lr=0.1, dampening=0.5)),
    ("sgd", dict(lr=0.1, momentum=0.9, nesterov=True)),
    ("sgd", dict(lr=0.1, weight_decay=0.2)),
    ("sgd", dict(lr=0.1, momentum=0.9, weight_decay=0.2, nesterov=True)),
    ("sgd", dict(lr=0.05, momentum=0.9, dampening=0.5, frozen=7)),
    ("adam", dict(lr=0.1)),
    ("adam", dict(lr=0.1, beta1=0.8, beta2=0.95)),
    ("adam", dict(lr=0.1, beta1=0.0)),
    ("adam", dict(lr=0.1, beta2=0.0, eps=0.1)),
    ("adam", dict(lr=0.1, eps=0.1)),
    ("adam", dict(lr=0.1, weight_decay=0.3)),
    ("adam", dict(lr=0.1, frozen=7)),
]


def run(rule, settings):
    settings = dict(settings)
    frozen = settings.pop("frozen", 0)
    if rule == "adam":
        settings["betas"] = (settings.pop("beta1", 0.9), settings.pop("beta2", 0.999))
    a, b = (torch.tensor(x, dtype=torch.float64) for x in (A, B))
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[rule]([p], **settings)
    for step in range(20):
        optimizer.zero_grad()
        if step >= frozen:
            (a * p**2 / 2 + b * p**3 / 3).sum().backward()
        optimizer.step()
        yield from p.tolist()


for rule, settings in RUNS:
    head = " ".join([rule] + [f"{k}={float(v)!r}" for k, v in settings.items()])
    print(head + ": " + " ".join(repr(x) for x in run(rule, settings)))
