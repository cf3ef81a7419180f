# (hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73) * linear(1, 0, 60%).stretch(1.5)
import math
import sys

import torch


def hold_1(t):
    # hold(1, 100/3%)
    return 1.0


def hold_2(t):
    # hold(1.52, 100/3%)
    return 1.52


def then_3(t):
    # hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73
    if t < 100.0:
        return hold_1(t)
    if t < 200.0:
        return hold_2(t - 100.0)
    return 1.73


def linear_4(t):
    # linear(1, 0, 60%).stretch(1.5)
    z = max(min(t / 270.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def product_5(t):
    # (hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73) * linear(1, 0, 60%).stretch(1.5)
    return then_3(t) * linear_4(t)


def schedule(t):
    return product_5(t)


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
