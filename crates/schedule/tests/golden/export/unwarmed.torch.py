# warmup(2, 10).take(20).reverse()
import math
import sys

import torch


def warmup_1(t, left=False):
    # warmup(2, 10)
    z = max(min((t + 1.0) / 10.0, 1.0), 0.0)
    return 2.0 * z


def take_2(t, left=False):
    # warmup(2, 10).take(20)
    return warmup_1(t, left) if t < 20.0 else 2.0


def reverse_3(t, left=False):
    # warmup(2, 10).take(20).reverse()
    return take_2(max(10.0 - t, 0.0), not left and t < 10.0)


def schedule(t):
    return reverse_3(t)


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
