# warmup(0.001, 1%) >> hold(0.001, rest) >> one_minus_sqrt(0.001, 0, 20%)
import sys

import jax.numpy as jnp
import optax


def warmup_1(t):
    # warmup(0.001, 1%)
    z = jnp.maximum(jnp.minimum((t + 1.0) / 3.0, 1.0), 0.0)
    return 0.001 * z


def hold_2(t):
    # hold(0.001, rest)
    return 0.001


def one_minus_sqrt_3(t):
    # one_minus_sqrt(0.001, 0, 20%)
    z = jnp.maximum(jnp.minimum(t / 60.0, 1.0), 0.0)
    return 0.001 + (0.0 - 0.001) * jnp.sqrt(z)


def then_4(t):
    # warmup(0.001, 1%) >> hold(0.001, rest) >> one_minus_sqrt(0.001, 0, 20%)
    return optax.join_schedules([warmup_1, hold_2, one_minus_sqrt_3], [3.0, 240.0])(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return then_4(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
