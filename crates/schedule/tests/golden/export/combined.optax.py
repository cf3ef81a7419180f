# (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05).clamp(0.06, 0.9)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0, 2, 100)
    z = jnp.maximum(jnp.minimum(t / 100.0, 1.0), 0.0)
    return 2.0 * z


def product_2(t):
    # linear(0, 2, 100) * 0.5
    return linear_1(t) * 0.5


def sum_3(t):
    # linear(0, 2, 100) * 0.5 + 0.1
    return product_2(t) + 0.1


def linear_4(t):
    # linear(1, 0, 300)
    z = jnp.maximum(jnp.minimum(t / 300.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def minimum_5(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300))
    return jnp.minimum(sum_3(t), linear_4(t))


def maximum_6(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05)
    return jnp.maximum(minimum_5(t), 0.05)


def clamp_7(t):
    # (linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05).clamp(0.06, 0.9)
    return jnp.minimum(jnp.maximum(maximum_6(t), 0.06), 0.9)


def schedule(step):
    t = jnp.asarray(step, float)
    return clamp_7(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
