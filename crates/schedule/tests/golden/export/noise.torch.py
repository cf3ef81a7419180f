# 1 + noise(0.1, 7, 10)
import math
import sys

import torch


def uniform(seed, counter):
    # Noise from -1 to 1, two rounds of SplitMix64.
    def mix(z):
        z = (z + 0x9E3779B97F4A7C15) % 2**64
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    return (mix(mix(int(seed)) ^ int(min(counter, 2**64 - 1))) >> 11) * 2.0**-52 - 1.0


def noise_1(t):
    # noise(0.1, 7, 10)
    z = max(t / 10.0, 0.0)
    return 0.1 * uniform(7.0, z)


def sum_2(t):
    # 1 + noise(0.1, 7, 10)
    return 1.0 + noise_1(t)


def schedule(t):
    return sum_2(t)


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
