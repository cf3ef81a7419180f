# cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
import math
import sys

import torch


def cosine_1(t):
    # cosine(1, 0, 20)
    z = max(min(t / 20.0, 1.0), 0.0)
    return 1.0 * math.cos(math.pi / 2 * z) ** 2


def cosine_2(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    z = max(min(t / 40.0, 1.0), 0.0)
    return 1.0 * math.cos(math.pi / 2 * z) ** 2


def product_3(t):
    # cosine(1, 0, 20)
    return cosine_2(t) * 0.5


def cosine_4(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    z = max(min(t / 80.0, 1.0), 0.0)
    return 1.0 * math.cos(math.pi / 2 * z) ** 2


def product_5(t):
    # cosine(1, 0, 20)
    return cosine_4(t) * 0.25


def then_6(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    if t < 20.0:
        return cosine_1(t)
    if t < 60.0:
        return product_3(t - 20.0)
    return product_5(t - 60.0)


def schedule(t):
    return then_6(t)


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
