# exponential(1e-200, 1e+200, 10)
import sys

import jax.numpy as jnp
import optax


def exponential_1(t):
    # exponential(1e-200, 1e+200, 10)
    z = jnp.maximum(jnp.minimum(t / 10.0, 1.0), 0.0)
    return jnp.copysign(abs(1e-200) ** (1.0 - z) * abs(1e200) ** z, 1e-200)


def schedule(step):
    t = jnp.asarray(step, float)
    return exponential_1(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
