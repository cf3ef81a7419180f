# warmup(2, 10).take(20).reverse()
import sys

import jax.numpy as jnp
import optax


def warmup_1(t, left=False):
    # warmup(2, 10)
    z = jnp.maximum(jnp.minimum((t + 1.0) / 10.0, 1.0), 0.0)
    return 2.0 * z


def take_2(t, left=False):
    # warmup(2, 10).take(20)
    return jnp.where(t < 20.0, warmup_1(t, left), 2.0)


def reverse_3(t, left=False):
    # warmup(2, 10).take(20).reverse()
    return take_2(jnp.maximum(10.0 - t, 0.0), jnp.logical_not(left) & (t < 10.0))


def schedule(step):
    t = jnp.asarray(step, float)
    return reverse_3(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
