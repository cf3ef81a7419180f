"""Writes adapters/<adapter>.txt, in float64. `python3 adapters.py [--check] [--compare] [adapter ...]`

The text after the rule is read from left to right within each of four stages: what is done to the gradient (accumulate, clipping,
centralize, l2), the rule's direction (cautious), the step (weight_decay), the weights (lookahead, schedule_free, averages).

`--compare` writes nothing: it prints how far a second library is from the one written, where there is one.
"""

import importlib.metadata
import sys
import warnings

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib
import torch

warnings.filterwarnings("ignore")

import lion_pytorch
import pytorch_optimizer
import timm.optim
import timm.utils.agc
from sam import SAM
from schedulefree.adamw_schedulefree_reference import AdamWScheduleFreeReference
from schedulefree.sgd_schedulefree_reference import SGDScheduleFreeReference

import optax_rules
import torch_rules
from problems import START, STEPS, Trace, adapters, at, knobs, parse, start, write
from torch_rules import common, leaves, on, values

VERSIONS = {p: importlib.metadata.version(p) for p in ("optax", "timm", "pytorch_optimizer", "schedulefree")}
VERSIONS["torch"] = torch.__version__.split("+")[0]


def micro(step):
    """What the loss of the k-th micro-step is multiplied by."""
    return 1 + 0.1 * (step % 4)


# ---- optax ----


def direction(name, own):
    """A rule in three parts: what is done before its direction, the direction, and the weight decay that is its own."""
    lr = own.get("lr")
    if name == "sgd":
        trace = [optax.trace(own["momentum"], own.get("nesterov", False))] if "momentum" in own else []
        return [optax.add_decayed_weights(own.get("weight_decay", 0.0))], trace, 0.0, lr
    if name in ("adam", "adamw"):
        b1, b2 = own.get("betas", [0.9, 0.999])
        before = [optax.add_decayed_weights(own.get("weight_decay", 0.0))] if name == "adam" else []
        decay = own.get("weight_decay", 0.01) if name == "adamw" else 0.0
        return before, [optax.scale_by_adam(b1, b2, own.get("eps", 1e-8))], decay, lr
    if name == "lion":
        return [], [optax.scale_by_lion(own.get("b1", 0.9), own.get("b2", 0.99))], own.get("weight_decay", 0.001), lr
    raise ValueError(name)


def by_row(clipping, eps):
    """Adaptive clipping with one norm for each output, which are the rows of our weights and the columns of optax's."""

    def pick(params):
        return jax.tree.map(lambda p: "matrix" if p.ndim > 1 else "vector", params)

    return optax.partition(
        {"matrix": optax.adaptive_grad_clip(clipping, eps, axis=1), "vector": optax.adaptive_grad_clip(clipping, eps)}, pick
    )


def optax_transform(stages, own):
    name = stages[0][0]
    before, middle, decay, lr = direction(name, own)
    rate = optax_rules.tabulated(lr) if callable(lr) else lr
    gradient, outer = [], []
    after = [optax.add_decayed_weights(decay)] if decay else []
    for adapter, positional, keywords in adapters(stages):
        if adapter == "adaptive_clip":
            gradient.append(by_row(keywords.get("clipping", 0.01), keywords.get("eps", 1e-3)))
        elif adapter == "centralize":
            gradient.append(optax.centralize())
        elif adapter == "l2":
            gradient.append(optax.add_decayed_weights(positional[0]))
        elif adapter == "weight_decay":
            after.append(optax.add_decayed_weights(positional[0]))
        elif adapter == "clip_norm":
            # optax's own divides by the norm alone.
            gradient.append(optax.stateless(lambda g, _, c=positional[0]: clipped(g, c)))
        else:
            outer.append((adapter, positional, keywords))
    transform = optax.chain(*gradient, *before, *middle, *after, optax.scale_by_learning_rate(rate))
    for adapter, positional, keywords in outer:
        if adapter == "accumulate":
            transform = optax.MultiSteps(transform, positional[0], accumulator_dtype=jnp.float64)
        elif adapter == "lookahead":
            transform = optax.lookahead(transform, keywords.get("k", 5), keywords.get("alpha", 0.5))
        elif adapter == "sam":
            climb = optax.chain(optax.contrib.normalize(), optax.sgd(keywords.get("rho", 0.05)))
            transform = optax.contrib.sam(transform, climb, sync_period=2, opaque_mode=True)
        elif adapter == "schedule_free":
            # optax counts its own steps from 1 there and the rule's from 0: one step, one rate here.
            rate = (lambda c, r=rate: r(c - 1)) if callable(rate) else rate
            transform = optax.contrib.schedule_free(transform, rate, keywords.get("b1", 0.9), keywords.get("weight_lr_power", 2.0))
        else:
            raise ValueError(adapter)
    return transform


def clipped(grads, most):
    factor = jnp.minimum(1.0, most / (optax.global_norm(grads) + 1e-6))
    return jax.tree.map(lambda g: g * factor, grads)


def run_optax(text, problem, nudge):
    stages = parse(text)
    names = [a[0] for a in adapters(stages)]
    f = optax_rules.objective(problem)
    params = {k: jnp.asarray(v) for k, v in start(problem, nudge).items()}
    own = list(knobs(stages, params).values())
    assert all(o == own[0] for o in own), "no groups here"
    transform = optax_transform(stages, own[0])
    if not isinstance(transform, optax.MultiSteps):
        transform = optax.with_extra_args_support(transform)
    twin = "lookahead" in names
    if twin:
        params = optax.LookaheadParams.init_synced(params)
    fast = (lambda p: p.fast) if twin else (lambda p: p)
    state = transform.init(params)

    @jax.jit
    def step(params, state, factor):
        scaled = lambda p: f(p) * factor
        grads = jax.grad(scaled)(fast(params))
        extra = {"grad_fn": lambda p, _: jax.grad(scaled)(p)} if "sam" in names else {}
        updates, state = transform.update(grads, state, params, **extra)
        return optax.apply_updates(params, updates), state

    trace = Trace()
    trace.see(0, f(fast(params)), [])
    for k in range(STEPS):
        params, state = step(params, state, micro(k) if "accumulate" in names else 1.0)
        now = fast(params)
        average = None
        if "schedule_free" in names:
            average = optax.contrib.schedule_free_eval_params(state, params)
            average = [average[path] for path in START[problem]]
        trace.see(k + 1, f(now), [now[path] for path in START[problem]], average)
    return f"optax {VERSIONS['optax']} " + " ".join(OPTAX_NAMES[n] for n in names if n in OPTAX_NAMES), trace


OPTAX_NAMES = {
    "adaptive_clip": "adaptive_grad_clip, a norm for each row",
    "centralize": "centralize",
    "l2": "add_decayed_weights before the rule",
    "weight_decay": "add_decayed_weights after the rule",
    "accumulate": "MultiSteps",
    "lookahead": "lookahead",
    "sam": "contrib.sam",
    "schedule_free": "contrib.schedule_free",
}


# ---- torch ----


class Module(torch.nn.Module):
    """The weights as a module, for AveragedModel to follow."""

    def __init__(self, params):
        super().__init__()
        self.list = torch.nn.ParameterList()
        for p in params.values():
            self.list.append(p)


def torch_optimizer(stages, params, settings):
    """The rule over a group per parameter, by the library whose version of it knows the adapter."""
    name = stages[0][0]
    names = [a[0] for a in adapters(stages)]
    trained = {k: own for k, own in settings.items() if own is not None}
    for k in settings.keys() - trained.keys():
        params[k].requires_grad_(False)
    groups = [{"params": [params[k]], **values(own, 0)} for k, own in trained.items()]
    if name == "lion":
        for g in groups:
            g["betas"] = (g.pop("b1", 0.9), g.pop("b2", 0.99))
            g.setdefault("weight_decay", 0.001)
    if "cautious" in names:
        make = {"sgd": timm.optim.SGDW, "adamw": timm.optim.AdamWLegacy, "lion": timm.optim.Lion}[name]
        return make(groups, caution=True, **common(groups)), trained
    if "sam" in names:
        (rho,) = [a[2].get("rho", 0.05) for a in adapters(stages) if a[0] == "sam"]
        return SAM(groups, lion_pytorch.Lion if name == "lion" else torch_rules.CLASSES[name], rho=rho), trained
    if name == "lion":
        return lion_pytorch.Lion(groups), trained
    return torch_rules.CLASSES[name](groups, **common(groups)), trained


def schedule_free(name, groups, b1, power):
    """The authors' rule that the adapter makes of SGD or Adam; its weight decay is taken where the gradient is, as optax's."""
    if name == "sgd":
        groups = [{k: g[k] for k in ("params", "lr", "weight_decay")} for g in groups]
        return SGDScheduleFreeReference(groups, momentum=b1, weight_lr_power=power)
    groups = [{**{k: g[k] for k in ("params", "lr", "weight_decay", "eps")}, "betas": (b1, g["betas"][1])} for g in groups]
    return AdamWScheduleFreeReference(groups, weight_lr_power=power)


def averages(stages, module):
    """[(averaged model, whether it takes in the weights after n steps)]"""
    ema = torch.optim.swa_utils.get_ema_multi_avg_fn
    result = []
    for name, positional, keywords in adapters(stages):
        if name == "ema":
            result.append((torch.optim.swa_utils.AveragedModel(module, multi_avg_fn=ema(positional[0])), lambda n: True))
        elif name == "average":
            result.append((torch.optim.swa_utils.AveragedModel(module), lambda n: True))
        elif name == "swa":
            first, every = keywords["start"], keywords["every"]
            result.append((torch.optim.swa_utils.AveragedModel(module), lambda n: n > first and n % every == 0))
    return result


def run_torch(text, problem, nudge):
    stages = parse(text)
    names = [a[0] for a in adapters(stages)]
    params = {k: torch.nn.Parameter(p.detach()) for k, p in leaves(problem, nudge).items()}
    settings = knobs(stages, params)
    opt, trained = torch_optimizer(stages, params, settings)
    inner = opt
    for name, positional, keywords in adapters(stages):
        if name == "lookahead":
            inner = pytorch_optimizer.Lookahead(opt, k=keywords.get("k", 5), alpha=keywords.get("alpha", 0.5))
        elif name == "schedule_free":
            b1, power = keywords.get("b1", 0.9), keywords.get("weight_lr_power", 2.0)
            inner = opt = schedule_free(stages[0][0], opt.param_groups, b1, power)
            inner.train()
    averaged = averages(stages, Module(params))
    every = next((a[1][0] for a in adapters(stages) if a[0] == "accumulate"), 1)

    def value(step=None):
        return torch_rules.objective(problem, params) * (micro(step) if step is not None and every > 1 else 1.0)

    trace = Trace()
    trace.see(0, value().detach(), [])
    for step in range(STEPS):
        for group, (path, own) in zip(opt.param_groups, trained.items()):
            if callable(own.get("lr")):
                group["lr"] = at(own["lr"], step)
        (value(step) / every).backward()
        if (step + 1) % every == 0:
            for name, positional, keywords in adapters(stages):
                live = [p for p in params.values() if p.requires_grad]
                if name == "clip_value":
                    torch.nn.utils.clip_grad_value_(live, positional[0])
                elif name == "clip_norm":
                    torch.nn.utils.clip_grad_norm_(live, positional[0])
                elif name == "adaptive_clip":
                    timm.utils.agc.adaptive_clip_grad(live, keywords.get("clipping", 0.01), keywords.get("eps", 1e-3))
                elif name == "l2":
                    for p in live:
                        p.grad.add_(p.detach(), alpha=positional[0])
                elif name == "centralize":
                    pytorch_optimizer.centralize_gradient([p.grad for p in live if p.ndim > 1], gc_conv_only=False)
                elif name == "weight_decay":
                    # Off the weights the step began with, as AdamW does it.
                    for group in opt.param_groups:
                        for p in group["params"]:
                            p.data.mul_(1 - group["lr"] * positional[0])
            if "sam" in names:
                opt.first_step(zero_grad=True)
                value().backward()
                opt.second_step()
            else:
                inner.step()
            opt.zero_grad()
            for model, takes in averaged:
                if takes((step + 1) // every):
                    model.update_parameters(Module(params))
        average = None
        for model, _ in averaged:
            if model.n_averaged > 0:
                average = [p.detach().numpy().copy() for p in model.parameters()]
        if "schedule_free" in names:
            average = [inner.state[p]["x"].numpy().copy() for p in params.values()]
        with torch.no_grad():
            trace.see(step + 1, value(), [p.detach().numpy().copy() for p in params.values()], average)
    return "; ".join(dict.fromkeys(TORCH_NAMES[n] for n in names)), trace


TORCH = f"torch {VERSIONS['torch']}"
TORCH_NAMES = {
    "clip_value": f"{TORCH} clip_grad_value_",
    "clip_norm": f"{TORCH} clip_grad_norm_",
    "cautious": f"timm {VERSIONS['timm']}, caution=True",
    "ema": f"{TORCH} AveragedModel(multi_avg_fn=get_ema_multi_avg_fn)",
    "swa": f"{TORCH} AveragedModel",
    "average": f"{TORCH} AveragedModel",
    "l2": f"{TORCH}, the weights added to the gradient",
    "accumulate": f"{TORCH}, backward of the mean",
    "lookahead": f"pytorch_optimizer {VERSIONS['pytorch_optimizer']} Lookahead",
    "sam": "davda54/sam 03c7768 SAM",
    "schedule_free": f"schedulefree {VERSIONS['schedulefree']} its reference implementation",
    "adaptive_clip": f"timm {VERSIONS['timm']} adaptive_clip_grad",
    "centralize": f"pytorch_optimizer {VERSIONS['pytorch_optimizer']} centralize_gradient",
    "weight_decay": f"{TORCH}, the weights shrunk before the step",
}


# ---- runs ----


def around(adapter, vector, net):
    """An adapter after each rule, on both problems."""
    return on("vector", *[f"{rule} | {adapter}" for rule in vector]) + on("net", *[f"{rule} | {adapter}" for rule in net])


SGD, ADAMW = "sgd(lr=0.1, momentum=0.9)", "adamw(lr=0.1, weight_decay=0.1)"
ADAGRAD, LION = "adagrad(lr=0.2)", "lion(lr=0.05)"
NET_SGD, NET_ADAMW = "sgd(lr=0.3, momentum=0.9)", "adamw(lr=0.05, weight_decay=0.1)"
NET_ADAGRAD, NET_LION = "adagrad(lr=0.1)", "lion(lr=0.02)"
FREE_ADAM, FREE_ADAMW = "adam(lr=0.1, betas=[0.0, 0.999])", "adamw(lr=0.1, betas=[0.0, 0.99], weight_decay=0.1)"

FILES = {
    "clip_value": around("clip_value(0.3)", [SGD, ADAMW, ADAGRAD], [])
    + around("clip_value(0.02)", [], [NET_SGD, NET_ADAMW, NET_ADAGRAD]),
    "clip_norm": around("clip_norm(0.5)", [SGD, ADAMW, ADAGRAD], [])
    + around("clip_norm(0.1)", [], [NET_SGD, NET_ADAMW, NET_ADAGRAD])
    + on("net", 'sgd(lr=0.3) | group("*.bias", lr=0.05) | freeze("fc1.*") | clip_norm(0.05)'),
    "adaptive_clip": around("adaptive_clip(clipping=0.1)", [SGD, ADAMW, LION], [NET_SGD, NET_ADAMW, NET_LION])
    + around("adaptive_clip()", [SGD], [NET_SGD])
    + on("net", "sgd(lr=0.3) | adaptive_clip(clipping=0.05, eps=0.3)")
    + on("matrix", "sgd(lr=0.02) | adaptive_clip(clipping=0.3)"),
    "centralize": around("centralize()", [SGD], [NET_SGD, NET_ADAMW, NET_LION]) + on("matrix", "sgd(lr=0.02) | centralize()"),
    "weight_decay": around(
        "weight_decay(0.1)",
        [SGD, "adam(lr=0.1)", "lion(lr=0.05, weight_decay=0)", "sgd(lr=linear(0.1, 0, 20), momentum=0.9)"],
        [NET_SGD, "adam(lr=0.05)", "lion(lr=0.02, weight_decay=0)"],
    ),
    "l2": around("l2(0.1)", [SGD, ADAMW, LION], [NET_SGD, NET_ADAMW, NET_LION]),
    "accumulate": around("accumulate(4)", [SGD, ADAMW, LION], [NET_SGD, NET_ADAMW, NET_LION]),
    "lookahead": around("lookahead(k=5, alpha=0.5)", [SGD, ADAMW, LION], [NET_SGD, NET_ADAMW, NET_LION])
    + around("lookahead(k=3, alpha=0.8)", [SGD], [NET_ADAMW]),
    "sam": around("sam(rho=0.05)", [SGD, ADAMW, LION], [NET_SGD, NET_ADAMW, NET_LION]) + around("sam(rho=0.5)", [SGD], [NET_ADAMW]),
    "cautious": around(
        "cautious()",
        [SGD, ADAMW, "lion(lr=0.05, weight_decay=0.1)", "sgd(lr=0.1, momentum=0.9, nesterov=true)"],
        [NET_SGD, NET_ADAMW, "lion(lr=0.02, weight_decay=0.1)"],
    ),
    "ema": around("ema(0.9)", [SGD, ADAMW, ADAGRAD], [NET_SGD, NET_ADAMW, NET_ADAGRAD]) + around("ema(0.5)", [SGD], []),
    "swa": around("swa(start=5, every=1)", [SGD, ADAMW, ADAGRAD], [NET_SGD, NET_ADAMW, NET_ADAGRAD])
    + around("swa(start=5, every=3)", [SGD], [NET_ADAMW]),
    "average": around("average()", [SGD, ADAMW, ADAGRAD], [NET_SGD, NET_ADAMW, NET_ADAGRAD]),
    "schedule_free": around(
        "schedule_free(b1=0.9, weight_lr_power=2)",
        ["sgd(lr=0.2)", FREE_ADAM, FREE_ADAMW, "sgd(lr=linear(0.02, 0.2, 10))", "adam(lr=linear(0, 0.1, 5), betas=[0.0, 0.999])"],
        ["sgd(lr=1)", "adam(lr=0.05, betas=[0.0, 0.999])", "adamw(lr=0.05, betas=[0.0, 0.999], weight_decay=0.1)"],
    )
    + around("schedule_free(b1=0.5, weight_lr_power=0)", ["sgd(lr=linear(0.02, 0.2, 10))"], ["sgd(lr=1)"]),
    "composed_accumulate": around("accumulate(4) | clip_norm(0.1)", [], [NET_ADAMW])
    + around("accumulate(4) | clip_norm(0.05) | average()", [], [NET_SGD]),
    "composed": around("l2(0.1) | clip_norm(0.5)", [SGD], [])
    + around("clip_norm(0.5) | l2(0.1)", [SGD], [])
    + around("clip_value(0.2) | clip_norm(0.3) | ema(0.9)", [ADAMW], [])
    + on("net", 'adamw(lr=0.05, weight_decay=0.1) | group("*.bias", weight_decay=0) | scale("fc2.*", lr=0.1) | clip_norm(0.1) | ema(0.9)')
    + around("swa(start=5, every=1) | clip_norm(0.1)", [], ["sgd(lr=linear(0.3, 0, 20), momentum=0.9)"]),
}
BY_OPTAX = ("adaptive_clip", "centralize", "weight_decay", "l2", "accumulate", "lookahead", "sam", "schedule_free")


def by_torch(text):
    stages = parse(text)
    names = [a[0] for a in adapters(stages)]
    return stages[0][0] == "adagrad" or len(names) > 1 or names[0] not in BY_OPTAX


def run(text, problem, nudge):
    return (run_torch if by_torch(text) else run_optax)(text, problem, nudge)


def compare():
    for name, runs in FILES.items():
        for text, problem in runs:
            first = run(text, problem, 0.0)[1]
            try:
                library, second = (run_optax if by_torch(text) else run_torch)(text, problem, 0.0)
            except (ValueError, KeyError, AssertionError):
                continue
            pairs = [(first.after[k], second.after[k]) for k in first.after] + [(first.average[k], second.average[k]) for k in first.average]
            print(f"{max(np.abs(a - b).max() for a, b in pairs):.1e}  {problem}  {text}  [{library}]")


if __name__ == "__main__":
    compare() if "--compare" in sys.argv else write("adapters", FILES, run)
