# recipe::bert(peak=1, warmup=30, total=300)
import sys

import jax.numpy as jnp
import optax


def linear_1(t):
    # linear(0, 1, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 1.0 * z


def linear_2(t):
    # linear(1, 0, 300)
    z = jnp.maximum(jnp.minimum(t / 300.0, 1.0), 0.0)
    return 1.0 * (1.0 - z)


def splice_3(t):
    # recipe::bert(peak=1, warmup=30, total=300)
    return jnp.where(t < 30.0, linear_1(t), linear_2(t))


def schedule(step):
    t = jnp.asarray(step, float)
    return splice_3(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
