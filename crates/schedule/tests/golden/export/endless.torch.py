# inverse_sqrt(1, 10) + 0.5 * inverse_time(1, 20) + exponential_decay(0.1, 0.9, 7)
import math
import sys

import torch


def inverse_sqrt_1(t):
    # inverse_sqrt(1, 10)
    z = max(t / 10.0, 0.0)
    return 1.0 / math.sqrt(1.0 + z)


def inverse_time_2(t):
    # inverse_time(1, 20)
    z = max(t / 20.0, 0.0)
    return 1.0 / (1.0 + z)


def product_3(t):
    # 0.5 * inverse_time(1, 20)
    return 0.5 * inverse_time_2(t)


def exponential_decay_4(t):
    # exponential_decay(0.1, 0.9, 7)
    z = max(t / 7.0, 0.0)
    return 0.1 * 0.9 ** z


def sum_5(t):
    # inverse_sqrt(1, 10) + 0.5 * inverse_time(1, 20) + exponential_decay(0.1, 0.9, 7)
    return inverse_sqrt_1(t) + product_3(t) + exponential_decay_4(t)


def schedule(t):
    return sum_5(t)


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
