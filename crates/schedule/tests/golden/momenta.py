"""Writes momenta.txt: momenta that go with the rates of schedulers which set both.

    python3 momenta.py > momenta.txt

Needs what importers.py needs. Blocks are as in importers.txt; the text is that of the rate's importer with `_momentum` at its name.
"""

from importers import DataLoaders, Learner, Library, Watch, fast, np, optimizer, torch, torch_scheduler
import tempfile


class WatchMomentum(Watch):
    def before_fit(self):
        self.schedules.append([cb for cb in self.learn.cbs if isinstance(cb, fast.ParamScheduler)][0].scheds["mom"])

    def before_batch(self):
        if self.training:
            self.rates.append(float(self.opt.hypers[-1]["mom"]))


def run_torch(spec, steps):
    opt = optimizer(0.1)
    scheduler = torch_scheduler(spec, opt)
    values = []
    for t in range(max(steps) + 1):
        values.append(float(opt.param_groups[0]["momentum"]))
        opt.step()
        if t < max(steps):
            scheduler.step()
    return [values[t] for t in steps]


def run_fastai(spec, steps):
    args = dict(spec.args)
    n = args.pop("n_steps")
    args["n_epoch"] = 1
    data = [(torch.zeros(1), torch.zeros(1))] * n
    watch = WatchMomentum()
    with tempfile.TemporaryDirectory() as folder:
        loaders = DataLoaders.from_dsets(data, data[:1], bs=1, num_workers=0)
        learner = Learner(loaders, torch.nn.Linear(1, 1), loss_func=torch.nn.MSELoss(), path=folder, cbs=watch)
        with learner.no_bar(), learner.no_logging():
            learner.fit_one_cycle(**args)
    return [watch.rates[t] for t in steps]


def case(spec, steps):
    run, precision = (run_torch, "f64") if spec.library == "torch" else (run_fastai, "f32")
    name, args = str(spec).split("(", 1)
    print(f"= {precision} {name}_momentum({args}")
    print("steps", *steps)
    print("values", *(repr(v) if precision == "f64" else str(np.float32(v)) for v in run(spec, steps)))
    print()


torch_, fastai = Library("torch"), Library("fastai")
case(torch_.CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=4), range(20))
case(torch_.CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=4, step_size_down=6, mode="triangular2"), range(32))
case(torch_.CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=4, mode="exp_range", gamma=0.95), range(20))
case(torch_.CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=4, base_momentum=0.7, max_momentum=0.99), range(20))
case(torch_.OneCycleLR(max_lr=0.5, total_steps=20), range(20))
case(torch_.OneCycleLR(max_lr=0.5, total_steps=20, anneal_strategy="linear", three_phase=True), range(20))
case(torch_.OneCycleLR(max_lr=0.5, total_steps=25, pct_start=0.4, base_momentum=0.8, max_momentum=0.9), range(25))
case(fastai.fit_one_cycle(n_steps=20, lr_max=0.1), range(20))
case(fastai.fit_one_cycle(n_steps=30, lr_max=0.1, pct_start=0.4, moms=[0.9, 0.8, 0.99]), range(30))
