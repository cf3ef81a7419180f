# warmup(0.001, 1%) >> hold(0.001, rest) >> one_minus_sqrt(0.001, 0, 20%)
import math
import sys

import torch


def warmup_1(t):
    # warmup(0.001, 1%)
    z = max(min((t + 1.0) / 3.0, 1.0), 0.0)
    return 0.001 * z


def hold_2(t):
    # hold(0.001, rest)
    return 0.001


def one_minus_sqrt_3(t):
    # one_minus_sqrt(0.001, 0, 20%)
    z = max(min(t / 60.0, 1.0), 0.0)
    return 0.001 + (0.0 - 0.001) * math.sqrt(z)


def then_4(t):
    # warmup(0.001, 1%) >> hold(0.001, rest) >> one_minus_sqrt(0.001, 0, 20%)
    if t < 3.0:
        return warmup_1(t)
    if t < 240.0:
        return hold_2(t - 3.0)
    return one_minus_sqrt_3(t - 240.0)


def schedule(t):
    return then_4(t)


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
