"""Writes rules/<rule>.txt for the rules of torch.optim, in float64. `python3 torch_rules.py [--check] [rule ...]`"""

import functools
import inspect

import torch
import torch.optim._muon

# NAdam and ASGD keep a number of their state in the default type, whatever the weights are.
torch.set_default_dtype(torch.float64)

import problems
from problems import STEPS, Trace, adapters, at, knobs, parse, start, write

CLASSES = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "adamax": torch.optim.Adamax,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "rprop": torch.optim.Rprop,
    "asgd": torch.optim.ASGD,
    "adafactor": torch.optim.Adafactor,
    "muon": torch.optim.Muon,
    "lbfgs": torch.optim.LBFGS,
}


def orthogonal_in_full_precision():
    """torch's Muon rounds the direction to bfloat16 before the iteration; this is its own function without that cast."""
    source = inspect.getsource(torch.optim._muon._zeropower_via_newtonschulz)
    assert source.count("dtype=torch.bfloat16, ") == 1
    scope = vars(torch.optim._muon).copy()
    exec(source.replace("dtype=torch.bfloat16, ", ""), scope)
    return scope["_zeropower_via_newtonschulz"]


torch.optim._muon._zeropower_via_newtonschulz = orthogonal_in_full_precision()


def values(own, step):
    """A group's settings at a step, with lists as the tuples torch takes."""
    return {k: tuple(v) if isinstance(v, list) else at(v, step) for k, v in own.items()}


def leaves(problem, nudge):
    return {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in start(problem, nudge).items()}


def objective(problem, params):
    return problems.loss(problem, params, torch.from_numpy, torch.tanh)


def common(groups):
    """What all groups agree on, for the constructor: Adagrad looks only there for its first accumulator."""
    return dict(set.intersection(*[{(k, v) for k, v in g.items() if k != "params"} for g in groups]))


def optimizers(name, params, settings):
    """[(optimizer, paths of its groups)], with a group per parameter, or one group where the rule takes no more."""
    trained = {k: s for k, s in settings.items() if s is not None}
    for k in settings.keys() - trained.keys():
        params[k].requires_grad_(False)
    if name == "lbfgs":
        own = dict(next(iter(trained.values())))
        return [(CLASSES[name](list(params.values()), **own), list(trained)[:1])]
    parts = [(CLASSES[name], {k: values(own, 0) for k, own in trained.items()})]
    if name == "muon":
        # Muon takes matrices only; the rest is AdamW's, by Muon's defaults for what both have.
        matrices = {k: own for k, own in parts[0][1].items() if params[k].ndim == 2}
        rest = {k: {"lr": 1e-3, "weight_decay": 0.1, **own} for k, own in parts[0][1].items() if k not in matrices}
        rest = {k: {knob: own[knob] for knob in ("lr", "weight_decay")} for k, own in rest.items()}
        parts = [(make, part) for make, part in ((torch.optim.Muon, matrices), (torch.optim.AdamW, rest)) if part]
    result = []
    for make, part in parts:
        groups = [{"params": [params[k]], **own} for k, own in part.items()]
        result.append((make(groups, **common(groups)), list(part)))
    return result


def run(text, problem, nudge, average=False):
    stages = parse(text)
    assert not adapters(stages), text
    name = stages[0][0]
    params = leaves(problem, nudge)
    settings = knobs(stages, params)
    made = optimizers(name, params, settings)
    library = f"torch {torch.__version__.split('+')[0]} " + " and ".join(f"torch.optim.{type(opt).__name__}" for opt, _ in made)
    if name == "muon":
        library += ", the iteration in float64 instead of bfloat16"

    def closure():
        for p in params.values():
            p.grad = None
        value = objective(problem, params)
        value.backward()
        return value

    trace = Trace()
    trace.see(0, objective(problem, params).detach(), [])
    for step in range(STEPS):
        if name != "lbfgs":
            closure()
        for opt, paths in made:
            for group, path in zip(opt.param_groups, paths):
                group.update({k: v for k, v in values(settings[path], step).items() if k in group})
            opt.step(closure if name == "lbfgs" else None)
        with torch.no_grad():
            averages = [made[0][0].state[p]["ax"].numpy().copy() for p in params.values()] if average else None
            trace.see(step + 1, objective(problem, params), [p.detach().numpy().copy() for p in params.values()], averages)
    return library, trace


def on(problem, *texts):
    return [(text, problem) for text in texts]


FILES = {
    "sgd": on(
        "vector",
        "sgd()",
        "sgd(lr=0.1)",
        "sgd(lr=0.1, momentum=0.9)",
        "sgd(lr=0.05, momentum=0.9, dampening=0.5)",
        "sgd(lr=0.05, momentum=0.8, dampening=1.0)",
        "sgd(lr=0.1, dampening=0.5)",
        "sgd(lr=0.1, momentum=0.9, nesterov=true)",
        "sgd(lr=0.1, weight_decay=0.2)",
        "sgd(lr=0.1, momentum=0.9, weight_decay=0.2, nesterov=true)",
        "sgd(lr=linear(0.1, 0, 20), momentum=0.9)",
        "sgd(lr=0.1, momentum=linear(0.5, 0.95, 10))",
    )
    + on("matrix", "sgd(lr=0.02)", "sgd(lr=0.02, momentum=0.9, nesterov=true)")
    + on(
        "net",
        "sgd(lr=0.3, momentum=0.9)",
        'sgd(lr=0.3, momentum=0.9, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.05)',
        'sgd(lr=0.3) | scale("fc2.*", lr=0.1)',
        'sgd(lr=0.3, momentum=0.8) | freeze("fc1.*")',
    ),
    "adam": on(
        "vector",
        "adam()",
        "adam(lr=0.1)",
        "adam(lr=0.1, betas=[0.8, 0.95])",
        "adam(lr=0.1, betas=[0.0, 0.999])",
        "adam(lr=0.1, betas=[0.9, 0.0], eps=0.1)",
        "adam(lr=0.1, eps=0.1)",
        "adam(lr=0.1, weight_decay=0.3)",
        "adam(lr=0.1, betas=[0.9, 0.9], amsgrad=true)",
        "adam(lr=linear(0.1, 0, 20))",
    )
    + on("matrix", "adam(lr=0.05)")
    + on(
        "net",
        "adam(lr=0.05)",
        'adam(lr=linear(0.05, 0, 20), weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
        'adam(lr=0.05, betas=[0.9, 0.99]) | scale("fc2.*", lr=0.1)',
        'adam(lr=0.05) | freeze("fc1.*")',
    ),
    "adamw": on(
        "vector",
        "adamw()",
        "adamw(lr=0.1)",
        "adamw(lr=0.01, betas=[0.9, 0.99], weight_decay=0.1)",
        "adamw(lr=0.1, eps=0.01, weight_decay=0.5)",
        "adamw(lr=0.1, betas=[0.9, 0.9], weight_decay=0.2, amsgrad=true)",
        "adamw(lr=linear(0.1, 0, 20), weight_decay=linear(0.5, 0, 10))",
    )
    + on("matrix", "adamw(lr=0.05, weight_decay=0.1)")
    + on(
        "net",
        "adamw(lr=0.05, weight_decay=0.1)",
        'adamw(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0)',
        'adamw(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02) | freeze("fc1.*")',
    ),
    "adagrad": on(
        "vector",
        "adagrad()",
        "adagrad(lr=0.2)",
        "adagrad(lr=0.2, lr_decay=0.1)",
        "adagrad(lr=0.2, weight_decay=0.3)",
        "adagrad(lr=0.2, initial_accumulator_value=0.5, eps=0.1)",
    )
    + on("matrix", "adagrad(lr=0.2)")
    + on(
        "net",
        "adagrad(lr=0.2)",
        'adagrad(lr=0.2, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.05)',
    ),
    "rmsprop": on(
        "vector",
        "rmsprop()",
        "rmsprop(lr=0.05)",
        "rmsprop(lr=0.05, alpha=0.9, eps=0.1)",
        "rmsprop(lr=0.05, momentum=0.8)",
        "rmsprop(lr=0.05, alpha=0.9, centered=true, eps=0.01)",
        "rmsprop(lr=0.02, alpha=0.9, centered=true, momentum=0.8, weight_decay=0.2)",
    )
    + on("matrix", "rmsprop(lr=0.02, alpha=0.9)")
    + on(
        "net",
        "rmsprop(lr=0.02)",
        'rmsprop(lr=0.02, alpha=0.9, momentum=0.5, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.01)',
    ),
    "nadam": on(
        "vector",
        "nadam()",
        "nadam(lr=0.1)",
        "nadam(lr=0.1, betas=[0.8, 0.95], eps=0.01)",
        "nadam(lr=0.1, momentum_decay=0.2)",
        "nadam(lr=0.1, weight_decay=0.3)",
        "nadam(lr=0.1, weight_decay=0.3, decoupled_weight_decay=true)",
    )
    + on("matrix", "nadam(lr=0.05)")
    + on(
        "net",
        "nadam(lr=0.05)",
        'nadam(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "radam": on(
        "vector",
        "radam()",
        "radam(lr=0.1)",
        "radam(lr=0.1, betas=[0.8, 0.9], eps=0.01)",
        "radam(lr=0.1, betas=[0.9, 0.99], weight_decay=0.3)",
        "radam(lr=0.1, weight_decay=0.3, decoupled_weight_decay=true)",
    )
    + on("matrix", "radam(lr=0.02)")
    + on(
        "net",
        "radam(lr=0.05)",
        'radam(lr=0.05, betas=[0.9, 0.95], weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "adamax": on(
        "vector",
        "adamax()",
        "adamax(lr=0.1)",
        "adamax(lr=0.1, betas=[0.8, 0.9])",
        "adamax(lr=0.1, eps=0.1)",
        "adamax(lr=0.1, weight_decay=0.3)",
    )
    + on("matrix", "adamax(lr=0.05, betas=[0.9, 0.9])")
    + on(
        "net",
        "adamax(lr=0.05)",
        'adamax(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "adadelta": on(
        "vector",
        "adadelta()",
        "adadelta(lr=20)",
        "adadelta(lr=2, rho=0.5, eps=0.001)",
        "adadelta(lr=5, eps=0.0001, weight_decay=0.3)",
        "adadelta(lr=linear(20, 0, 20))",
    )
    + on("matrix", "adadelta(lr=5)")
    + on(
        "net",
        "adadelta(lr=20)",
        'adadelta(lr=10, eps=0.0001, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=2)',
    ),
    "rprop": on(
        "vector",
        "rprop()",
        "rprop(lr=0.05)",
        "rprop(lr=0.1, etas=[0.3, 1.5])",
        "rprop(lr=0.07, step_sizes=[0.031, 0.113])",
    )
    + on("matrix", "rprop(lr=0.02)")
    + on("net", "rprop(lr=0.01)", 'rprop(lr=0.01) | group("*.bias", lr=0.05, etas=[0.4, 1.1]) | freeze("fc2.bias")'),
    "asgd": on(
        "vector",
        "asgd()",
        "asgd(lr=0.2)",
        "asgd(lr=0.2, lambd=0.1, alpha=0.5)",
        "asgd(lr=0.2, t0=5)",
        "asgd(lr=0.2, weight_decay=0.3)",
    )
    + on("matrix", "asgd(lr=0.02)")
    + on(
        "net",
        "asgd(lr=0.3, lambd=0.01)",
        'asgd(lr=0.3, weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.05)',
    ),
    # torch's default eps is [none, 1e-3], where none means the dtype's epsilon: the float64 one is written out.
    "adafactor": on(
        "vector",
        "adafactor(eps=[2.220446049250313e-16, 0.001])",
        "adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001])",
        "adafactor(lr=0.5, beta2_decay=-0.5, eps=[2.220446049250313e-16, 0.001])",
        "adafactor(lr=0.1, eps=[0.5, 2.0])",
        "adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001], weight_decay=0.3)",
    )
    + on(
        "matrix",
        "adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001])",
        "adafactor(lr=0.1, eps=[0.8, 0.001], weight_decay=0.3)",
    )
    + on(
        "net",
        "adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001])",
        "adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001], d=1.2)",
        'adafactor(lr=0.1, eps=[2.220446049250313e-16, 0.001], weight_decay=0.1) | group("*.bias", weight_decay=0, lr=0.02)',
    ),
    "muon": on(
        "matrix",
        "muon()",
        "muon(lr=0.05)",
        "muon(lr=0.05, momentum=0.5, nesterov=false)",
        "muon(lr=0.05, weight_decay=0.4)",
        "muon(lr=0.05, ns_steps=3, ns_coefficients=[2.0, -1.5, 0.5])",
        'muon(lr=0.05, adjust_lr_fn="match_rms_adamw")',
        "muon(lr=0.05, eps=5.0)",
    )
    + on("net", 'muon(lr=0.05) | freeze("*.bias")', 'muon(lr=0.05, weight_decay=0.5) | group("fc2.weight", weight_decay=0, lr=0.02) | freeze("*.bias")'),
    # torch.optim.Muon for the matrices and torch.optim.AdamW, with the same rate and decay and its other defaults, for the rest.
    "muon_and_adamw": on("net", "muon(lr=0.05)", 'muon(lr=0.05, momentum=0.8, weight_decay=0.5) | group("*.bias", weight_decay=0, lr=0.02)'),
    "muon_spectral": on("matrix", 'muon(lr=0.05, adjust_lr_fn="spectral_unclamped")'),
    "lbfgs": on(
        "vector",
        "lbfgs()",
        "lbfgs(lr=0.5, max_iter=1)",
        "lbfgs(lr=0.1, max_iter=4)",
        "lbfgs(lr=0.3, max_iter=2, history_size=2)",
        "lbfgs(lr=0.5, max_iter=4, tolerance_grad=0.05)",
        "lbfgs(lr=0.5, max_iter=4, tolerance_change=0.05)",
        "lbfgs(lr=0.5, max_iter=4, max_eval=2)",
        'lbfgs(max_iter=1, line_search_fn="strong_wolfe")',
        'lbfgs(max_iter=4, line_search_fn="strong_wolfe")',
    )
    + on("matrix", "lbfgs(lr=0.5, max_iter=1)", 'lbfgs(max_iter=2, line_search_fn="strong_wolfe")')
    + on(
        "net",
        "lbfgs(lr=0.2, max_iter=1)",
        "lbfgs(lr=0.2, max_iter=2, history_size=3)",
        'lbfgs(max_iter=1, line_search_fn="strong_wolfe")',
        'lbfgs(max_iter=2, history_size=5, line_search_fn="strong_wolfe")',
    ),
}

# With torch's average of the weights, `ax`.
AVERAGED = {"asgd_average": on("vector", "asgd(lr=0.2, t0=5)", "asgd(lr=0.2, lambd=0.1, t0=0)")}

if __name__ == "__main__":
    write("rules", FILES, run)
    write("rules", AVERAGED, functools.partial(run, average=True))
