# cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
import sys

import jax.numpy as jnp
import optax


def cosine_1(t):
    # cosine(1, 0, 20)
    z = jnp.maximum(jnp.minimum(t / 20.0, 1.0), 0.0)
    return 1.0 * jnp.cos(jnp.pi / 2 * z) ** 2


def cosine_2(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    z = jnp.maximum(jnp.minimum(t / 40.0, 1.0), 0.0)
    return 1.0 * jnp.cos(jnp.pi / 2 * z) ** 2


def product_3(t):
    # cosine(1, 0, 20)
    return cosine_2(t) * 0.5


def cosine_4(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    z = jnp.maximum(jnp.minimum(t / 80.0, 1.0), 0.0)
    return 1.0 * jnp.cos(jnp.pi / 2 * z) ** 2


def product_5(t):
    # cosine(1, 0, 20)
    return cosine_4(t) * 0.25


def then_6(t):
    # cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)
    return optax.join_schedules([cosine_1, product_3, product_5], [20.0, 60.0])(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return then_6(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
