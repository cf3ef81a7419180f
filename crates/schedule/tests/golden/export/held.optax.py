# cosine(0, linear(0, 1, 20), 10)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0, 1, 20)
    z = jnp.maximum(jnp.minimum(t / 20.0, 1.0), 0.0)
    return 1.0 * z


def cosine_2(t):
    # cosine(0, linear(0, 1, 20), 10)
    z = jnp.maximum(jnp.minimum(t / 10.0, 1.0), 0.0)
    return linear_1(jnp.minimum(t, 10.0)) + (0.0 - linear_1(jnp.minimum(t, 10.0))) * jnp.cos(jnp.pi / 2 * z) ** 2


def schedule(step):
    t = jnp.asarray(step, float)
    return cosine_2(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
