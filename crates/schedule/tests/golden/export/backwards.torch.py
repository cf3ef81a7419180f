# (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80).reverse()
import math
import sys

import torch


def linear_1(t, left=False):
    # linear(0, 1, 40)
    z = max(min(t / 40.0, 1.0), 0.0)
    return 1.0 * z


def hold_2(t, left=False):
    # hold(3, 25)
    return 3.0


def linear_3(t, left=False):
    # linear(1, 2, 10)
    z = max(min(t / 10.0, 1.0), 0.0)
    return 1.0 * (1.0 - z) + 2.0 * z


def repeat_4(t, left=False):
    # linear(1, 2, 10).repeat(3, decay=0.5)
    cycle = max(t // 10, 0) - (left & (t > 0) & (t % 10 == 0))
    return 0.5 if cycle >= 3 else linear_3(t - cycle * 10, left) * 0.5 ** cycle


def then_5(t, left=False):
    # linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)
    if (t < 40.0) | (left & (t == 40.0)):
        return linear_1(t, left)
    if (t < 65.0) | (left & (t == 65.0)):
        return hold_2(t - 40.0, left)
    return repeat_4(t - 65.0, left)


def take_6(t, left=False):
    # (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80)
    return then_5(t, left) if t < 80.0 else 0.75


def reverse_7(t, left=False):
    # (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80).reverse()
    return take_6(max(80.0 - t, 0.0), not left and t < 80.0)


def schedule(t):
    return reverse_7(t)


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
