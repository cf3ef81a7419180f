# inverse_sqrt(1, 10) + 0.5 * inverse_time(1, 20) + exponential_decay(0.1, 0.9, 7)
import sys

import jax.numpy as jnp
import optax


def inverse_sqrt_1(t):
    # inverse_sqrt(1, 10)
    z = jnp.maximum(t / 10.0, 0.0)
    return 1.0 / jnp.sqrt(1.0 + z)


def inverse_time_2(t):
    # inverse_time(1, 20)
    z = jnp.maximum(t / 20.0, 0.0)
    return 1.0 / (1.0 + z)


def product_3(t):
    # 0.5 * inverse_time(1, 20)
    return 0.5 * inverse_time_2(t)


def exponential_decay_4(t):
    # exponential_decay(0.1, 0.9, 7)
    z = jnp.maximum(t / 7.0, 0.0)
    return 0.1 * 0.9 ** z


def sum_5(t):
    # inverse_sqrt(1, 10) + 0.5 * inverse_time(1, 20) + exponential_decay(0.1, 0.9, 7)
    return inverse_sqrt_1(t) + product_3(t) + exponential_decay_4(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return sum_5(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
