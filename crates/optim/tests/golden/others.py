"""Writes the rules that neither torch nor optax has, from packages and from the authors' own code, in float64.

    PYTHONPATH=<where hypergrad/ and sls/ are> python3 others.py [--check] [rule ...]

See README.md for where each comes from.
"""

import contextlib
import importlib.metadata
import inspect
import textwrap
import warnings

import torch

warnings.filterwarnings("ignore")

import momo
import prodigyopt
import pytorch_optimizer
import sls.utils
from hypergrad.adam_hd import AdamHD
from hypergrad.sgd_hd import SGDHD
from sls.sls import Sls

from problems import STEPS, Trace, knobs, parse, write
from torch_rules import common, leaves, objective, on, values

# The search is deterministic here and needs no generator, least of all the first GPU's.
sls.utils.random_seed_torch = lambda seed: contextlib.nullcontext()


class Soap(pytorch_optimizer.SOAP):
    """pytorch_optimizer's SOAP with two expressions of its own changed: the new basis is found in float64 as all the rest, where it
    rounds to float32, and under the normalised gradient stands the 1e-30 of the authors' program instead of eps."""


def amended(method, old, new):
    source = textwrap.dedent(inspect.getsource(method))
    assert source.count(old) == 1, old
    scope = vars(inspect.getmodule(method)).copy()
    exec(source.replace(old, new), scope)
    return scope[method.__name__]


Soap.get_orthogonal_matrix_qr = amended(pytorch_optimizer.SOAP.get_orthogonal_matrix_qr, "power_iter.to(torch.float32)", "power_iter")
Soap.step = amended(pytorch_optimizer.SOAP.step, "sqrt_().add_(group['eps'])", "sqrt_().add_(1e-30)")

LIBRARY = {
    "soap": f"pytorch_optimizer {importlib.metadata.version('pytorch_optimizer')} SOAP, its QR in float64",
    "sgd_hd": "gbaydin/hypergradient-descent a6f82e7 SGDHD",
    "adam_hd": "gbaydin/hypergradient-descent a6f82e7 AdamHD",
    "armijo": "IssamLaradji/sls 949834e Sls",
    "adan": f"pytorch_optimizer {importlib.metadata.version('pytorch_optimizer')} Adan",
    "momo": f"momo-opt {importlib.metadata.version('momo-opt')} Momo",
    "momo_adam": f"momo-opt {importlib.metadata.version('momo-opt')} MomoAdam",
    "prodigy": f"prodigyopt {importlib.metadata.version('prodigyopt')} Prodigy(use_bias_correction=True)",
}
MAKE = {
    "soap": Soap,
    "sgd_hd": SGDHD,
    "adam_hd": AdamHD,
    "armijo": Sls,
    "adan": lambda groups, eps_root=0.0, paper=True, **rest: pytorch_optimizer.Adan(groups, **rest),
    "momo": momo.Momo,
    "momo_adam": momo.MomoAdam,
    "prodigy": lambda groups, **rest: prodigyopt.Prodigy(groups, use_bias_correction=True, **rest),
}
# The packages' names for the text's.
RENAME = {
    "max_precond_dim": "max_precondition_dim",
    "normalize_grads": "normalize_gradient",
    "estim_lr0": "d0",
    "estim_lr_coef": "d_coef",
    "lower_bound": "lb",
    "adapt_lower_bound": "use_fstar",
}
WHOLE = ("sgd_hd", "adam_hd", "armijo", "momo", "momo_adam")


def renamed(own):
    result = {RENAME.get(knob, knob): value for knob, value in own.items()}
    lists = [knob for knob in ("b1", "b2", "b3") if knob in result]
    if lists:
        result["betas"] = tuple(result.pop(knob) for knob in lists)
    return result


def run(text, problem, nudge):
    stages = parse(text)
    name = stages[0][0]
    params = leaves(problem, nudge)
    settings = knobs(stages, params)
    for k, own in settings.items():
        params[k].requires_grad_(own is not None)
    trained = {k: values(own, 0) for k, own in settings.items() if own is not None}
    trained = {k: renamed(own) for k, own in trained.items()}
    if name in WHOLE:
        opt = MAKE[name]([params[k] for k in trained], **next(iter(trained.values())))
    else:
        groups = [{"params": [params[k]], **own} for k, own in trained.items()]
        opt = MAKE[name](groups, **common(groups))

    def loss():
        return objective(problem, params)

    trace = Trace()
    trace.see(0, loss().detach(), [])
    for step in range(STEPS):
        opt.zero_grad()
        if name == "armijo":
            opt.step(loss)
        else:
            value = loss()
            value.backward()
            opt.step(loss=value.detach()) if "momo" in name else opt.step()
        trace.see(step + 1, loss().detach(), [p.detach().numpy().copy() for p in params.values()])
    return LIBRARY[name], trace


FILES = {
    # Both problems with matrices have gradients of rank two, so some of the rotated moments are nothing but rounding: an eps well
    # above it keeps them out of the weights. The default one is used where nothing is rotated.
    "soap": on(
        "matrix",
        "soap(lr=0.05, eps=1e-4)",
        "soap(lr=0.05, eps=1e-4, betas=[0.9, 0.8], shampoo_beta=0.7, weight_decay=0.3, precondition_frequency=1)",
        "soap(lr=0.05, eps=0.1, precondition_frequency=3)",
        "soap(lr=0.05, eps=1e-4, max_precond_dim=3, precondition_frequency=2)",
        "soap(lr=0.05, eps=1e-3, precondition_frequency=4, normalize_grads=true)",
        "soap(lr=0.05, eps=1e-4, precondition_frequency=4, correct_bias=false)",
    )
    + on("vector", "soap()", "soap(lr=0.1)", "soap(lr=0.1, weight_decay=0.3, betas=[0.8, 0.9])")
    + on(
        "net",
        "soap(lr=0.02, eps=1e-4, max_precond_dim=3, precondition_frequency=2)",
        'soap(lr=0.02, eps=1e-4, max_precond_dim=3, weight_decay=0.3, precondition_frequency=3) | group("*.bias", weight_decay=0, lr=0.01)',
    ),
    "sgd_hd": on(
        "vector",
        "sgd_hd(lr=0.05)",
        "sgd_hd(lr=0.05, hypergrad_lr=0.01)",
        "sgd_hd(lr=0.05, hypergrad_lr=0.01, momentum=0.9)",
        "sgd_hd(lr=0.05, hypergrad_lr=0.01, momentum=0.9, nesterov=true)",
        "sgd_hd(lr=0.05, hypergrad_lr=0.01, momentum=0.8, dampening=0.5, weight_decay=0.2)",
        "sgd_hd(lr=0, hypergrad_lr=0.02)",
    )
    + on("matrix", "sgd_hd(lr=0.01, hypergrad_lr=0.0005)")
    + on("net", "sgd_hd(lr=0.1, hypergrad_lr=0.5, momentum=0.9, nesterov=true)", 'sgd_hd(lr=0.1, hypergrad_lr=0.5) | freeze("fc1.*")'),
    # An eps too small to matter: the authors add it to the root before its correction, torch's Adam after it.
    "adam_hd": on(
        "vector",
        "adam_hd(lr=0.05, eps=1e-16)",
        "adam_hd(lr=0.05, hypergrad_lr=0.005, eps=1e-16)",
        "adam_hd(lr=0.05, hypergrad_lr=0.005, betas=[0.8, 0.95], eps=1e-16)",
        "adam_hd(lr=0.05, hypergrad_lr=0.005, weight_decay=0.3, eps=1e-16)",
    )
    + on("matrix", "adam_hd(lr=0.01, hypergrad_lr=0.0005, eps=1e-16)"),
    # What holds only for the authors' program: its eps, and a rate that moves between one parameter and the next.
    "adam_hd_authors": on("vector", "adam_hd(lr=0.05, hypergrad_lr=0.005)", "adam_hd(lr=0.05, hypergrad_lr=0.005, betas=[0.8, 0.95], eps=0.1)")
    + on("net", "adam_hd(lr=0.01, hypergrad_lr=0.0001, eps=1e-16)"),
    "armijo": on(
        "vector",
        "armijo()",
        "armijo(c=0.5)",
        "armijo(beta_b=0.5, init_step_size=3)",
        "armijo(c=0.3, beta_b=0.7, gamma=3, n_batches_per_epoch=2)",
        "armijo(c=0.3, beta_b=0.7, reset_option=0)",
        "armijo(c=0.3, beta_b=0.7, init_step_size=2, reset_option=2)",
    )
    + on("matrix", "armijo(n_batches_per_epoch=4)")
    + on("net", "armijo(n_batches_per_epoch=4)", "armijo(init_step_size=10, c=0.7, n_batches_per_epoch=1)"),
    # Where optax's rule is another: see the notes.
    "adan_authors": on(
        "vector",
        "adan(lr=0.1, b1=0.98, b2=0.92, b3=0.99, eps_root=0, paper=true)",
        "adan(lr=0.1, b1=0.9, b2=0.8, b3=0.95, eps_root=0, eps=0.1, paper=true)",
    )
    + on("matrix", "adan(lr=0.05, b1=0.98, b2=0.92, b3=0.99, eps_root=0, paper=true)")
    + on("net", "adan(lr=0.02, b1=0.98, b2=0.92, b3=0.99, eps_root=0, paper=true)"),
    "momo_authors": on("vector", "momo(lr=0.5, weight_decay=0.2)", "momo_adam(lr=0.5, b1=0.9, b2=0.999, eps=0.1, weight_decay=0.2)")
    + on("net", "momo(weight_decay=0.01)", "momo_adam(lr=0.1, weight_decay=0.01)"),
    "prodigy_groups": on(
        "net",
        "prodigy(estim_lr0=0.01, weight_decay=0.1)",
        'prodigy(estim_lr0=0.01, weight_decay=0.3) | group("*.bias", weight_decay=0)',
        'prodigy(estim_lr0=0.01, weight_decay=0.3) | group("*.bias", weight_decay=0) | freeze("fc1.*")',
    ),
}

if __name__ == "__main__":
    write("rules", FILES, run)
