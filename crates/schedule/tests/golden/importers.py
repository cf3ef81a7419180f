"""Writes importers.txt: learning rates of six libraries, read by the tests of the importers.

    python3 importers.py > importers.txt

Needs torch, optax, jax[cpu], keras, transformers, timm and fastai (the versions it was made with are in README.md). Every value comes
from the library itself, driven as its users drive it. A block is

    = f64 torch::StepLR(lr=0.1, step_size=3)
    steps 0 1 2 ...
    values 0.1 0.1 ...

where f64 or f32 is what the library computes in, steps count from 0 and a line that begins with # is a remark about the block below it.
"""

import os
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "jax"
warnings.filterwarnings("ignore")

import jax
import keras
import numpy as np
import optax
import timm.scheduler
import torch
import transformers
from fastai.callback import schedule as fast
from fastai.data.core import DataLoaders
from fastai.learner import Callback, Learner

# The importer texts


class Spec:
    """`library::name(arg=value, ...)`, as text and as a call."""

    def __init__(self, library, name, args):
        self.library, self.name, self.args = library, name, args

    def __str__(self):
        return f"{self.library}::{self.name}({', '.join(f'{k}={text(v)}' for k, v in self.args.items())})"


def text(value):
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, float):
        return repr(value).replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(k)}: {text(v)}" for k, v in value.items()) + "}"
    return str(value)


class Library:
    """`lib.Name(arg=value)` is the Spec of that text."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, item):
        return lambda **args: Spec(self.name, item, args)


# The libraries, each as a function from a spec and steps to values


def optimizer(lr):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=0.9)


def torch_scheduler(spec, opt):
    args = {k: v for k, v in spec.args.items() if k != "lr"}
    if "schedulers" in args:
        children = [torch_scheduler(child, opt) for child in args.pop("schedulers")]
        if spec.name == "ChainedScheduler":
            return torch.optim.lr_scheduler.ChainedScheduler(children)
        return torch.optim.lr_scheduler.SequentialLR(opt, children, **args)
    if spec.name == "SWALR":
        return torch.optim.swa_utils.SWALR(opt, **args)
    return getattr(torch.optim.lr_scheduler, spec.name)(opt, **args)


def stepped(opt, scheduler, steps):
    """The lr that optimizer step t uses: after t calls of `scheduler.step()`."""
    values = []
    for t in range(max(steps) + 1):
        values.append(float(opt.param_groups[0]["lr"]))
        opt.step()
        if t < max(steps):
            scheduler.step()
    return [values[t] for t in steps]


def run_torch(spec, steps):
    opt = optimizer(spec.args["lr"])
    return stepped(opt, torch_scheduler(spec, opt), steps)


def run_transformers(spec, steps):
    args = dict(spec.args)
    opt = optimizer(args.pop("lr"))
    counts = {k: args.pop(k, None) for k in ("num_warmup_steps", "num_training_steps")}
    return stepped(opt, transformers.get_scheduler(spec.name, opt, scheduler_specific_kwargs=args, **counts), steps)


def run_timm(spec, steps):
    """What a call with t sets; with t_in_epochs the call is `step`, else `step_update`."""
    args = dict(spec.args)
    opt = optimizer(args.pop("lr"))
    scheduler = getattr(timm.scheduler, spec.name)(opt, **args)
    values = []
    for t in steps:
        if args.get("t_in_epochs", True):
            scheduler.step(t)
        else:
            scheduler.step_update(t)
        values.append(float(opt.param_groups[0]["lr"]))
    return values


def optax_schedule(spec):
    args = dict(spec.args)
    if "schedules" in args:
        args["schedules"] = [optax_schedule(child) for child in args["schedules"]]
    return getattr(optax, spec.name)(**args)


def run_optax(spec, steps):
    schedule = optax_schedule(spec)
    return [schedule(t) for t in steps]


def run_keras(spec, steps):
    schedule = getattr(keras.optimizers.schedules, spec.name)(**spec.args)
    return [schedule(t) for t in steps]


def fastai_schedule(spec):
    args = {k: v for k, v in spec.args.items() if k != "n_steps"}
    if "scheds" in args:
        args["scheds"] = [fastai_schedule(child) for child in args["scheds"]]
    if spec.name == "LRFinder":
        return fast.LRFinder(**args).scheds["lr"]
    return getattr(fast, spec.name)(**args)


class Watch(Callback):
    """Notes the lr of every batch and the schedules that set it."""

    order = 61

    def __init__(self):
        self.rates, self.schedules = [], []

    def before_fit(self):
        self.schedules.append([cb for cb in self.learn.cbs if isinstance(cb, fast.ParamScheduler)][0].scheds["lr"])

    def before_batch(self):
        if self.training:
            self.rates.append(float(self.opt.hypers[-1]["lr"]))


FITS = {"fit_one_cycle", "fit_flat_cos", "fit_sgdr", "fine_tune"}


def run_fastai(spec, steps):
    args = dict(spec.args)
    n = args.pop("n_steps", None)
    if spec.name == "LRFinder":
        n = max(6, args.get("num_it", 100))
    if spec.name not in FITS:
        schedule = fastai_schedule(spec)
        return [schedule(t / n) for t in steps]
    # A real fit of n batches. Its epochs: those that the method asks for, else one.
    if spec.name == "fit_sgdr":
        mult = args.get("cycle_mult", 2)
        epochs = args["cycle_len"] * (mult ** args["n_cycles"] - 1) // (mult - 1)
    elif spec.name == "fine_tune":
        epochs = args["epochs"] + args.get("freeze_epochs", 1)
    else:
        epochs, args["n_epoch"] = 1, 1
    assert n % epochs == 0
    data = [(torch.zeros(1), torch.zeros(1))] * (n // epochs)
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        loaders = DataLoaders.from_dsets(data, data[:1], bs=1, num_workers=0)
        learner = Learner(loaders, torch.nn.Linear(1, 1), loss_func=torch.nn.MSELoss(), path=folder, cbs=watch)
        with learner.no_bar(), learner.no_logging():
            getattr(learner, spec.name)(**args)
    assert len(watch.rates) == n
    return [watch.rates[t] if t < n else float(np.squeeze(watch.schedules[-1](t / n))) for t in steps]


RUN = {
    "torch": run_torch,
    "transformers": run_transformers,
    "timm": run_timm,
    "optax": run_optax,
    "keras": run_keras,
    "fastai": run_fastai,
}


# The blocks


def chosen(end, seams, last):
    """All steps of a short schedule; of a long one those near its seams and a few between; and some beyond the end."""
    beyond = {end + k for k in range(1, 11)} | {end + end // 2, 2 * end - 1, 2 * end, 2 * end + 1, 3 * end}
    if end <= 40:
        steps = set(range(end + 1)) | beyond
    else:
        near = {s + k for s in (0, *seams, end) for k in (-2, -1, 0, 1, 2)}
        steps = near | {round(end * k / 16) for k in range(16)} | {end + 5, end + end // 3} | set(sorted(beyond)[-4:])
    return sorted(t for t in steps if t >= 0 and (last is None or t <= last))


def digits(value, precision):
    if precision == "f32":
        return str(np.float32(np.squeeze(value)))
    value = np.squeeze(np.asarray(value))
    assert value.dtype in (np.float64, np.int64, np.int32), value.dtype
    return repr(float(value))


def case(spec, end, *seams, precision="f64", last=None, remark=None):
    wide = precision == "f64"
    jax.config.update("jax_enable_x64", wide)
    keras.config.set_floatx("float64" if wide else "float32")
    steps = chosen(end, seams, last)
    values = RUN[spec.library](spec, steps)
    if remark:
        print("#", remark)
    print("=", precision, spec)
    print("steps", *steps)
    print("values", *(digits(v, precision) for v in values))
    print()


def both(spec, end, *seams, **options):
    """In f64, and as the library does by default, in f32."""
    case(spec, end, *seams, **options)
    case(spec, end, *seams, precision="f32", **options)


def cases_torch():
    t = Library("torch")
    case(t.StepLR(lr=0.1, step_size=3), 12)
    case(t.StepLR(lr=0.1, step_size=30, gamma=0.5), 90, 30, 60)
    case(t.StepLR(lr=0.5, step_size=1, gamma=0.9), 12)
    case(t.StepLR(lr=1.0, step_size=4, gamma=2.0), 12)

    case(t.MultiStepLR(lr=0.1, milestones=[3, 8]), 12)
    case(t.MultiStepLR(lr=0.1, milestones=[8, 3, 8, 8], gamma=0.5), 12, remark="repeats count, order does not")
    case(t.MultiStepLR(lr=0.1, milestones=[0, 5], gamma=0.5), 10)
    case(t.MultiStepLR(lr=0.1, milestones=[]), 5)
    case(t.MultiStepLR(lr=0.1, milestones=[60, 120, 160], gamma=0.2), 200, 60, 120, 160)

    case(t.ConstantLR(lr=0.1), 8)
    case(t.ConstantLR(lr=0.1, factor=0.25, total_iters=4), 8)
    case(t.ConstantLR(lr=0.1, factor=1.0, total_iters=4), 8)
    case(t.ConstantLR(lr=0.1, factor=0.5, total_iters=1), 4)
    case(t.ConstantLR(lr=0.1, factor=0.5, total_iters=0), 4, remark="never leaves the factor")

    case(t.LinearLR(lr=0.1), 8)
    case(t.LinearLR(lr=0.1, start_factor=0.001, total_iters=20), 24)
    case(t.LinearLR(lr=0.1, start_factor=1.0, end_factor=0.1, total_iters=12), 12)
    case(t.LinearLR(lr=0.1, start_factor=1.0, end_factor=0.0, total_iters=10), 10)
    case(t.LinearLR(lr=0.1, start_factor=0.25, end_factor=0.75, total_iters=1), 3)
    case(t.LinearLR(lr=0.1, start_factor=0.5, end_factor=1.0, total_iters=0), 4, remark="never leaves the start")
    case(t.LinearLR(lr=3e-4, start_factor=1e-6, total_iters=1000), 1000)

    case(t.ExponentialLR(lr=0.1, gamma=0.9), 20)
    case(t.ExponentialLR(lr=0.1, gamma=0.999), 1000)
    case(t.ExponentialLR(lr=0.1, gamma=1.0), 5)
    case(t.ExponentialLR(lr=1e-3, gamma=1.1), 20)

    case(t.PolynomialLR(lr=0.1), 8)
    case(t.PolynomialLR(lr=0.1, total_iters=20), 20)
    case(t.PolynomialLR(lr=0.1, total_iters=12, power=2.0), 12)
    case(t.PolynomialLR(lr=0.1, total_iters=12, power=0.5), 12)
    case(t.PolynomialLR(lr=7e-3, total_iters=1000, power=0.9), 1000)
    case(t.PolynomialLR(lr=0.1, total_iters=0), 4, remark="never leaves the base rate")

    case(t.CosineAnnealingLR(lr=0.1, T_max=10), 10, remark="rises after T_max and comes back")
    case(t.CosineAnnealingLR(lr=0.1, T_max=10, eta_min=0.01), 10)
    case(t.CosineAnnealingLR(lr=0.1, T_max=7, eta_min=0.2), 21)
    case(t.CosineAnnealingLR(lr=0.1, T_max=1), 4)
    case(t.CosineAnnealingLR(lr=3e-4, T_max=1000, eta_min=3e-5), 1000)

    case(t.CosineAnnealingWarmRestarts(lr=0.1, T_0=5), 15)
    case(t.CosineAnnealingWarmRestarts(lr=0.1, T_0=4, T_mult=2), 28)
    case(t.CosineAnnealingWarmRestarts(lr=0.1, T_0=5, T_mult=3, eta_min=0.01), 65, 5, 20, 65)
    case(t.CosineAnnealingWarmRestarts(lr=0.05, T_0=1, T_mult=2), 31)
    case(t.CosineAnnealingWarmRestarts(lr=0.05, T_0=1), 4)
    case(t.CosineAnnealingWarmRestarts(lr=0.1, T_0=3, T_mult=3), 1092, 3, 12, 39, 120, 363)
    case(t.CosineAnnealingWarmRestarts(lr=0.05, T_0=10, T_mult=2), 310, 10, 30, 70, 150, 310)

    case(t.CyclicLR(lr=1.0, base_lr=0.001, max_lr=0.006, step_size_up=5), 20, remark="lr is replaced by base_lr")
    case(t.CyclicLR(lr=1.0, base_lr=0.1, max_lr=0.5, step_size_up=4, step_size_down=8), 36)
    case(t.CyclicLR(lr=1.0, base_lr=0.1, max_lr=0.5, step_size_up=4, mode="triangular2"), 40)
    case(t.CyclicLR(lr=1.0, base_lr=0.1, max_lr=0.5, step_size_up=3, step_size_down=4, mode="exp_range", gamma=0.95), 28)
    case(t.CyclicLR(lr=1.0, base_lr=0.1, max_lr=0.5, step_size_up=3, mode="triangular2", gamma=0.5), 18)
    case(t.CyclicLR(lr=1.0, base_lr=0.1, max_lr=0.5, step_size_up=2.5, step_size_down=1.25), 15)
    case(t.CyclicLR(lr=1.0, base_lr=0.5, max_lr=0.1, step_size_up=4), 16)
    case(t.CyclicLR(lr=1.0, base_lr=0.001, max_lr=0.006), 8000, 2000, 4000, 6000)

    one = dict(lr=0.1, max_lr=0.5)
    case(t.OneCycleLR(**one, total_steps=20), 20, last=20, remark="t = total_steps overshoots, later steps are an error")
    case(t.OneCycleLR(**one, total_steps=20, anneal_strategy="linear"), 20, last=20)
    case(t.OneCycleLR(**one, total_steps=100, anneal_strategy="linear"), 100, 28, 29, 30, last=100)
    case(t.OneCycleLR(**one, total_steps=25, pct_start=0.3, div_factor=10.0, final_div_factor=100.0), 25, last=25)
    case(t.OneCycleLR(**one, total_steps=30, three_phase=True), 30, last=30)
    case(t.OneCycleLR(**one, total_steps=30, pct_start=0.4, anneal_strategy="linear", three_phase=True), 30, last=30)
    case(t.OneCycleLR(**one, total_steps=33, pct_start=0.45, three_phase=True), 33, last=33)
    case(t.OneCycleLR(**one, total_steps=12, pct_start=0.0), 12, last=12)
    case(t.OneCycleLR(**one, total_steps=12, pct_start=1.0), 12, last=11, remark="t = total_steps is a division by zero")
    case(t.OneCycleLR(**one, total_steps=3), 3, last=3, remark="the rise would end before step 0: there is none")
    case(t.OneCycleLR(**one, total_steps=1), 1, last=1)
    case(t.OneCycleLR(**one, total_steps=10, pct_start=0.6, three_phase=True), 10, last=10, remark="no third phase")
    case(t.OneCycleLR(**one, epochs=4, steps_per_epoch=6), 24, last=24)
    case(t.OneCycleLR(lr=0.1, max_lr=3e-3, total_steps=1000, cycle_momentum=False), 1000, 299, last=1000)

    case(t.SWALR(lr=0.1, swa_lr=0.05), 14)
    case(t.SWALR(lr=0.1, swa_lr=0.05, anneal_epochs=5, anneal_strategy="linear"), 8)
    case(t.SWALR(lr=0.01, swa_lr=0.05, anneal_epochs=8), 10)
    case(t.SWALR(lr=0.1, swa_lr=0.05, anneal_epochs=1), 4)
    case(t.SWALR(lr=0.1, swa_lr=0.05, anneal_epochs=0), 4, remark="at swa_lr from the first step on")

    def seq(*schedulers, milestones, lr=0.1):
        return t.SequentialLR(lr=lr, schedulers=list(schedulers), milestones=milestones)

    warm = t.LinearLR(start_factor=0.1, total_iters=10)
    case(seq(warm, t.CosineAnnealingLR(T_max=20), milestones=[10]), 30)
    case(seq(warm, t.CosineAnnealingLR(T_max=20, eta_min=1e-3), milestones=[10]), 30)
    case(seq(t.LinearLR(start_factor=0.1, total_iters=10), t.PolynomialLR(total_iters=12, power=2.0), milestones=[6]), 20)
    case(seq(t.ConstantLR(factor=0.5, total_iters=2), t.ExponentialLR(gamma=0.9), milestones=[5]), 15)
    case(
        seq(
            t.LinearLR(start_factor=0.01, total_iters=5),
            t.ConstantLR(factor=1.0, total_iters=1),
            t.LinearLR(start_factor=1.0, end_factor=0.0, total_iters=8),
            milestones=[5, 15],
        ),
        24,
    )
    case(seq(t.StepLR(step_size=3, gamma=0.5), t.MultiStepLR(milestones=[2, 4], gamma=0.5), milestones=[7]), 14)
    case(
        seq(t.CosineAnnealingWarmRestarts(T_0=3), t.CosineAnnealingWarmRestarts(T_0=3, T_mult=2), milestones=[4]),
        16,
    )
    case(seq(t.LinearLR(total_iters=4), t.CyclicLR(base_lr=0.02, max_lr=0.08, step_size_up=3), milestones=[4]), 18)
    constant = [t.ConstantLR(factor=f, total_iters=2) for f in (0.5, 0.25, 0.125)]
    case(seq(*constant, milestones=[4, 4]), 10, remark="a repeated milestone leaves the piece between them out")
    case(seq(*constant, milestones=[0, 4]), 10, remark="a milestone at 0 leaves the first piece out")
    case(seq(t.ExponentialLR(gamma=0.9), milestones=[]), 8)
    case(seq(t.PolynomialLR(total_iters=4), t.CosineAnnealingLR(T_max=4), milestones=[6]), 18)
    case(
        seq(t.LinearLR(start_factor=0.5, total_iters=4), t.OneCycleLR(max_lr=0.5, total_steps=10), milestones=[4]),
        14,
        last=14,
        remark="OneCycleLR makes max_lr / div_factor the base rate of the first piece too",
    )
    case(
        seq(t.OneCycleLR(max_lr=0.5, total_steps=10), t.LinearLR(start_factor=0.5, total_iters=4), milestones=[6]),
        12,
        remark="OneCycleLR makes max_lr / div_factor the base rate of the next piece too",
    )
    case(
        seq(t.CyclicLR(base_lr=0.02, max_lr=0.08, step_size_up=3), t.LinearLR(start_factor=0.5, total_iters=4), milestones=[7]),
        14,
        remark="CyclicLR in the first place makes base_lr the base rate of the others",
    )
    case(
        seq(t.CosineAnnealingLR(T_max=10), t.SWALR(swa_lr=0.05, anneal_epochs=4), milestones=[6]),
        12,
        remark="SWALR anneals from the last value of the piece before",
    )
    case(
        seq(t.LinearLR(start_factor=1e-3, total_iters=100), t.CosineAnnealingLR(T_max=900), milestones=[100]),
        1000,
        100,
        1900,
    )

    def chain(*schedulers, lr=0.1):
        return t.ChainedScheduler(lr=lr, schedulers=list(schedulers))

    case(chain(t.ConstantLR(factor=0.1, total_iters=2), t.ExponentialLR(gamma=0.9)), 12)
    case(chain(t.LinearLR(start_factor=0.1, total_iters=5), t.StepLR(step_size=4, gamma=0.5)), 15)
    case(chain(t.LinearLR(start_factor=0.25, total_iters=4), t.PolynomialLR(total_iters=10), t.ExponentialLR(gamma=0.9)), 14)
    case(chain(t.MultiStepLR(milestones=[3, 6]), t.MultiStepLR(milestones=[3], gamma=0.5)), 10)
    case(chain(t.ExponentialLR(gamma=0.9)), 5)
    case(
        chain(t.LinearLR(start_factor=0.1, total_iters=4), t.CosineAnnealingLR(T_max=10)),
        10,
        last=19,
        remark="a product up to T_max; LinearLR has ended, so the rise after it is torch's own",
    )
    case(
        chain(t.CosineAnnealingLR(T_max=6), t.ExponentialLR(gamma=0.9)),
        6,
        last=16,
        remark="a product up to T_max; the cosine starts again from the base rate and forgets the other's past",
    )
    case(
        chain(t.ExponentialLR(gamma=0.9), t.CosineAnnealingLR(T_max=10, eta_min=0.01)),
        10,
        last=10,
        remark="no product: eta_min is added after the others have multiplied",
    )


def cases_optax():
    o = Library("optax")
    both(o.constant_schedule(value=0.3), 5)

    both(o.linear_schedule(init_value=1.0, end_value=0.1, transition_steps=10), 10)
    case(o.linear_schedule(init_value=0.0, end_value=0.1, transition_steps=8, transition_begin=4), 12)
    case(o.linear_schedule(init_value=0.5, end_value=0.1, transition_steps=0), 4, remark="stays at init_value")
    case(o.linear_schedule(init_value=0.5, end_value=0.1, transition_steps=4, transition_begin=-3), 6)
    case(o.linear_schedule(init_value=1.0, end_value=0.0, transition_steps=1000, transition_begin=100), 1100, 100)

    both(o.polynomial_schedule(init_value=1.0, end_value=0.1, power=2, transition_steps=10), 10)
    both(o.polynomial_schedule(init_value=0.1, end_value=1.0, power=0.5, transition_steps=10, transition_begin=5), 15)
    case(o.polynomial_schedule(init_value=1.0, end_value=0.0, power=0.9, transition_steps=500), 500)
    case(o.polynomial_schedule(init_value=1.0, end_value=0.1, power=3.0, transition_steps=-5), 4)

    both(o.piecewise_constant_schedule(init_value=1, boundaries_and_scales={10: 0.5}), 14)
    both(o.piecewise_constant_schedule(init_value=0.1, boundaries_and_scales={8: 0.1, 3: 0.5}), 12)
    case(o.piecewise_constant_schedule(init_value=0.1), 4)
    case(o.piecewise_constant_schedule(init_value=0.1, boundaries_and_scales={0: 2.0, 4: 0.0}), 8)
    case(o.piecewise_constant_schedule(init_value=0.4, boundaries_and_scales={300: 0.1, 600: 0.1}), 900, 300, 600)

    both(o.exponential_decay(init_value=1.0, transition_steps=5, decay_rate=0.5), 20)
    both(o.exponential_decay(init_value=1.0, transition_steps=5, decay_rate=0.5, staircase=True), 20)
    case(o.exponential_decay(init_value=1.0, transition_steps=5, decay_rate=0.5, transition_begin=7), 20)
    case(o.exponential_decay(init_value=1.0, transition_steps=4, decay_rate=0.5, transition_begin=3, staircase=True), 20)
    both(o.exponential_decay(init_value=1.0, transition_steps=5, decay_rate=0.5, end_value=0.2), 20)
    case(o.exponential_decay(init_value=0.1, transition_steps=5, decay_rate=2.0, end_value=0.7), 20)
    case(
        o.exponential_decay(init_value=0.1, transition_steps=5, decay_rate=0.5, transition_begin=4, end_value=0.2),
        12,
        remark="end_value holds before the begin too",
    )
    case(o.exponential_decay(init_value=0.1, transition_steps=5, decay_rate=0.0), 6, remark="stays at init_value")
    case(o.exponential_decay(init_value=0.1, transition_steps=0, decay_rate=0.5), 6, remark="stays at init_value")
    case(o.exponential_decay(init_value=0.256, transition_steps=24, decay_rate=0.97, staircase=True), 96, 24, 48, 72)

    both(o.cosine_decay_schedule(init_value=1.0, decay_steps=10), 10)
    both(o.cosine_decay_schedule(init_value=0.1, decay_steps=12, alpha=0.1), 12)
    case(o.cosine_decay_schedule(init_value=0.1, decay_steps=12, alpha=0.1, exponent=2.0), 12)
    case(o.cosine_decay_schedule(init_value=0.1, decay_steps=12, exponent=0.5), 12)
    case(o.cosine_decay_schedule(init_value=3e-4, decay_steps=1000, alpha=0.1), 1000)

    interpolate = o.piecewise_interpolate_schedule
    knots = {4: 0.5, 10: 0.1, 16: 4.0}
    both(interpolate(interpolate_type="linear", init_value=1.0, boundaries_and_scales=knots), 16)
    both(interpolate(interpolate_type="cosine", init_value=1.0, boundaries_and_scales=knots), 16)
    case(interpolate(interpolate_type="linear", init_value=0.5, boundaries_and_scales={0: 0.5, 6: 0.1}), 8)
    case(interpolate(interpolate_type="cosine", init_value=0.5, boundaries_and_scales={5: 0.0}), 8)
    case(interpolate(interpolate_type="linear", init_value=0.5), 4)
    case(interpolate(interpolate_type="linear", init_value=1.0, boundaries_and_scales={200: 0.5, 400: 0.5}), 400, 200)

    both(o.linear_onecycle_schedule(transition_steps=20, peak_value=1.0), 20)
    case(
        o.linear_onecycle_schedule(
            transition_steps=25, peak_value=0.5, pct_start=0.4, pct_final=0.8, div_factor=10.0, final_div_factor=100.0
        ),
        25,
    )
    case(o.linear_onecycle_schedule(transition_steps=3, peak_value=1.0), 6, remark="a knot at 0: starts at the peak")
    case(o.linear_onecycle_schedule(transition_steps=2, peak_value=1.0), 6, remark="knots 0, 1, 2")
    case(
        o.linear_onecycle_schedule(transition_steps=1, peak_value=1.0),
        4,
        remark="knots 0, 0, 1: of two at one step the later factor stands",
    )
    case(
        o.linear_onecycle_schedule(transition_steps=20, peak_value=1.0, pct_start=0.3, pct_final=1.0),
        20,
        remark="pct_final = 1: of two knots at one step the later factor stands",
    )
    case(o.linear_onecycle_schedule(transition_steps=1000, peak_value=3e-3), 1000, 300, 850)

    both(o.cosine_onecycle_schedule(transition_steps=20, peak_value=1.0), 20)
    case(
        o.cosine_onecycle_schedule(transition_steps=25, peak_value=0.5, pct_start=0.29, div_factor=10.0, final_div_factor=100.0),
        25,
    )
    case(o.cosine_onecycle_schedule(transition_steps=100, peak_value=1.0, pct_start=0.29), 100, 28, 29)
    case(o.cosine_onecycle_schedule(transition_steps=2, peak_value=1.0), 6)
    case(o.cosine_onecycle_schedule(transition_steps=1000, peak_value=3e-3), 1000, 300)

    both(o.warmup_constant_schedule(init_value=0.0, peak_value=0.1, warmup_steps=8), 10)
    case(o.warmup_constant_schedule(init_value=0.05, peak_value=0.1, warmup_steps=1), 4)
    case(o.warmup_constant_schedule(init_value=0.05, peak_value=0.1, warmup_steps=0), 4, remark="stays at init_value")
    case(o.warmup_constant_schedule(init_value=0.2, peak_value=0.1, warmup_steps=200), 200)

    cosine = o.warmup_cosine_decay_schedule
    both(cosine(init_value=0, peak_value=1, warmup_steps=10, decay_steps=100), 100, 10)
    both(cosine(init_value=0.0, peak_value=1.0, warmup_steps=5, decay_steps=20, end_value=0.1), 20)
    case(cosine(init_value=0.2, peak_value=0.1, warmup_steps=5, decay_steps=20, end_value=0.01, exponent=2.0), 20)
    case(cosine(init_value=0.2, peak_value=0.1, warmup_steps=0, decay_steps=10), 10)
    case(cosine(init_value=0.1, peak_value=0.0, warmup_steps=4, decay_steps=10, end_value=0.5), 12)
    case(cosine(init_value=0.0, peak_value=3e-4, warmup_steps=100, decay_steps=1000, end_value=3e-5), 1000, 100)

    exponential = o.warmup_exponential_decay_schedule
    base = dict(init_value=0.0, peak_value=1.0, warmup_steps=4, transition_steps=5, decay_rate=0.5)
    both(exponential(**base), 20)
    case(exponential(**base, transition_begin=3), 20)
    case(exponential(**base, staircase=True), 20)
    case(exponential(**base, transition_begin=2, staircase=True, end_value=0.2), 24)
    case(exponential(init_value=0.0, peak_value=0.1, warmup_steps=100, transition_steps=200, decay_rate=0.9), 900, 100, 300)

    cycles = [
        dict(init_value=0.0, peak_value=1.0, warmup_steps=3, decay_steps=10),
        dict(init_value=0.1, peak_value=0.5, warmup_steps=2, decay_steps=8, end_value=0.05),
        dict(init_value=0.0, peak_value=0.25, warmup_steps=0, decay_steps=6, exponent=2.0),
    ]
    both(o.sgdr_schedule(cosine_kwargs=cycles), 24)
    case(o.sgdr_schedule(cosine_kwargs=cycles[:1]), 10)
    case(o.sgdr_schedule(cosine_kwargs=[dict(cycles[0], decay_steps=5 * 2**k) for k in range(3)]), 35)
    long = [dict(cycles[0], warmup_steps=10, decay_steps=100 * 2**k) for k in range(3)]
    case(o.sgdr_schedule(cosine_kwargs=long), 700, 10, 100, 110, 300)

    warm = o.linear_schedule(init_value=0.0, end_value=1.0, transition_steps=5)
    down = o.cosine_decay_schedule(init_value=1.0, decay_steps=10)
    both(o.join_schedules(schedules=[warm, down], boundaries=[5]), 15)
    case(o.join_schedules(schedules=[warm, o.constant_schedule(value=1.0), down], boundaries=[5, 12]), 22)
    case(o.join_schedules(schedules=[down], boundaries=[]), 10)
    case(o.join_schedules(schedules=[warm, down], boundaries=[5, 9]), 15, remark="a boundary too many is ignored")
    case(
        o.join_schedules(schedules=[warm, down, o.constant_schedule(value=0.5)], boundaries=[5]),
        15,
        remark="a schedule too many is never reached",
    )
    inner = o.join_schedules(schedules=[warm, down], boundaries=[5])
    tail = o.exponential_decay(init_value=0.5, transition_steps=2, decay_rate=0.5)
    case(o.join_schedules(schedules=[inner, tail], boundaries=[10]), 16)
    case(o.join_schedules(schedules=[warm, down, o.constant_schedule(value=0.5)], boundaries=[5, 5]), 12)
    case(o.join_schedules(schedules=[warm, down, o.constant_schedule(value=0.5)], boundaries=[8, 4]), 14)


def cases_keras():
    k = Library("keras")
    both(k.ExponentialDecay(initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5), 20)
    both(k.ExponentialDecay(initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5, staircase=True), 20)
    case(k.ExponentialDecay(initial_learning_rate=1e-3, decay_steps=10, decay_rate=1.1), 20)
    both(k.ExponentialDecay(initial_learning_rate=0.045, decay_steps=1000, decay_rate=0.94, staircase=True), 4000, 1000, 2000)

    both(k.PiecewiseConstantDecay(boundaries=[3, 8], values=[0.1, 0.05, 0.01]), 12, remark="the boundary belongs to the left")
    both(k.PiecewiseConstantDecay(boundaries=[4], values=[0.1, 0.5]), 8)
    case(k.PiecewiseConstantDecay(boundaries=[0, 4, 5], values=[1.0, 0.5, 0.25, 0.125]), 8)
    case(k.PiecewiseConstantDecay(boundaries=[2, 4, 4, 6], values=[1.0, 0.5, 0.25, 0.125, 0.0]), 8)
    case(
        k.PiecewiseConstantDecay(boundaries=[2.5, 4.0], values=[1.0, 0.5, 0.25]),
        8,
        remark="boundaries become integers, as the steps are",
    )
    both(k.PiecewiseConstantDecay(boundaries=[100000, 110000], values=[1.0, 0.5, 0.1]), 120000, 100000, 110000)

    both(k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=10), 10)
    both(k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.01, power=0.5), 10)
    case(k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.0, power=2.0), 10)
    both(
        k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.01, power=2.0, cycle=True),
        40,
        remark="at a multiple of decay_steps the end value; the period grows",
    )
    case(k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=7, cycle=True), 28)
    case(k.PolynomialDecay(initial_learning_rate=0.1, decay_steps=500, end_learning_rate=0.01, cycle=True), 1500, 500, 1000)

    both(k.InverseTimeDecay(initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5), 20)
    both(k.InverseTimeDecay(initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5, staircase=True), 20)
    case(k.InverseTimeDecay(initial_learning_rate=0.1, decay_steps=1, decay_rate=0.1), 20)
    case(k.InverseTimeDecay(initial_learning_rate=0.1, decay_steps=1000, decay_rate=1.0), 3000, 1000)

    single = dict(precision="f32")
    case(k.CosineDecay(initial_learning_rate=0.1, decay_steps=10), 10, **single)
    case(k.CosineDecay(initial_learning_rate=0.1, decay_steps=12, alpha=0.1), 12, **single)
    case(k.CosineDecay(initial_learning_rate=0.0, decay_steps=10, warmup_target=0.1, warmup_steps=5), 15, **single)
    case(k.CosineDecay(initial_learning_rate=0.01, decay_steps=10, alpha=0.2, warmup_target=0.1, warmup_steps=5), 15, **single)
    case(
        k.CosineDecay(initial_learning_rate=0.01, decay_steps=10, warmup_steps=5),
        15,
        remark="warmup_steps without warmup_target do nothing",
        **single,
    )
    case(
        k.CosineDecay(initial_learning_rate=0.01, decay_steps=10, warmup_target=0.1),
        10,
        remark="warmup_target without warmup_steps replaces the initial rate",
        **single,
    )
    case(
        k.CosineDecay(initial_learning_rate=0.0, decay_steps=900, warmup_target=3e-4, warmup_steps=100, alpha=0.1),
        1000,
        100,
        **single,
    )

    restarts = k.CosineDecayRestarts
    case(restarts(initial_learning_rate=0.1, first_decay_steps=4), 28, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=5, t_mul=1.0), 20, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=5, t_mul=1.0, m_mul=0.5, alpha=0.1), 20, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=4, t_mul=2.0, m_mul=0.5), 28, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=4, t_mul=1.5, m_mul=0.9, alpha=0.1), 30, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=10, t_mul=2.0), 310, 10, 30, 70, 150, **single)
    case(restarts(initial_learning_rate=0.1, first_decay_steps=3, t_mul=3.0), 363, 3, 12, 39, 120, **single)


def cases_transformers():
    h = Library("transformers")
    run = dict(lr=1e-3, num_warmup_steps=10, num_training_steps=100)
    short = dict(lr=0.1, num_warmup_steps=5, num_training_steps=20)
    case(h.constant(lr=0.1), 4)
    case(h.constant_with_warmup(lr=0.1, num_warmup_steps=8), 12)
    case(h.constant_with_warmup(lr=0.1, num_warmup_steps=0), 4)
    case(h.constant_with_warmup(lr=0.1, num_warmup_steps=1), 4)
    case(h.constant_with_warmup(lr=3e-4, num_warmup_steps=2000), 2000)

    case(h.linear(**short), 20)
    case(h.linear(**run), 100, 10)
    case(h.linear(lr=0.1, num_warmup_steps=0, num_training_steps=10), 10)
    case(h.linear(lr=0.1, num_warmup_steps=10, num_training_steps=10), 10, remark="no decay: 0 at the peak's step")
    case(h.linear(lr=0.1, num_warmup_steps=10, num_training_steps=6), 12)

    case(h.cosine(**short), 20, remark="rises after the end")
    case(h.cosine(**run, num_cycles=0.5), 100, 10)
    case(h.cosine(**short, num_cycles=1.5), 20)
    case(h.cosine(**short, num_cycles=0.25), 20)
    case(h.cosine(lr=0.1, num_warmup_steps=0, num_training_steps=10), 10)
    case(h.cosine(lr=0.1, num_warmup_steps=6, num_training_steps=6), 8, last=12)

    case(h.cosine_with_restarts(**short), 20)
    case(h.cosine_with_restarts(**short, num_cycles=3), 20)
    case(h.cosine_with_restarts(lr=0.1, num_warmup_steps=0, num_training_steps=16, num_cycles=4), 16)
    case(h.cosine_with_restarts(**run, num_cycles=3), 100, 10, 40, 70)
    case(h.cosine_with_restarts(lr=0.1, num_warmup_steps=2, num_training_steps=12, num_cycles=2.5), 12)

    case(h.polynomial(**short), 20)
    case(h.polynomial(**short, lr_end=0.01, power=2.0), 20)
    case(h.polynomial(**short, lr_end=0.0, power=0.5), 20)
    case(h.polynomial(**run, lr_end=1e-5, power=3.0), 100, 10)
    case(h.polynomial(lr=0.1, num_warmup_steps=0, num_training_steps=10), 10)

    case(h.inverse_sqrt(lr=0.1, num_warmup_steps=5), 30)
    case(h.inverse_sqrt(lr=0.1, num_warmup_steps=0), 20, remark="the timescale is 10000")
    case(h.inverse_sqrt(lr=0.1, num_warmup_steps=5, timescale=20), 30)
    case(h.inverse_sqrt(lr=0.1, num_warmup_steps=10, timescale=4), 30)
    case(h.inverse_sqrt(lr=0.01, num_warmup_steps=1000), 4000, 1000)

    case(h.cosine_with_min_lr(**short, min_lr=0.01), 20)
    case(h.cosine_with_min_lr(**short, min_lr_rate=0.2), 20)
    case(h.cosine_with_min_lr(**short, num_cycles=1.5, min_lr_rate=0.1), 20)
    case(h.cosine_with_min_lr(**run, min_lr=1e-4), 100, 10)

    rate = h.cosine_warmup_with_min_lr
    case(rate(**short, min_lr_rate=0.1), 20, remark="a step early: the peak at num_warmup_steps - 1, the end at num_training_steps - 1")
    case(rate(**short, min_lr=0.01), 20)
    case(rate(**short, min_lr_rate=0.1, warmup_lr_rate=0.2), 20)
    case(rate(**short, num_cycles=1.5, min_lr_rate=0.1), 20)
    case(rate(lr=0.1, num_warmup_steps=1, num_training_steps=10, min_lr_rate=0.1, warmup_lr_rate=0.5), 10)
    case(rate(lr=0.1, num_warmup_steps=0, num_training_steps=10, min_lr_rate=0.0), 10)
    case(rate(**run, min_lr=1e-4, warmup_lr_rate=0.01), 100, 9, 10)

    wsd = h.warmup_stable_decay
    case(wsd(lr=0.1, num_warmup_steps=5, num_decay_steps=8, num_training_steps=24), 24)
    case(wsd(lr=0.1, num_warmup_steps=5, num_decay_steps=8, num_stable_steps=10), 23)
    case(
        wsd(lr=0.1, num_warmup_steps=5, num_decay_steps=8, num_training_steps=100, num_stable_steps=10),
        23,
        remark="num_stable_steps wins over num_training_steps",
    )
    case(
        wsd(lr=0.1, num_warmup_steps=6, num_decay_steps=8, num_training_steps=10, decay_type="linear"),
        10,
        remark="a stable phase of -4 steps: the decay starts in its middle",
    )
    phases = dict(num_warmup_steps=5, num_decay_steps=7, num_stable_steps=4)
    for warmup in ("linear", "cosine", "1-sqrt"):
        for decay in ("linear", "cosine", "1-sqrt"):
            case(wsd(lr=0.1, **phases, warmup_type=warmup, decay_type=decay, min_lr_ratio=0.1), 16, last=20)
    case(wsd(lr=0.1, num_warmup_steps=4, num_decay_steps=8, num_stable_steps=4, num_cycles=1.5), 16)
    case(wsd(lr=0.1, num_warmup_steps=0, num_decay_steps=8, num_stable_steps=0, decay_type="linear"), 8)
    case(wsd(lr=3e-4, num_warmup_steps=100, num_decay_steps=200, num_training_steps=1000, decay_type="1-sqrt"), 1000, 100, 800)


def cases_timm():
    m = Library("timm")
    cosine, cycles = m.CosineLRScheduler, dict(cycle_mul=2.0, cycle_decay=0.5, cycle_limit=3)
    warm = dict(warmup_t=5, warmup_lr_init=0.01)
    case(cosine(lr=0.1, t_initial=10), 10)
    case(cosine(lr=0.1, t_initial=20, lr_min=0.01, **warm), 20, remark="warmup to lr, then the cosine at global t: a jump")
    case(cosine(lr=0.1, t_initial=20, lr_min=0.01, **warm, warmup_prefix=True), 25)
    case(cosine(lr=0.1, t_initial=20, **warm, warmup_prefix=True, t_in_epochs=False), 25)
    case(cosine(lr=0.1, t_initial=20, k_decay=2.0), 20)
    case(cosine(lr=0.1, t_initial=20, lr_min=0.01, k_decay=0.5, **warm, warmup_prefix=True), 25)
    case(cosine(lr=0.1, t_initial=6, cycle_limit=3), 18)
    case(cosine(lr=0.1, t_initial=6, lr_min=0.01, cycle_decay=0.5, cycle_limit=3), 18)
    case(cosine(lr=0.1, t_initial=4, lr_min=0.01, **cycles), 28)
    case(cosine(lr=0.1, t_initial=4, **cycles, **warm, warmup_prefix=True), 33)
    case(cosine(lr=0.1, t_initial=4, **cycles, **warm), 28)
    case(cosine(lr=0.1, t_initial=8, cycle_mul=0.5, cycle_limit=2), 12, last=13)
    case(cosine(lr=0.1, t_initial=4, k_decay=1.5, **cycles), 28)
    case(cosine(lr=0.1, t_initial=10, cycle_limit=0), 6)
    case(cosine(lr=3e-4, t_initial=1000, lr_min=1e-6, warmup_t=100, warmup_lr_init=1e-6, warmup_prefix=True), 1100, 100)
    case(cosine(lr=0.1, t_initial=5, cycle_mul=1.5, cycle_limit=3), 24)
    case(
        cosine(lr=0.1, t_initial=3, cycle_mul=3.0, cycle_limit=10),
        363,
        3,
        12,
        39,
        120,
        remark="rounding: step 363 still is the end of the cycle before, for log(243, 3) is less than 5",
    )

    tanh = m.TanhLRScheduler
    case(tanh(lr=0.1, t_initial=20), 20, remark="step(0) gives less than lr, unlike the rate before any call")
    case(tanh(lr=0.1, t_initial=20, lb=-4.0, ub=4.0, lr_min=0.01), 20)
    case(tanh(lr=0.1, t_initial=20, lr_min=0.01, **warm), 20, remark="warmup to the value at warmup_t, no jump")
    case(tanh(lr=0.1, t_initial=20, lr_min=0.01, **warm, warmup_prefix=True), 25)
    case(tanh(lr=0.1, t_initial=4, lr_min=0.01, **cycles), 28)
    case(tanh(lr=0.1, t_initial=4, **cycles, **warm), 28)
    case(tanh(lr=0.1, t_initial=4, **cycles, **warm, warmup_prefix=True, t_in_epochs=False), 33)
    case(tanh(lr=0.1, t_initial=6, cycle_decay=0.5, cycle_limit=2), 12)

    step = m.StepLRScheduler
    case(step(lr=0.1, decay_t=4), 8)
    case(step(lr=0.1, decay_t=4, decay_rate=0.5), 16)
    case(step(lr=0.1, decay_t=4, decay_rate=0.5, **warm), 20)
    case(step(lr=0.1, decay_t=4, decay_rate=0.5, **warm, warmup_prefix=False), 20)
    case(step(lr=0.256, decay_t=2.5, decay_rate=0.97), 15)
    case(step(lr=0.256, decay_t=2.4, decay_rate=0.97), 24)
    case(step(lr=0.1, decay_t=2.2, decay_rate=0.5), 12, remark="rounding: 11 // 2.2 is 4, for 2.2 is a little more in binary")
    case(step(lr=0.1, decay_t=30, decay_rate=0.1, **warm, t_in_epochs=False), 90, 5, 35, 65)

    multi = m.MultiStepLRScheduler
    case(multi(lr=0.1, decay_t=[4, 8], decay_rate=0.5), 12, remark="a step early")
    case(multi(lr=0.1, decay_t=[4, 8], decay_rate=0.5, **warm), 16)
    case(multi(lr=0.1, decay_t=[4, 8], decay_rate=0.5, **warm, warmup_prefix=False), 16)
    case(multi(lr=0.1, decay_t=[1, 4, 4], decay_rate=0.5), 8)
    case(multi(lr=0.1, decay_t=[4, 8]), 10)
    case(multi(lr=0.1, decay_t=[90, 180, 270], decay_rate=0.1, t_in_epochs=False), 300, 89, 179, 269)

    poly = m.PolyLRScheduler
    case(poly(lr=0.1, t_initial=10), 10)
    case(poly(lr=0.1, t_initial=10, power=2.0, lr_min=0.01), 10)
    case(poly(lr=0.1, t_initial=20, power=0.9, **warm), 20)
    case(poly(lr=0.1, t_initial=20, power=1.0, **warm, warmup_prefix=True), 25)
    case(poly(lr=0.1, t_initial=20, power=2.0, k_decay=2.0), 20)
    case(poly(lr=0.1, t_initial=4, power=1.0, lr_min=0.01, **cycles), 28)
    case(poly(lr=0.1, t_initial=6, power=1.0, cycle_decay=0.5, cycle_limit=3), 18)
    case(poly(lr=0.1, t_initial=4, power=1.0, k_decay=0.5, **cycles, **warm, warmup_prefix=True), 33)
    case(poly(lr=0.01, t_initial=1000, power=0.9, t_in_epochs=False), 1000)

    wsd = m.WSDLRScheduler
    case(wsd(lr=0.1, t_initial=20, decay_t=8), 20)
    case(wsd(lr=0.1, t_initial=20, decay_t=8, lr_min=0.01, **warm), 25, remark="the warmup is always a prefix")
    for decay in ("linear", "cosine", "power", "exp"):
        case(wsd(lr=0.1, t_initial=16, decay_t=8, lr_min=0.01, decay_fn=decay), 16, last=20)
    case(wsd(lr=0.1, t_initial=16, decay_t=8, decay_fn="power", decay_power=2.0), 16, last=20)
    case(wsd(lr=0.1, t_initial=16, decay_t=8, decay_fn="exp", decay_ratio=0.01), 16, last=20)
    case(wsd(lr=0.1, t_initial=20, decay_t=8, stable_fn="rsqrt", decay_fn="linear", **warm), 25)
    case(wsd(lr=0.1, t_initial=20, decay_t=8, stable_fn="rsqrt", stable_timescale=2.0, decay_fn="linear"), 20)
    case(wsd(lr=0.1, t_initial=20, decay_t=8, stable_fn="power", stable_timescale=2.0, stable_power=1.5, lr_min=0.01), 20)
    case(wsd(lr=0.1, t_initial=8, decay_t=8, t_in_epochs=False), 8)
    case(wsd(lr=3e-4, t_initial=900, decay_t=180, lr_min=3e-6, warmup_t=100, warmup_lr_init=1e-6), 1000, 100, 820)


def cases_fastai():
    f = Library("fastai")
    n = dict(n_steps=20)
    case(f.SchedLin(**n, start=0.1, end=0.5), 20)
    case(f.SchedLin(**n, start=0.5, end=0.0), 20)
    case(f.SchedCos(**n, start=0.1, end=0.5), 20, remark="comes back after the end")
    case(f.SchedCos(**n, start=0.5, end=0.001), 20)
    case(f.SchedNo(**n, start=0.1, end=0.5), 4)
    case(f.SchedExp(**n, start=0.001, end=1.0), 20)
    case(f.SchedExp(**n, start=1.0, end=0.01), 20)
    case(f.SchedPoly(**n, start=0.1, end=0.5, power=2), 20)
    case(f.SchedPoly(**n, start=1.0, end=0.0, power=0.5), 20)
    case(f.SchedCos(n_steps=1000, start=0.1, end=1e-5), 1000)

    case(f.LRFinder(), 100, last=100)
    case(f.LRFinder(start_lr=1e-5, end_lr=1.0, num_it=20), 20, last=20)
    case(f.LRFinder(start_lr=1e-5, end_lr=1.0, num_it=3), 6, last=6, remark="num_it is at least 6")

    single = dict(precision="f32")
    two = [f.SchedLin(start=0.1, end=1.0), f.SchedCos(start=1.0, end=0.01)]
    case(f.combine_scheds(**n, pcts=[0.25, 0.75], scheds=two), 20, **single)
    case(f.combine_scheds(**n, pcts=[0.5, 0.5], scheds=two[::-1]), 20, remark="the right piece owns the seam", **single)
    three = [f.SchedExp(start=0.01, end=1.0), f.SchedNo(start=1.0, end=1.0), f.SchedPoly(start=1.0, end=0.0, power=2)]
    case(f.combine_scheds(n_steps=24, pcts=[0.25, 0.5, 0.25], scheds=three), 24, **single)
    case(f.combine_scheds(n_steps=10, pcts=[1.0], scheds=two[:1]), 10, **single)
    case(f.combine_scheds(n_steps=200, pcts=[0.125, 0.875], scheds=two), 200, 25, **single)

    case(f.combined_cos(**n, pct=0.25, start=0.1, middle=1.0, end=0.01), 20, **single)
    case(f.combined_cos(**n, pct=0.7, start=0.1, middle=0.1, end=0.01), 20, **single)
    case(f.combined_cos(**n, pct=0.0, start=0.1, middle=1.0, end=0.01), 20, **single)
    case(f.combined_cos(**n, pct=0.5, start=0.95, middle=0.85, end=0.95), 20, remark="as fit_one_cycle does the momentum", **single)
    case(f.combined_cos(n_steps=100, pct=0.29, start=0.1, middle=1.0, end=0.01), 100, 29, **single)
    case(f.combined_cos(n_steps=250, pct=0.3, start=0.1, middle=1.0, end=0.01), 250, 75, **single)

    case(f.fit_one_cycle(**n, lr_max=0.1), 20, **single)
    case(f.fit_one_cycle(**n, lr_max=0.1, div=10.0, div_final=100.0, pct_start=0.5), 20, **single)
    case(f.fit_one_cycle(n_steps=30, lr_max=0.01, pct_start=0.1), 30, **single)
    case(f.fit_one_cycle(n_steps=100, lr_max=1e-3), 100, 25, **single)

    case(f.fit_flat_cos(**n, lr=0.1), 20, **single)
    case(f.fit_flat_cos(**n, lr=0.1, div_final=100.0, pct_start=0.5), 20, **single)
    case(f.fit_flat_cos(n_steps=30, lr=0.01, pct_start=0.2), 30, **single)
    case(f.fit_flat_cos(n_steps=100, lr=1e-3), 100, 75, **single)

    late = "rounding: {} still the end of the cycle before, for the seams are added up in f32"
    case(f.fit_sgdr(n_steps=14, n_cycles=3, cycle_len=1, lr_max=0.1), 14, remark=late.format("step 6 is"), **single)
    case(f.fit_sgdr(n_steps=30, n_cycles=2, cycle_len=5, lr_max=0.1), 30, **single)
    case(f.fit_sgdr(n_steps=26, n_cycles=3, cycle_len=1, lr_max=0.1, cycle_mult=3), 26, **single)
    case(
        f.fit_sgdr(n_steps=150, n_cycles=4, cycle_len=1, lr_max=0.1),
        150,
        10,
        30,
        70,
        remark=late.format("steps 30 and 70 are"),
        **single,
    )

    case(f.fine_tune(n_steps=40, epochs=3), 40, last=39, **single)
    case(
        f.fine_tune(n_steps=40, epochs=3, base_lr=0.01, freeze_epochs=2, lr_mult=10, pct_start=0.5, div=10.0),
        40,
        last=39,
        remark="the rate of the last layers",
        **single,
    )


def main():
    cases_torch()
    cases_optax()
    cases_keras()
    cases_transformers()
    cases_timm()
    cases_fastai()


if __name__ == "__main__":
    main()
