# (hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73) * linear(1, 0, 60%).stretch(1.5)
import sys

import jax.numpy as jnp
import optax


def hold_1(t):
    # hold(1, 100/3%)
    return 1.0


def hold_2(t):
    # hold(1.52, 100/3%)
    return 1.52


def then_3(t):
    # hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73
    return optax.join_schedules([hold_1, hold_2, lambda t: 1.73], [100.0, 200.0])(t)


def linear_4(t):
    # linear(1, 0, 60%).stretch(1.5)
    z = jnp.maximum(jnp.minimum(t / 270.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def product_5(t):
    # (hold(1, 100/3%) >> hold(1.52, 100/3%) >> 1.73) * linear(1, 0, 60%).stretch(1.5)
    return then_3(t) * linear_4(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return product_5(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
