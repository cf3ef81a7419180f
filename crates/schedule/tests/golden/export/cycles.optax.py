# (linear(0, 1, 3.5) >> linear(1, 0, 4)).repeat(forever, decay=0.8)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0, 1, 3.5)
    z = jnp.maximum(jnp.minimum(t / 3.5, 1.0), 0.0)
    return 1.0 * z


def linear_2(t):
    # linear(1, 0, 4)
    z = jnp.maximum(jnp.minimum(t / 4.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def then_3(t):
    # linear(0, 1, 3.5) >> linear(1, 0, 4)
    return optax.join_schedules([linear_1, linear_2], [3.5])(t)


def repeat_4(t):
    # (linear(0, 1, 3.5) >> linear(1, 0, 4)).repeat(forever, decay=0.8)
    cycle = jnp.maximum((t * 2) // 15, 0)
    return then_3((t * 2 - cycle * 15) / 2) * 0.8 ** cycle


def schedule(step):
    t = jnp.asarray(step, float)
    return repeat_4(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
