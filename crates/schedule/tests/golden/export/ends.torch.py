# cosine_power(0, 1, 0.2, 10) + tanh(1, 0, -400, 400, 20) + linear(0.5, 1, 1).inclusive().reverse()
import math
import sys

import torch


def cosine_power_1(t):
    # cosine_power(0, 1, 0.2, 10)
    z = max(min(t / 10.0, 1.0), 0.0)
    return 1.0 + (0.0 - 1.0) * (math.sin(math.pi / 2 * (1.0 - z)) ** 2) ** 0.2


def tanh_2(t):
    # tanh(1, 0, -400, 400, 20)
    z = max(min(t / 20.0, 1.0), 0.0)
    return 1.0 * (1.0 / (1.0 + math.exp(min(2.0 * ((-400.0) * (1.0 - z) + 400.0 * z), 709.78))))


def linear_3(t):
    # linear(0.5, 1, 1).inclusive().reverse()
    z = 0.0
    return 0.5 * (1.0 - z) + 1.0 * z


def sum_4(t):
    # cosine_power(0, 1, 0.2, 10) + tanh(1, 0, -400, 400, 20) + linear(0.5, 1, 1).inclusive().reverse()
    return cosine_power_1(t) + tanh_2(t) + linear_3(t)


def schedule(t):
    return sum_4(t)


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
