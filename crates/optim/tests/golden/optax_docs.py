"""Writes optax_docs.txt: the runs of optax's docstrings on f(x) = sum x^2 from [1, 2, 3], again in float64.

An entry is our text with f after 0..=5 steps of optax's rule, the digits that the docstring prints (of a float32 run), and where the
rule is named after torch.optim, as torch steps it.
"""

import os
import re

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import optax
from optax import contrib

import torch

from problems import HERE, numbers, parse
from torch_rules import CLASSES, values

# text, name of optax's function, its keywords
ENTRIES = [
    ("adabelief(lr=0.003)", "optax.adabelief", {"learning_rate": 0.003}),
    ("adadelta(lr=10)", "optax.adadelta", {"learning_rate": 10.0}),
    ("adagrad(lr=1, initial_accumulator_value=0.1, eps=1e-7)", "optax.adagrad", {"learning_rate": 1.0}),
    ("adam(lr=0.003)", "optax.adam", {"learning_rate": 0.003}),
    ("adamax(lr=0.003)", "optax.adamax", {"learning_rate": 0.003}),
    ("adamw(lr=0.003, weight_decay=1e-4)", "optax.adamw", {"learning_rate": 0.003}),
    ("adan(lr=0.1)", "optax.adan", {"learning_rate": 0.1}),
    ("ademamix(lr=0.01)", "contrib.ademamix", {"learning_rate": 0.01}),
    ("adopt(lr=0.003)", "contrib.adopt", {"learning_rate": 0.003}),
    ("amsgrad(lr=0.003)", "optax.amsgrad", {"learning_rate": 0.003}),
    ("dog()", "contrib.dog", {}),
    ("dowg()", "contrib.dowg", {}),
    ("lamb(lr=0.003)", "optax.lamb", {"learning_rate": 0.003}),
    ("lars(lr=0.003)", "optax.lars", {"learning_rate": 0.003}),
    ("lion(lr=0.003)", "optax.lion", {"learning_rate": 0.003}),
    ("momo()", "contrib.momo", {}),
    ("momo_adam()", "contrib.momo_adam", {}),
    ("nadamw(lr=0.003)", "optax.nadamw", {"learning_rate": 0.003}),
    ("polyak_sgd()", "optax.polyak_sgd", {}),
    ("radam(lr=0.003)", "optax.radam", {"learning_rate": 0.003}),
    ("rmsprop(lr=0.003, alpha=0.9)", "optax.rmsprop", {"learning_rate": 0.003}),
    ("rprop(lr=0.003)", "optax.rprop", {"learning_rate": 0.003}),
    ("sgd(lr=0.003)", "optax.sgd", {"learning_rate": 0.003}),
    ("yogi(lr=0.002)", "optax.yogi", {"learning_rate": 0.002}),
    ("sgd(lr=1) | schedule_free(b1=0.9, weight_lr_power=2)", "contrib.schedule_free_sgd", {}),
    ("adam(lr=1, betas=[0, 0.999]) | schedule_free(b1=0.9, weight_lr_power=2)", "contrib.schedule_free_adamw", {"learning_rate": 1.0}),
]


def function(name):
    module, function = name.split(".")
    return getattr({"optax": optax, "contrib": contrib}[module], function)


def f(x):
    return jnp.sum(x**2)


def losses(name, keywords):
    solver = optax.with_extra_args_support(function(name)(**keywords))
    x = jnp.array([1.0, 2.0, 3.0])
    state = solver.init(x)
    yield f(x)
    for _ in range(5):
        value, grad = jax.value_and_grad(f)(x)
        updates, state = solver.update(grad, state, x, value=value)
        x = optax.apply_updates(x, updates)
        yield f(contrib.schedule_free_eval_params(state, x) if "schedule_free" in name else x)


def printed(name):
    return " ".join(re.findall(r"Objective function:\s+([-+.0-9Ee]+)", function(name).__doc__))


def torch_losses(text):
    (name, _, keywords), *_ = parse(text)
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimizer = CLASSES[name]([x], **values(keywords, 0))
    yield (x**2).sum().item()
    for _ in range(5):
        optimizer.zero_grad()
        (x**2).sum().backward()
        optimizer.step()
        yield (x**2).sum().item()


with open(os.path.join(HERE, "optax_docs.txt"), "w") as file:
    for text, name, keywords in ENTRIES:
        file.write(f"{text}: {numbers(losses(name, keywords))}\n  {name} {optax.__version__} prints: {printed(name)}\n")
        if parse(text)[0][0] in CLASSES and "|" not in text:
            file.write(f"  torch {torch.__version__.split('+')[0]}: {numbers(torch_losses(text))}\n")
