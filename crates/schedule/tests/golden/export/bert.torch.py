# recipe::bert(peak=1, warmup=30, total=300)
import math
import sys

import torch


def linear_1(t):
    # linear(0, 1, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 1.0 * z


def linear_2(t):
    # linear(1, 0, 300)
    z = max(min(t / 300.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def splice_3(t):
    # recipe::bert(peak=1, warmup=30, total=300)
    return linear_1(t) if t < 30.0 else linear_2(t)


def schedule(t):
    return splice_3(t)


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
