# linear(0, 1, 10).skip(5).reverse() + (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
import sys

import jax.numpy as jnp
import optax


def linear_1(t, left=False):
    # linear(0, 1, 10)
    z = jnp.maximum(jnp.minimum(t / 10.0, 1.0), 0.0)
    return 1.0 * z


def skip_2(t, left=False):
    # linear(0, 1, 10).skip(5)
    return linear_1(t + 5.0, left)


def reverse_3(t, left=False):
    # linear(0, 1, 10).skip(5).reverse()
    return skip_2(jnp.maximum(5.0 - t, 0.0), jnp.logical_not(left) & (t < 5.0))


def hold_4(t, left=False):
    # hold(1, 5)
    return 1.0


def hold_5(t, left=False):
    # hold(3, 5)
    return 3.0


def then_6(t, left=False):
    # hold(1, 5) >> hold(3, 5)
    return jnp.where((t < 5.0) | (left & (t == 5.0)), hold_4(t, left), hold_5(t - 5.0, left))


def skip_7(t, left=False):
    # (hold(1, 5) >> hold(3, 5)).skip(5)
    return then_6(t + 5.0, left)


def reverse_8(t, left=False):
    # (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
    return skip_7(jnp.maximum(5.0 - t, 0.0), jnp.logical_not(left) & (t < 5.0))


def sum_9(t, left=False):
    # linear(0, 1, 10).skip(5).reverse() + (hold(1, 5) >> hold(3, 5)).skip(5).reverse()
    return reverse_3(t, left) + reverse_8(t, left)


def schedule(step):
    t = jnp.asarray(step, float)
    return sum_9(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
