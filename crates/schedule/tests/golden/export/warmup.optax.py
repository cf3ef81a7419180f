# linear(0, 0.001, 50) >> cosine(0.001, 1e-05, 250)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0, 0.001, 50)
    z = jnp.maximum(jnp.minimum(t / 50.0, 1.0), 0.0)
    return 0.001 * z


def cosine_2(t):
    # cosine(0.001, 1e-05, 250)
    z = jnp.maximum(jnp.minimum(t / 250.0, 1.0), 0.0)
    return 1e-5 + (0.001 - 1e-5) * jnp.cos(jnp.pi / 2 * z) ** 2


def then_3(t):
    # linear(0, 0.001, 50) >> cosine(0.001, 1e-05, 250)
    return optax.join_schedules([linear_1, cosine_2], [50.0])(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return then_3(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
