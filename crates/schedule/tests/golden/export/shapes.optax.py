# cosine_power(1, 0.1, 2, 30) >> polynomial(1, 0.1, 3, 30) >> exponential(1, 0.1, 30).inclusive() >> harmonic(1, 0.1, 30) >> power(1, 0.1, 2, 30) >> k_cosine(1, 0.1, 2, 30) >> k_polynomial(1, 0.1, 2, 3, 30) >> tanh(1, 0.1, -4, 4, 30) >> inverse_power(1, 0.7, 20)
import sys

import jax.numpy as jnp
import optax


def cosine_power_1(t):
    # cosine_power(1, 0.1, 2, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (jnp.sin(jnp.pi / 2 * (1.0 - z)) ** 2) ** 2.0


def polynomial_2(t):
    # polynomial(1, 0.1, 3, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 - z) ** 3.0


def exponential_3(t):
    # exponential(1, 0.1, 30).inclusive()
    z = jnp.maximum(jnp.minimum(t / 29.0, 1.0), 0.0)
    return 1.0 * (0.1 / 1.0) ** z


def harmonic_4(t):
    # harmonic(1, 0.1, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 1.0 / ((1.0 - z) / 1.0 + z / 0.1)


def power_5(t):
    # power(1, 0.1, 2, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 1.0 + (0.1 - 1.0) * z ** 2.0


def k_cosine_6(t):
    # k_cosine(1, 0.1, 2, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * jnp.cos(jnp.pi / 2 * z ** 2.0) ** 2


def k_polynomial_7(t):
    # k_polynomial(1, 0.1, 2, 3, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 - z ** 3.0) ** 2.0


def tanh_8(t):
    # tanh(1, 0.1, -4, 4, 30)
    z = jnp.maximum(jnp.minimum(t / 30.0, 1.0), 0.0)
    return 0.1 + (1.0 - 0.1) * (1.0 / (1.0 + jnp.exp(2.0 * ((-4.0) * (1.0 - z) + 4.0 * z))))


def inverse_power_9(t):
    # inverse_power(1, 0.7, 20)
    z = jnp.maximum(t / 20.0, 0.0)
    return 1.0 * (1.0 + z) ** -0.7


def then_10(t):
    # cosine_power(1, 0.1, 2, 30) >> polynomial(1, 0.1, 3, 30) >> exponential(1, 0.1, 30).inclusive() >> h...
    return optax.join_schedules([cosine_power_1, polynomial_2, exponential_3, harmonic_4, power_5, k_cosine_6, k_polynomial_7, tanh_8, inverse_power_9], [30.0, 60.0, 90.0, 120.0, 150.0, 180.0, 210.0, 240.0])(t)


def schedule(step):
    t = jnp.asarray(step, float)
    return then_10(t)


if __name__ == "__main__":
    for step in sorted(int(step) for step in sys.argv[1:]) or range(10):
        print(f"{step},{schedule(step)}")
