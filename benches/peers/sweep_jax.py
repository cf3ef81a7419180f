"""JAX's side of `sweep`: the same nets trained with `vmap` over members that differ in rate and initial weights.

    python benches/peers/sweep_jax.py [moons] [mnist1d_relu] [--members 16,64,256]

Two ways, buffers donated: one jitted step called in a loop, and `lax.scan` over the steps inside one call. Prints
`name members way  median us/member-step  min` of nine timings of about half a second each; take the best of the lines.
"""
import functools
import sys
import time

import jax
import jax.numpy as jnp

KEY = jax.random.PRNGKey(0)


def layer(key, inputs, outputs):
    bound = inputs**-0.5
    w, b = jax.random.split(key)
    return dict(
        w=jax.random.uniform(w, (inputs, outputs), minval=-bound, maxval=bound),
        b=jax.random.uniform(b, (outputs,), minval=-bound, maxval=bound),
    )


def net(key, sizes):
    keys = jax.random.split(key, len(sizes) - 1)
    return [layer(k, i, o) for k, i, o in zip(keys, sizes, sizes[1:])]


def forward(params, x, activation):
    for p in params[:-1]:
        x = activation(x @ p["w"] + p["b"])
    return x @ params[-1]["w"] + params[-1]["b"]


def moons():
    x = jax.random.normal(KEY, (100, 2))
    y = jnp.round(jax.random.uniform(KEY, (100, 1)))

    def loss(params):
        z = forward(params, x, jnp.tanh)
        return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))

    return (2, 16, 16, 1), loss


def mnist1d_relu():
    x = jax.random.normal(KEY, (100, 40))
    y = jax.random.randint(KEY, (100,), 0, 10)

    def loss(params):
        z = jax.nn.log_softmax(forward(params, x, jax.nn.relu))
        return -jnp.mean(jnp.take_along_axis(z, y[:, None], 1))

    return (40, 100, 100, 10), loss


def member_step(loss, params, rate):
    value, gradient = jax.value_and_grad(loss)(params)
    return jax.tree.map(lambda p, g: p - rate * g, params, gradient), value


def run(name, members):
    sizes, loss = {"moons": moons, "mnist1d_relu": mnist1d_relu}[name]()
    step = jax.vmap(functools.partial(member_step, loss))
    rates = jnp.tile(jnp.logspace(-3, -1, 16), members // 16)

    @functools.partial(jax.jit, donate_argnums=0)
    def one(params):
        return step(params, rates)

    @functools.partial(jax.jit, donate_argnums=0, static_argnums=1)
    def scanned(params, count):
        return jax.lax.scan(lambda p, _: step(p, rates), params, None, length=count)

    def loop(params, count):
        for _ in range(count):
            params, value = one(params)
        return params, value

    for way, go in (("loop", loop), ("scan", scanned)):
        params = jax.vmap(lambda k: net(k, sizes))(jax.random.split(KEY, members))

        def timed(params, count):
            start = time.perf_counter()
            params, value = go(params, count)
            jax.block_until_ready((params, value))
            return params, (time.perf_counter() - start) * 1e6 / (members * count)

        params, _ = timed(params, 20)
        params, warm = timed(params, 20)
        count = max(20, int(0.5e6 / warm / members))
        params, _ = timed(params, count)
        times = []
        for _ in range(9):
            params, each = timed(params, count)
            times.append(each)
        times.sort()
        print(f"{name:12} {members:4} members, {way} {times[4]:9.2f} us/member-step   min {times[0]:.2f}", flush=True)


def main():
    arguments = sys.argv[1:]
    members = [16, 64, 256]
    if "--members" in arguments:
        at = arguments.index("--members")
        members = [int(m) for m in arguments[at + 1].split(",")]
        del arguments[at : at + 2]
    for name in arguments or ["moons", "mnist1d_relu"]:
        for count in members:
            run(name, count)


main()
