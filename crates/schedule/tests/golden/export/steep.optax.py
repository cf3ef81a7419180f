# linear(0.001, 0, 1000000).min(exponential_decay(1, 2, 1e-09))
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0.001, 0, 1000000)
    z = jnp.maximum(jnp.minimum(t / 1000000.0, 1.0), 0.0)
    return 0.001 * (1.0 - z)


def exponential_decay_2(t):
    # exponential_decay(1, 2, 1e-09)
    z = jnp.maximum(t / 1e-9, 0.0)
    return 1.0 * 2.0 ** z


def minimum_3(t):
    # linear(0.001, 0, 1000000).min(exponential_decay(1, 2, 1e-09))
    return jnp.minimum(linear_1(t), exponential_decay_2(t))


def schedule(step):
    t = jnp.asarray(step, float)
    return minimum_3(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
