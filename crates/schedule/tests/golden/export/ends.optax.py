# cosine_power(0, 1, 0.2, 10) + tanh(1, 0, -400, 400, 20) + linear(0.5, 1, 1).inclusive().reverse()
import sys

import jax.numpy as jnp
import optax


def cosine_power_1(t):
    # cosine_power(0, 1, 0.2, 10)
    z = jnp.maximum(jnp.minimum(t / 10.0, 1.0), 0.0)
    return 1.0 + (0.0 - 1.0) * (jnp.sin(jnp.pi / 2 * (1.0 - z)) ** 2) ** 0.2


def tanh_2(t):
    # tanh(1, 0, -400, 400, 20)
    z = jnp.maximum(jnp.minimum(t / 20.0, 1.0), 0.0)
    return 1.0 * (1.0 / (1.0 + jnp.exp(jnp.minimum(2.0 * ((-400.0) * (1.0 - z) + 400.0 * z), 709.78))))


def linear_3(t):
    # linear(0.5, 1, 1).inclusive().reverse()
    z = 0.0
    return 0.5 * (1.0 - z) + 1.0 * z


def sum_4(t):
    # cosine_power(0, 1, 0.2, 10) + tanh(1, 0, -400, 400, 20) + linear(0.5, 1, 1).inclusive().reverse()
    return cosine_power_1(t) + tanh_2(t) + linear_3(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return sum_4(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
