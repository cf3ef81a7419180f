# linear(0, 1, 10).skip(5).reverse() + (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
import math
import sys

import torch


def linear_1(t, left=False):
    # linear(0, 1, 10)
    z = max(min(t / 10.0, 1.0), 0.0)
    return 1.0 * z


def skip_2(t, left=False):
    # linear(0, 1, 10).skip(5)
    return linear_1(t + 5.0, left)


def reverse_3(t, left=False):
    # linear(0, 1, 10).skip(5).reverse()
    return skip_2(max(5.0 - t, 0.0), not left and t < 5.0)


def hold_4(t, left=False):
    # hold(1, 5)
    return 1.0


def hold_5(t, left=False):
    # hold(3, 5)
    return 3.0


def then_6(t, left=False):
    # hold(1, 5) >> hold(3, 5)
    if (t < 5.0) | (left & (t == 5.0)):
        return hold_4(t, left)
    return hold_5(t - 5.0, left)


def skip_7(t, left=False):
    # (hold(1, 5) >> hold(3, 5)).skip(5)
    return then_6(t + 5.0, left)


def reverse_8(t, left=False):
    # (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
    return skip_7(max(5.0 - t, 0.0), not left and t < 5.0)


def sum_9(t, left=False):
    # linear(0, 1, 10).skip(5).reverse() + (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
    return reverse_3(t, left) + reverse_8(t, left)


def schedule(t):
    return sum_9(t)


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
