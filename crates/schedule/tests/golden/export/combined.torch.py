# (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05).clamp(0.06, 0.9)
import math
import sys

import torch


def linear_1(t):
    # linear(0, 2, 100)
    z = max(min(t / 100.0, 1.0), 0.0)
    return 2.0 * z


def product_2(t):
    # linear(0, 2, 100) * 0.5
    return linear_1(t) * 0.5


def sum_3(t):
    # linear(0, 2, 100) * 0.5 + 0.1
    return product_2(t) + 0.1


def linear_4(t):
    # linear(1, 0, 300)
    z = max(min(t / 300.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def minimum_5(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300))
    return min(sum_3(t), linear_4(t))


def maximum_6(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05)
    return max(minimum_5(t), 0.05)


def clamp_7(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05).clamp(0.06, 0.9)
    return min(max(maximum_6(t), 0.06), 0.9)


def schedule(t):
    return clamp_7(t)


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
