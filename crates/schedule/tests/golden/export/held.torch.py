# cosine(0, linear(0, 1, 20), 10)
import math
import sys

import torch


def linear_1(t):
    # linear(0, 1, 20)
    z = max(min(t / 20.0, 1.0), 0.0)
    return 1.0 * z


def cosine_2(t):
    # cosine(0, linear(0, 1, 20), 10)
    z = max(min(t / 10.0, 1.0), 0.0)
    return linear_1(min(t, 10.0)) + (0.0 - linear_1(min(t, 10.0))) * math.cos(math.pi / 2 * z) ** 2


def schedule(t):
    return cosine_2(t)


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
