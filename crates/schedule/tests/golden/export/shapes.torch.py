# cosine_power(1, 0.1, 2, 30) >> polynomial(1, 0.1, 3, 30) >> exponential(1, 0.1, 30).inclusive() >> harmonic(1, 0.1, 30) >> power(1, 0.1, 2, 30) >> k_cosine(1, 0.1, 2, 30) >> k_polynomial(1, 0.1, 2, 3, 30) >> tanh(1, 0.1, -4, 4, 30) >> inverse_power(1, 0.7, 20)
import math
import sys

import torch


def cosine_power_1(t):
    # cosine_power(1, 0.1, 2, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (math.sin(math.pi / 2 * (1.0 - z)) ** 2) ** 2.0


def polynomial_2(t):
    # polynomial(1, 0.1, 3, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 - z) ** 3.0


def exponential_3(t):
    # exponential(1, 0.1, 30).inclusive()
    z = max(min(t / 29.0, 1.0), 0.0)
    return 1.0 * (0.1 / 1.0) ** z


def harmonic_4(t):
    # harmonic(1, 0.1, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 1.0 / ((1.0 - z) / 1.0 + z / 0.1)


def power_5(t):
    # power(1, 0.1, 2, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 1.0 + (0.1 - 1.0) * z ** 2.0


def k_cosine_6(t):
    # k_cosine(1, 0.1, 2, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * math.cos(math.pi / 2 * z ** 2.0) ** 2


def k_polynomial_7(t):
    # k_polynomial(1, 0.1, 2, 3, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 - z ** 3.0) ** 2.0


def tanh_8(t):
    # tanh(1, 0.1, -4, 4, 30)
    z = max(min(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 / (1.0 + math.exp(2.0 * ((-4.0) * (1.0 - z) + 4.0 * z))))


def inverse_power_9(t):
    # inverse_power(1, 0.7, 20)
    z = max(t / 20.0, 0.0)
    return 1.0 * (1.0 + z) ** -0.7


def then_10(t):
    # cosine_power(1, 0.1, 2, 30) >> polynomial(1, 0.1, 3, 30) >> exponential(1, 0.1, 30).inclusive() >> h...
    if t < 30.0:
        return cosine_power_1(t)
    if t < 60.0:
        return polynomial_2(t - 30.0)
    if t < 90.0:
        return exponential_3(t - 60.0)
    if t < 120.0:
        return harmonic_4(t - 90.0)
    if t < 150.0:
        return power_5(t - 120.0)
    if t < 180.0:
        return k_cosine_6(t - 150.0)
    if t < 210.0:
        return k_polynomial_7(t - 180.0)
    if t < 240.0:
        return tanh_8(t - 210.0)
    return inverse_power_9(t - 240.0)


def schedule(t):
    return then_10(t)


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
