# 0.001
import sys

import jax.numpy as jnp
import optax


def schedule(step):
    t = jnp.asarray(step, float)
    return jnp.full_like(t, 0.001)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
