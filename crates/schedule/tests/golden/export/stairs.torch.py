# linear(1, 0, 100).hold_every(7) >> linear(0, 1, 50).take(20) >> cosine(1, 0, 40).skip(10)
import math
import sys

import torch


def linear_1(t):
    # linear(1, 0, 100)
    z = max(min(t / 100.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def stairs_2(t):
    # linear(1, 0, 100).hold_every(7)
    cycle = max(t // 7, 0)
    start = cycle * 7
    return linear_1(start) if t < 100.0 else 0.0


def linear_3(t):
    # linear(0, 1, 50)
    z = max(min(t / 50.0, 1.0), 0.0)
    return 1.0 * z


def take_4(t):
    # linear(0, 1, 50).take(20)
    return linear_3(t) if t < 20.0 else 0.4


def cosine_5(t):
    # cosine(1, 0, 40)
    z = max(min(t / 40.0, 1.0), 0.0)
    return 1.0 * math.cos(math.pi / 2 * z) ** 2


def skip_6(t):
    # cosine(1, 0, 40).skip(10)
    return cosine_5(t + 10.0)


def then_7(t):
    # linear(1, 0, 100).hold_every(7) >> linear(0, 1, 50).take(20) >> cosine(1, 0, 40).skip(10)
    if t < 100.0:
        return stairs_2(t)
    if t < 120.0:
        return take_4(t - 100.0)
    return skip_6(t - 120.0)


def schedule(t):
    return then_7(t)


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
