# linear(1, 0, 100).hold_every(7) >> linear(0, 1, 50).take(20) >> cosine(1, 0, 40).skip(10)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(1, 0, 100)
    z = jnp.maximum(jnp.minimum(t / 100.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def stairs_2(t):
    # linear(1, 0, 100).hold_every(7)
    cycle = jnp.maximum(t // 7, 0)
    start = cycle * 7
    return jnp.where(t < 100.0, linear_1(start), 0.0)


def linear_3(t):
    # linear(0, 1, 50)
    z = jnp.maximum(jnp.minimum(t / 50.0, 1.0), 0.0)
    return 1.0 * z


def take_4(t):
    # linear(0, 1, 50).take(20)
    return jnp.where(t < 20.0, linear_3(t), 0.4)


def cosine_5(t):
    # cosine(1, 0, 40)
    z = jnp.maximum(jnp.minimum(t / 40.0, 1.0), 0.0)
    return 1.0 * jnp.cos(jnp.pi / 2 * z) ** 2


def skip_6(t):
    # cosine(1, 0, 40).skip(10)
    return cosine_5(t + 10.0)


def then_7(t):
    # linear(1, 0, 100).hold_every(7) >> linear(0, 1, 50).take(20) >> cosine(1, 0, 40).skip(10)
    return optax.join_schedules([stairs_2, take_4, skip_6], [100.0, 120.0])(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return then_7(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
