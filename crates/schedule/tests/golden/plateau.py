"""Writes plateau.txt: learning rates that six libraries' adaptive schedules make of logs of a metric.

    python3 plateau.py > plateau.txt

Needs torch, optax, jax[cpu], keras, transformers, timm and fastai (the versions it was made with are in README.md), all run in f64. A
block is

    = torch::ReduceLROnPlateau(lr=0.1, patience=2)
    metrics 1.0 0.9 nan ...
    values 0.1 0.1 0.1 ...

with one more value than metrics: the lr before the first metric, then the lr after each. A line that begins with # is a remark about the
block below it.
"""

import contextlib
import io
import math
import tempfile

from importers import DataLoaders, Callback, Learner, Library, jax, keras, optax, optimizer, text, timm, torch, transformers
from fastai.callback.tracker import ReduceLROnPlateau

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")


# The libraries, each as a function from a spec and metrics to values


def after_each(opt, metrics, observe):
    values = [opt.param_groups[0]["lr"]]
    for metric in metrics:
        observe(metric)
        values.append(float(opt.param_groups[0]["lr"]))
    return values


def run_torch(args, metrics):
    opt = optimizer(args.pop("lr"))
    return after_each(opt, metrics, torch.optim.lr_scheduler.ReduceLROnPlateau(opt, **args).step)


def run_transformers(name, args, metrics):
    opt = optimizer(args.pop("lr"))
    return after_each(opt, metrics, transformers.get_scheduler(name, opt, scheduler_specific_kwargs=args).step)


def run_timm(args, metrics):
    """After epoch e (from 0) the call is `step(e + 1, metric)`, as timm's own training does."""
    opt = optimizer(args.pop("lr"))
    scheduler = timm.scheduler.PlateauLRScheduler(opt, **args)
    epochs = iter(range(1, len(metrics) + 1))
    return after_each(opt, metrics, lambda metric: scheduler.step(next(epochs), metric))


def run_keras(args, metrics):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(args.pop("lr")), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(**args)
    callback.set_model(model)
    callback.on_train_begin()
    rate = lambda: float(model.optimizer.learning_rate.numpy())
    values = [rate()]
    for epoch, metric in enumerate(metrics):
        callback.on_epoch_end(epoch, {"val_loss": metric})
        values.append(rate())
    return values


def run_optax(args, metrics):
    """The library scales updates: the lr is that of the optimizer before it times the scale."""
    lr = args.pop("lr")
    transform = optax.contrib.reduce_on_plateau(**args)
    updates = jax.numpy.ones(1, "float64")
    state = transform.init(updates)
    values = [lr * float(state.scale)]
    for metric in metrics:
        scaled, state = transform.update(updates, state, value=jax.numpy.asarray(metric, "float64"))
        assert float(scaled[0]) == float(state.scale)
        values.append(lr * float(state.scale))
    return values


class Script(Callback):
    """Puts the metric of the log in the place of the loss that was measured, and notes the lr."""

    order = 55

    def __init__(self, metrics, place):
        self.metrics, self.place, self.rates = metrics, place, []

    def before_train(self):
        self.rates.append(float(self.opt.hypers[-1]["lr"]))

    def after_epoch(self):
        self.recorder.values[-1][self.place] = self.metrics[self.epoch]

    def after_fit(self):
        self.rates.append(float(self.opt.hypers[-1]["lr"]))


def accuracy(_, __):
    return torch.tensor(0.0)


def run_fastai(args, metrics):
    lr = args.pop("lr")
    script = Script(metrics, 2 if args.get("monitor") == "accuracy" else 1)
    data = [(torch.zeros(1), torch.zeros(1))]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        loaders = DataLoaders.from_dsets(data, data, bs=1, num_workers=0)
        model = torch.nn.Linear(1, 1)
        learner = Learner(loaders, model, loss_func=torch.nn.MSELoss(), metrics=[accuracy], path=folder, cbs=script)
        with learner.no_bar(), learner.no_logging():
            learner.fit(len(metrics), lr, cbs=ReduceLROnPlateau(**args))
    return script.rates


RUN = {
    "torch": lambda spec, metrics: run_torch(dict(spec.args), metrics),
    "transformers": lambda spec, metrics: run_transformers(spec.name, dict(spec.args), metrics),
    "timm": lambda spec, metrics: run_timm(dict(spec.args), metrics),
    "keras": lambda spec, metrics: run_keras(dict(spec.args), metrics),
    "optax": lambda spec, metrics: run_optax(dict(spec.args), metrics),
    "fastai": lambda spec, metrics: run_fastai(dict(spec.args), metrics),
}


# The logs

NAN, INF = math.nan, math.inf
NOISY = [round(1 / (1 + 0.2 * i) + 0.05 * math.sin(12.9898 * i), 4) for i in range(40)]
FLAT = [round(1 - 0.1 * i, 1) for i in range(6)] + [0.5] * 14 + [0.4, 0.41, 0.39] + [0.4] * 9
CONSTANT = [1.0] * 16
NEGATIVE = [-1.0] * 12
GAPS = [1.0, 0.9, NAN, NAN, 0.8, NAN, NAN, NAN, NAN, 0.8, 0.8, 0.7, INF, INF, INF, INF, 0.6, 0.6, 0.6, 0.6]
NAN_FIRST = [NAN, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
SMALL = [1.0, 0.99995, 0.9999, 0.99985, 0.9998, 0.9997, 0.9996, 0.99955, 0.9995, 0.9994, 0.9993, 0.9991, 0.999]
RISING = [round(0.9 - 0.6 / (1 + 0.3 * i) + 0.03 * math.sin(7.77 * i), 4) for i in range(30)]
WAVES = [round(1 - 0.3 * math.sin(0.35 * i), 4) for i in range(60)]
DOWN = [round(2.0 - 0.05 * i, 2) for i in range(30)]


def case(spec, metrics, remark=None):
    values = RUN[spec.library](spec, metrics)
    assert len(values) == len(metrics) + 1
    if remark:
        print("#", remark)
    print("=", spec)
    print("metrics", *(text(m) for m in metrics))
    print("values", *(repr(float(v)) for v in values))
    print()


def main():
    t = Library("torch").ReduceLROnPlateau
    base = dict(lr=0.1, patience=2)
    case(t(lr=0.1), CONSTANT, "the default patience of 10: the first metric is good, the 11th bad one after it reduces")
    case(t(**base), CONSTANT, "every third bad one reduces")
    case(t(**base, factor=0.5), NOISY)
    case(t(**base, factor=0.5), FLAT)
    case(t(lr=0.1, factor=0.5, patience=0), FLAT, "the first bad one reduces")
    case(t(**base, factor=0.5, cooldown=3), CONSTANT)
    case(t(**base, factor=0.5, cooldown=3), FLAT)
    case(t(lr=0.1, factor=0.5, patience=0, cooldown=2), CONSTANT)
    case(t(**base, factor=0.5, min_lr=0.02), CONSTANT)
    case(t(lr=0.1, factor=0.5, patience=0, eps=0.02), CONSTANT, "a change of eps or less is not made")
    case(t(lr=1e-7, factor=0.1, patience=0), CONSTANT, "the default eps of 1e-8 stops at 1e-8")
    case(t(**base, factor=0.5), GAPS, "nan and inf are bad")
    case(t(**base, factor=0.5), NAN_FIRST)
    case(t(**base, factor=0.5), NEGATIVE, "a constant below zero is better each time: best * (1 - threshold) is above it")
    case(t(**base, factor=0.5, threshold_mode="abs"), NEGATIVE)
    case(t(lr=0.1, factor=0.5, patience=1), SMALL)
    case(t(lr=0.1, factor=0.5, patience=1, threshold=0.0), SMALL)
    case(t(lr=0.1, factor=0.5, patience=1, threshold=0.0002, threshold_mode="abs"), SMALL)
    case(t(**base, factor=0.5, mode="max"), RISING)
    case(t(**base, factor=0.5, mode="max", threshold=0.05, threshold_mode="abs"), RISING)
    case(t(**base, factor=0.5, mode="max"), NOISY)

    k = Library("keras").ReduceLROnPlateau
    case(k(lr=0.1), CONSTANT, "the default patience of 10: the 10th bad one reduces")
    case(k(**base), CONSTANT, "every second bad one reduces")
    case(k(**base, factor=0.5), NOISY)
    case(k(**base, factor=0.5), FLAT)
    case(k(lr=0.1, factor=0.5, patience=0), FLAT, "as with a patience of 1")
    case(k(lr=0.1, factor=0.5, patience=1), FLAT)
    case(k(**base, factor=0.5, cooldown=3), CONSTANT, "the cooldown's last metric counts: it is out of the cooldown when it is judged")
    case(k(**base, factor=0.5, cooldown=3), FLAT)
    case(k(**base, factor=0.5, min_lr=0.02), CONSTANT)
    case(k(**base, factor=0.5), GAPS)
    case(k(**base, factor=0.5), NAN_FIRST, "the first metric is always the best so far; nan stays it")
    case(k(**base, factor=0.5), NEGATIVE)
    case(k(lr=0.1, factor=0.5, patience=2, min_delta=0.0), SMALL)
    case(k(lr=0.1, factor=0.5, patience=2), SMALL)
    case(k(lr=0.1, factor=0.5, patience=2, min_delta=0.0002), SMALL)
    case(k(**base, factor=0.5, mode="max"), RISING)
    case(k(**base, factor=0.5, mode="max", min_delta=0.05), RISING)
    case(k(**base, factor=0.5, mode="min"), NOISY)

    o = Library("optax").reduce_on_plateau
    case(o(lr=0.1), CONSTANT, "the default patience of 10: the 10th bad one reduces")
    case(o(**base), CONSTANT)
    case(o(**base, factor=0.5), NOISY)
    case(o(**base, factor=0.5), FLAT)
    case(o(lr=0.1, factor=0.5, patience=1), FLAT)
    case(o(lr=0.1, factor=0.5, patience=0), CONSTANT, "never: the count of bad ones is 1 when it is compared with patience")
    case(o(lr=0.1, factor=0.5, patience=0), DOWN[:10], "each good one reduces, for its count is 0")
    case(o(**base, factor=0.5, cooldown=3), CONSTANT)
    case(o(**base, factor=0.5, cooldown=3), FLAT)
    case(o(**base, factor=0.5, min_scale=0.2), CONSTANT)
    case(o(**base, factor=0.5), GAPS)
    case(o(**base, factor=0.5), NAN_FIRST)
    case(o(**base, factor=0.5), NEGATIVE)
    case(o(**base, factor=0.5, rtol=0.0, atol=0.0002), NEGATIVE)
    case(o(lr=0.1, factor=0.5, patience=2), SMALL)
    case(o(lr=0.1, factor=0.5, patience=2, rtol=0.0001, atol=0.0001), SMALL)
    case(o(lr=0.1, factor=0.5, patience=2, accumulation_size=3), NOISY, "the means of three metrics are judged")
    case(o(lr=0.1, factor=0.5, patience=1, accumulation_size=4, cooldown=1), FLAT)
    case(o(lr=0.1, factor=0.5, patience=2, accumulation_size=2), GAPS)

    case(Library("transformers").reduce_lr_on_plateau(lr=0.1, factor=0.5, patience=2), FLAT, "torch's")
    case(Library("transformers").reduce_lr_on_plateau(lr=0.1, factor=0.5, patience=1, mode="max", cooldown=1), RISING)

    g = Library("transformers").greedy
    range_ = dict(min_lr=0.001, max_lr=1.0)
    case(g(lr=0.1), NOISY, "the default patience of 10")
    case(g(lr=0.1, patience=2), DOWN, "each third good one in a row raises by 1 / factor")
    case(g(lr=0.1, patience=2), CONSTANT)
    case(g(lr=0.1, factor=0.5, patience=1), WAVES)
    case(g(lr=0.1, factor=0.5, patience=1, max_lr=0.3, min_lr=0.02), WAVES)
    case(g(lr=0.1, factor=0.5, patience=1, **range_, cooldown=3), WAVES)
    case(g(lr=0.1, factor=0.5, patience=1, **range_, warmup=3), WAVES)
    case(g(lr=0.1, factor=0.5, patience=2, **range_, warmup=2, cooldown=4), WAVES)
    case(g(lr=0.1, factor=0.5, patience=0, max_lr=0.5, min_lr=0.01, eps=0.03), WAVES)
    case(g(lr=0.1, factor=0.8, patience=1, threshold=0.05, threshold_mode="rel"), WAVES)
    case(g(lr=0.1, factor=0.8, patience=1, threshold=0.01), WAVES)
    case(g(lr=0.1, factor=0.8, patience=1, mode="max"), RISING)
    case(g(lr=0.1, factor=0.8, patience=1, mode="max", threshold=0.01, threshold_mode="rel"), RISING)
    case(g(lr=0.1, factor=0.8, patience=1, smooth=True, window_size=5), WAVES)
    case(g(lr=0.1, factor=0.8, patience=1, smooth=True), NOISY)
    case(
        g(lr=0.1, factor=0.5, patience=0, min_lr=0.05, reset_start=3),
        CONSTANT,
        "the third reduction that finds min_lr resets: the lr of the start, no best, no counts",
    )
    case(g(lr=0.1, factor=0.5, patience=1, min_lr=0.03, reset_start=2, smooth=True, window_size=4), WAVES)
    case(g(lr=0.1, factor=0.5, patience=1, min_lr=0.03, reset_start=2, cooldown=1), FLAT)
    case(g(lr=0.1, factor=0.5, patience=1), GAPS)
    case(g(lr=0.1, factor=0.5, patience=1), NAN_FIRST)
    case(g(lr=0.1, factor=0.5, patience=1, smooth=True, window_size=3), GAPS, "the sum of the window stays nan")

    m = Library("timm").PlateauLRScheduler
    case(m(lr=0.1, patience_t=2), RISING, 'the default mode is "max"')
    case(m(lr=0.1, patience_t=2, decay_rate=0.5, mode="min"), FLAT)
    case(m(lr=0.1, patience_t=1, decay_rate=0.5, mode="min", cooldown_t=2, lr_min=0.02), FLAT)
    case(
        m(lr=0.1, patience_t=1, decay_rate=0.5, mode="min", warmup_t=5, warmup_lr_init=0.01),
        FLAT,
        "the metrics of the first warmup_t epochs are not looked at",
    )
    case(m(lr=0.1, patience_t=1, decay_rate=0.5, mode="min", threshold=0.0002), SMALL)

    f = Library("fastai").ReduceLROnPlateau
    case(f(lr=0.1), FLAT, "a patience of 1, divided by 10")
    case(f(**base, factor=2.0), NOISY)
    case(f(**base, factor=2.0), CONSTANT)
    case(f(**base, factor=2.0, min_lr=0.02), CONSTANT)
    case(f(**base, factor=2.0, min_delta=0.0002), SMALL)
    case(f(**base, factor=2.0), GAPS)
    case(f(**base, factor=2.0), NAN_FIRST)
    case(f(**base, factor=2.0, monitor="accuracy"), RISING)


if __name__ == "__main__":
    main()
