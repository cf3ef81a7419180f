# (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80).reverse()
import sys

import jax.numpy as jnp
import optax


def linear_1(t, left=False):
    # linear(0, 1, 40)
    z = jnp.maximum(jnp.minimum(t / 40.0, 1.0), 0.0)
    return 1.0 * z


def hold_2(t, left=False):
    # hold(3, 25)
    return 3.0


def linear_3(t, left=False):
    # linear(1, 2, 10)
    z = jnp.maximum(jnp.minimum(t / 10.0, 1.0), 0.0)
    return 1.0 * (1.0 - z) + 2.0 * z


def repeat_4(t, left=False):
    # linear(1, 2, 10).repeat(3, decay=0.5)
    cycle = jnp.maximum(t // 10, 0) - (left & (t > 0) & (t % 10 == 0))
    return jnp.where(cycle >= 3, 0.5, linear_3(t - cycle * 10, left) * 0.5 ** cycle)


def then_5(t, left=False):
    # linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)
    return jnp.where((t < 40.0) | (left & (t == 40.0)), linear_1(t, left), jnp.where((t < 65.0) | (left & (t == 65.0)), hold_2(t - 40.0, left), repeat_4(t - 65.0, left)))


def take_6(t, left=False):
    # (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80)
    return jnp.where(t < 80.0, then_5(t, left), 0.75)


def reverse_7(t, left=False):
    # (linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80).reverse()
    return take_6(jnp.maximum(80.0 - t, 0.0), jnp.logical_not(left) & (t < 80.0))


def schedule(step):
    t = jnp.asarray(step, float)
    return reverse_7(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
