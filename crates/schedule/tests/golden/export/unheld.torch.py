# linear(0, 1, 20).hold_every(3).reverse()
import math
import sys

import torch


def linear_1(t, left=False):
    # linear(0, 1, 20)
    z = max(min(t / 20.0, 1.0), 0.0)
    return 1.0 * z


def stairs_2(t, left=False):
    # linear(0, 1, 20).hold_every(3)
    cycle = max(t // 3, 0) - (left & (t > 0) & (t % 3 == 0))
    start = cycle * 3
    return linear_1(start, False) if (t < 20.0) | (left & (t == 20.0)) else 1.0


def reverse_3(t, left=False):
    # linear(0, 1, 20).hold_every(3).reverse()
    return stairs_2(max(20.0 - t, 0.0), not left and t < 20.0)


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
