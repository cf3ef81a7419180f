# torch::CosineAnnealingLR(lr=0.1, T_max=50, eta_min=0.01)
import sys

import jax.numpy as jnp
import optax


def cosine_1(t):
    # torch::CosineAnnealingLR(lr=0.1, T_max=50, eta_min=0.01)
    z = jnp.maximum(t / 50.0, 0.0)
    return 0.01 + (0.1 - 0.01) * jnp.cos(jnp.pi / 2 * z) ** 2


def schedule(step):
    t = jnp.asarray(step, float)
    return cosine_1(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
