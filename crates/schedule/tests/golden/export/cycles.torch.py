# (linear(0, 1, 3.5) >> linear(1, 0, 4)).repeat(forever, decay=0.8)
import math
import sys

import torch


def linear_1(t):
    # linear(0, 1, 3.5)
    z = max(min(t / 3.5, 1.0), 0.0)
    return 1.0 * z


def linear_2(t):
    # linear(1, 0, 4)
    z = max(min(t / 4.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def then_3(t):
    # linear(0, 1, 3.5) >> linear(1, 0, 4)
    if t < 3.5:
        return linear_1(t)
    return linear_2(t - 3.5)


def repeat_4(t):
    # (linear(0, 1, 3.5) >> linear(1, 0, 4)).repeat(forever, decay=0.8)
    cycle = max((t * 2) // 15, 0)
    return then_3((t * 2 - cycle * 15) / 2) * 0.8 ** cycle


def schedule(t):
    return repeat_4(t)


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
