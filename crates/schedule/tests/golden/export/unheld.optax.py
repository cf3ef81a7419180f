# linear(0, 1, 20).hold_every(3).reverse()
import sys

import jax.numpy as jnp
import optax


def linear_1(t, left=False):
    # linear(0, 1, 20)
    z = jnp.maximum(jnp.minimum(t / 20.0, 1.0), 0.0)
    return 1.0 * z


def stairs_2(t, left=False):
    # linear(0, 1, 20).hold_every(3)
    cycle = jnp.maximum(t // 3, 0) - (left & (t > 0) & (t % 3 == 0))
    start = cycle * 3
    return jnp.where((t < 20.0) | (left & (t == 20.0)), linear_1(start, False), 1.0)


def reverse_3(t, left=False):
    # linear(0, 1, 20).hold_every(3).reverse()
    return stairs_2(jnp.maximum(20.0 - t, 0.0), jnp.logical_not(left) & (t < 20.0))


def schedule(step):
    t = jnp.asarray(step, float)
    return reverse_3(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
