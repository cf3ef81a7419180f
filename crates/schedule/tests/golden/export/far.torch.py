# exponential(1e-200, 1e+200, 10)
import math
import sys

import torch


def exponential_1(t):
    # exponential(1e-200, 1e+200, 10)
    z = max(min(t / 10.0, 1.0), 0.0)
    return math.copysign(abs(1e-200) ** (1.0 - z) * abs(1e200) ** z, 1e-200)


def schedule(t):
    return exponential_1(t)


def scheduler(optimizer):
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = 1.0
    return torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)


if __name__ == "__main__":
    steps = sorted(int(step) for step in sys.argv[1:]) or range(10)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])
    following = scheduler(optimizer)
    for t in range(max(steps) + 1):
        if t in steps:
            print(f"{t},{optimizer.param_groups[0]['lr']}")
        optimizer.step()
        following.step()
