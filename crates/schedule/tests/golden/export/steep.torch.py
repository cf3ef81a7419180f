# linear(0.001, 0, 1000000).min(exponential_decay(1, 2, 1e-09))
import math
import sys

import torch


def power(base, exponent):
    # Python's own raises where it is past the largest float.
    try:
        return base**exponent
    except OverflowError:
        return -math.inf if base < 0.0 and exponent % 2 == 1 else math.inf


def linear_1(t):
    # linear(0.001, 0, 1000000)
    z = max(min(t / 1000000.0, 1.0), 0.0)
    return 0.001 * (1.0 - z)


def exponential_decay_2(t):
    # exponential_decay(1, 2, 1e-09)
    z = max(t / 1e-9, 0.0)
    return 1.0 * power(2.0, z)


def minimum_3(t):
    # linear(0.001, 0, 1000000).min(exponential_decay(1, 2, 1e-09))
    return min(linear_1(t), exponential_decay_2(t))


def schedule(t):
    return minimum_3(t)


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
