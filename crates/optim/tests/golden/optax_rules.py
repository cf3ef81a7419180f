"""Writes rules/<rule>.txt for the rules named after optax, in float64. `python3 optax_rules.py [--check] [rule ...]`"""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
import optax.contrib

import problems
from problems import START, STEPS, Trace, adapters, knobs, parse, start, write


def polyak_as_documented(max_learning_rate=1.0, scaling=1.0, f_min=0.0, eps=0.0, variant="sps"):
    """optax's polyak_sgd scales the gradient before it takes the gradient's norm, and so divides by `scaling`; its documentation, as the
    paper, multiplies the step by it. These are its own two parts the other way round."""
    step = optax.scale_by_polyak(max_learning_rate=max_learning_rate, f_min=f_min, eps=eps, variant=variant)
    return optax.chain(step, optax.scale_by_learning_rate(scaling))


# optax's function, and whether the rule looks at all parameters at once (norms or dots over the whole tree).
RULES = {
    "nadamw": (optax.nadamw, False),
    "amsgrad": (optax.amsgrad, False),
    "adabelief": (optax.adabelief, False),
    "yogi": (optax.yogi, False),
    "adan": (optax.adan, False),
    "lion": (optax.lion, False),
    "lamb": (optax.lamb, False),
    "lars": (optax.lars, False),
    "polyak_sgd": (polyak_as_documented, True),
    "ademamix": (optax.contrib.ademamix, False),
    "adopt": (optax.contrib.adopt, False),
    "dog": (optax.contrib.dog, True),
    "dowg": (optax.contrib.dowg, True),
    "dadapt_adamw": (optax.contrib.dadapt_adamw, True),
    "prodigy": (optax.contrib.prodigy, True),
    "momo": (optax.contrib.momo, True),
    "momo_adam": (optax.contrib.momo_adam, True),
}


def tabulated(schedule):
    """A schedule as a lookup, so that a traced step gets the very numbers that the text stands for."""
    values = jnp.array([schedule(t) for t in range(STEPS + 1)])
    return lambda count: values[count]


def arguments(name, own):
    """optax's keywords for a text's knobs."""
    result = {}
    for key, value in own.items():
        value = tuple(value) if isinstance(value, list) else tabulated(value) if callable(value) else value
        if name == "dog" and key in ("reps_rel", "init_distance", "init_learning_rate"):
            tag = {"reps_rel": "heuristic", "init_distance": "distance", "init_learning_rate": "learning_rate"}[key]
            key, value = "init_step", (tag, value)
        result["learning_rate" if key == "lr" else key] = value
    return result


def parts(name, settings):
    """[(paths, transform)]: a transform a parameter, or one over all of them for a rule that looks at the whole tree."""
    make, whole = RULES[name]
    trained = {k: own for k, own in settings.items() if own is not None}
    if whole:
        first = next(iter(trained.values()))
        assert all(own == first for own in trained.values()), "optax has one setting for all"
        return [(list(trained), make(**arguments(name, first)))]
    return [([k], make(**arguments(name, own))) for k, own in trained.items()]


def objective(problem):
    return lambda params: problems.loss(problem, params, jnp.asarray, jnp.tanh)


def run(text, problem, nudge):
    stages = parse(text)
    assert not adapters(stages), text
    name = stages[0][0]
    make = RULES[name][0]
    module = make.__module__
    library = f"optax {optax.__version__} optax.{'contrib.' if 'contrib' in module else ''}{name}"
    if make is polyak_as_documented:
        library = f"optax {optax.__version__} optax.scale_by_polyak, then scaling"
    f = objective(problem)
    params = {k: jnp.asarray(v) for k, v in start(problem, nudge).items()}
    pieces = [(paths, optax.with_extra_args_support(t)) for paths, t in parts(name, knobs(stages, params))]
    states = [t.init({k: params[k] for k in paths}) for paths, t in pieces]

    @jax.jit
    def step(params, states):
        value, grads = jax.value_and_grad(f)(params)
        after, new = dict(params), []
        for (paths, t), state in zip(pieces, states):
            own = {k: params[k] for k in paths}
            updates, state = t.update({k: grads[k] for k in paths}, state, own, value=value)
            after.update(optax.apply_updates(own, updates))
            new.append(state)
        return after, new

    trace = Trace()
    trace.see(0, f(params), [])
    for k in range(STEPS):
        params, states = step(params, states)
        assert all(v.dtype == jnp.float64 for v in params.values())
        trace.see(k + 1, f(params), [params[path] for path in START[problem]])  # jax sorts keys
    return library, trace


def on(problem, *texts):
    return [(text, problem) for text in texts]


QUIRKS = {"polyak_sgd_optax": optax.polyak_sgd}

FILES = {
    "lamb": on(
        "vector",
        "lamb(lr=0.05)",
        "lamb(lr=0.05, b1=0.8, b2=0.95, eps=0.1)",
        "lamb(lr=0.05, weight_decay=0.3)",
        "lamb(lr=0.05, eps_root=0.01)",
        "lamb(lr=linear(0.1, 0, 20), weight_decay=0.1)",
    )
    + on("matrix", "lamb(lr=0.1)")
    + on(
        "net",
        "lamb(lr=0.05, weight_decay=0.1)",
        'lamb(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.01)',
        'lamb(lr=0.05, b2=0.9) | freeze("fc1.*")',
    ),
    "prodigy": on(
        "vector",
        "prodigy()",
        "prodigy(estim_lr0=0.01)",
        "prodigy(lr=0.5, estim_lr0=0.01, betas=[0.8, 0.95])",
        "prodigy(estim_lr0=0.01, beta3=0.9, estim_lr_coef=0.5)",
        "prodigy(estim_lr0=0.01, eps=0.1, weight_decay=0.2)",
        "prodigy(lr=linear(1, 0, 20), estim_lr0=0.01)",
        "prodigy(lr=linear(0, 1, 10), estim_lr0=0.01, safeguard_warmup=true)",
    )
    + on("matrix", "prodigy(estim_lr0=0.01)")
    + on("net", "prodigy(estim_lr0=0.001)", 'prodigy(estim_lr0=0.01, weight_decay=0.1) | freeze("fc1.*")'),
    "nadamw": on(
        "vector",
        "nadamw(lr=0.1)",
        "nadamw(lr=0.1, b1=0.8, b2=0.95, eps=0.01)",
        "nadamw(lr=0.1, weight_decay=0.3)",
        "nadamw(lr=linear(0.1, 0, 20), weight_decay=linear(0.3, 0, 20))",
    )
    + on("matrix", "nadamw(lr=0.05)")
    + on(
        "net",
        "nadamw(lr=0.05, weight_decay=0.1)",
        'nadamw(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "amsgrad": on(
        "vector",
        "amsgrad(lr=0.1)",
        "amsgrad(lr=0.1, b1=0.8, b2=0.9)",
        "amsgrad(lr=0.1, b2=0.9, eps=0.1)",
        "amsgrad(lr=linear(0.1, 0, 20), b2=0.95)",
    )
    + on("matrix", "amsgrad(lr=0.05, b2=0.9)")
    + on("net", "amsgrad(lr=0.05, b2=0.9)", 'amsgrad(lr=0.05, b2=0.95) | group("*.bias", lr=0.02) | freeze("fc1.bias")'),
    "adabelief": on(
        "vector",
        "adabelief(lr=0.1)",
        "adabelief(lr=0.1, b1=0.8, b2=0.95, eps=0.01)",
        "adabelief(lr=0.1, eps_root=0.01)",
        "adabelief(lr=linear(0.1, 0, 20))",
    )
    + on("matrix", "adabelief(lr=0.02, b2=0.9, eps=1e-4)")
    + on("net", "adabelief(lr=0.02)", 'adabelief(lr=0.02, eps=1e-3) | group("*.bias", lr=0.05) | freeze("fc1.bias")'),
    "yogi": on(
        "vector",
        "yogi(lr=0.1)",
        "yogi(lr=0.1, b1=0.8, b2=0.9)",
        "yogi(lr=0.1, eps=0.1)",
        "yogi(lr=linear(0.1, 0, 20), b2=0.95)",
    )
    + on("matrix", "yogi(lr=0.05)")
    + on("net", "yogi(lr=0.05)", 'yogi(lr=0.05, b2=0.9) | group("*.bias", lr=0.02) | freeze("fc2.bias")'),
    "adan": on(
        "vector",
        "adan(lr=0.1)",
        "adan(lr=0.1, b1=0.9, b2=0.8, b3=0.95)",
        "adan(lr=0.1, eps=0.1)",
        "adan(lr=0.1, eps_root=0.01)",
        "adan(lr=0.1, weight_decay=0.3)",
        "adan(lr=linear(0.2, 0, 20), weight_decay=0.1)",
    )
    + on("matrix", "adan(lr=0.05)")
    + on(
        "net",
        "adan(lr=0.05, weight_decay=0.1)",
        'adan(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "lion": on(
        "vector",
        "lion(lr=0.05)",
        "lion(lr=0.05, b1=0.7, b2=0.9)",
        "lion(lr=0.05, weight_decay=0.3)",
        "lion(lr=linear(0.1, 0, 20), weight_decay=0.1)",
    )
    + on("matrix", "lion(lr=0.02)")
    + on(
        "net",
        "lion(lr=0.02, weight_decay=0.1)",
        'lion(lr=0.02, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.01)',
    ),
    "lars": on(
        "vector",
        "lars(lr=20)",
        "lars(lr=20, momentum=0.5, nesterov=true)",
        "lars(lr=20, weight_decay=0.3, trust_coefficient=0.002)",
        "lars(lr=20, eps=0.5)",
        "lars(lr=linear(50, 0, 20), momentum=0.8)",
    )
    + on("matrix", "lars(lr=20, weight_decay=0.1)")
    + on(
        "net",
        "lars(lr=10, weight_decay=0.1)",
        'lars(lr=10, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=2)',
        'lars(lr=10, nesterov=true) | freeze("fc1.*")',
    ),
    "ademamix": on(
        "vector",
        "ademamix(lr=0.1)",
        "ademamix(lr=0.1, b1=0.8, b2=0.95, b3=0.99, alpha=2)",
        "ademamix(lr=0.1, eps=0.1, b3=0.99)",
        "ademamix(lr=0.1, weight_decay=0.3)",
        "ademamix(lr=0.1, b3=linear(0.9, 0.999, 10), alpha=linear(0, 5, 10))",
    )
    + on("matrix", "ademamix(lr=0.05, b3=0.99)")
    + on(
        "net",
        "ademamix(lr=0.02, b3=0.999, weight_decay=0.1)",
        'ademamix(lr=0.02, b3=0.99, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.01)',
    ),
    "adopt": on(
        "vector",
        "adopt(lr=0.1)",
        "adopt(lr=0.1, b1=0.8, b2=0.9)",
        "adopt(lr=0.1, use_clipping=false)",
        "adopt(lr=0.1, eps=0.5, b2=0.95)",
        "adopt(lr=0.1, nesterov=true)",
    )
    + on("matrix", "adopt(lr=0.05, b2=0.99)")
    + on("net", "adopt(lr=0.05)", 'adopt(lr=0.05, b2=0.99, use_clipping=false) | group("*.bias", lr=0.02) | freeze("fc1.bias")'),
    "dog": on(
        "vector",
        "dog()",
        "dog(reps_rel=0.01)",
        "dog(lr=0.5, init_distance=0.1)",
        "dog(init_learning_rate=0.05, eps=0.1)",
        "dog(reps_rel=0.01, weight_decay=0.2)",
        "dog(lr=linear(1, 0, 20), reps_rel=0.01)",
    )
    + on("matrix", "dog(reps_rel=0.01)")
    + on("net", "dog(reps_rel=0.01, weight_decay=0.1)", 'dog(reps_rel=0.01) | freeze("fc1.*")'),
    "dowg": on(
        "vector",
        "dowg()",
        "dowg(init_estim_sq_dist=0.01)",
        "dowg(lr=0.5, init_estim_sq_dist=0.01, eps=0.1)",
        "dowg(init_estim_sq_dist=0.01, weight_decay=0.2)",
        "dowg(lr=linear(1, 0, 20), init_estim_sq_dist=0.01)",
    )
    + on("matrix", "dowg()")
    + on("net", "dowg(weight_decay=0.1)", 'dowg(init_estim_sq_dist=0.01) | freeze("fc1.*")'),
    "dadapt_adamw": on(
        "vector",
        "dadapt_adamw()",
        "dadapt_adamw(estim_lr0=0.01)",
        "dadapt_adamw(lr=0.5, estim_lr0=0.01, betas=[0.8, 0.95])",
        "dadapt_adamw(estim_lr0=0.01, eps=0.1, weight_decay=0.2)",
        "dadapt_adamw(lr=linear(1, 0, 20), estim_lr0=0.01)",
    )
    + on("matrix", "dadapt_adamw(estim_lr0=0.01)")
    + on("net", "dadapt_adamw(estim_lr0=0.001, weight_decay=0.1)", 'dadapt_adamw(estim_lr0=0.01) | freeze("fc1.*")'),
    "momo": on(
        "vector",
        "momo()",
        "momo(lr=0.1)",
        "momo(lr=0.5, beta=0.5)",
        "momo(lr=0.5, weight_decay=0.2)",
        "momo(lr=0.5, lower_bound=-0.5)",
        "momo(lr=0.5, lower_bound=-2, adapt_lower_bound=true)",
        "momo(lr=linear(0.5, 0, 20))",
    )
    + on("matrix", "momo()", "momo(lower_bound=3)")
    + on("net", "momo(weight_decay=0.01)", 'momo(lr=0.5, adapt_lower_bound=true) | freeze("fc1.*")'),
    "momo_adam": on(
        "vector",
        "momo_adam()",
        "momo_adam(lr=0.1)",
        "momo_adam(lr=1, b1=0.8, b2=0.95)",
        "momo_adam(lr=0.5, eps=0.1, weight_decay=0.2)",
        "momo_adam(lr=0.5, lower_bound=-2, adapt_lower_bound=true)",
        "momo_adam(lr=linear(0.5, 0, 20))",
    )
    + on("matrix", "momo_adam(lr=0.5, lower_bound=3)")
    + on("net", "momo_adam(lr=0.1, weight_decay=0.01)", 'momo_adam(lr=0.1) | freeze("fc1.*")'),
    "polyak_sgd": on(
        "vector",
        "polyak_sgd()",
        "polyak_sgd(max_learning_rate=0.2)",
        "polyak_sgd(scaling=0.5, eps=0.1)",
        "polyak_sgd(f_min=0.1, max_learning_rate=0.5)",
        "polyak_sgd(f_min=0.3, scaling=1.3)",
        'polyak_sgd(f_min=0.3, scaling=1.3, variant="sps+")',
        "polyak_sgd(scaling=linear(1, 0, 20))",
    )
    + on("matrix", "polyak_sgd(f_min=3.2, scaling=0.7)")
    + on("net", "polyak_sgd(max_learning_rate=0.5)", 'polyak_sgd(max_learning_rate=0.5, scaling=0.5) | freeze("fc1.*")'),
    # optax.polyak_sgd as it is.
    "polyak_sgd_optax": on("vector", "polyak_sgd()", "polyak_sgd(scaling=0.5)", "polyak_sgd(scaling=2, eps=0.1, max_learning_rate=0.7)"),
}

if __name__ == "__main__":
    write("rules", {name: runs for name, runs in FILES.items() if name not in QUIRKS}, run)
    for name, make in QUIRKS.items():
        rule = name.removesuffix("_optax")
        RULES[rule] = (make, RULES[rule][1])
        write("rules", {name: FILES[name]}, run)
