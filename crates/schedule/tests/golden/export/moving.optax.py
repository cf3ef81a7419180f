# cosine(linear(1, 0.5, 100), 0, 100)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(1, 0.5, 100)
    z = jnp.maximum(jnp.minimum(t / 100.0, 1.0), 0.0)
    return 1.0 * (1.0 - z) + 0.5 * z


def cosine_2(t):
    # cosine(linear(1, 0.5, 100), 0, 100)
    z = jnp.maximum(jnp.minimum(t / 100.0, 1.0), 0.0)
    return linear_1(jnp.minimum(t, 100.0)) * jnp.cos(jnp.pi / 2 * z) ** 2


def schedule(step):
    t = jnp.asarray(step, float)
    return cosine_2(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
