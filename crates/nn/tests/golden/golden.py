"""What the scripts of this folder share: values that are the same everywhere, and the writing of a case. README.md has the format."""

import inspect
import json
import math
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Values:
    """Numbers that look random, from the name of the case: other cases do not move them."""

    def __init__(self, name):
        self.state = zlib.crc32(name.encode())

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return self.state >> 33

    def uniform(self, *shape, low=-1.5, high=1.5):
        """On [low, high), with four decimals so that files stay small; no two alike and none within 0.001 of a multiple of 0.01, where
        activations have their kinks."""
        count = math.prod(shape)
        steps = math.ceil((high - low) * 100)
        order = list(range(max(count, steps)))
        for i in range(len(order) - 1, 0, -1):
            j = self.next() % (i + 1)
            order[i], order[j] = order[j], order[i]
        per = math.ceil(len(order) / steps)
        values = []
        for k in order[:count]:
            within = 0.001 + 0.008 * (k // steps + (self.next() % 1000) / 1000) / per
            values.append(round(low + 0.01 * (k % steps) + within, 4 if per < 4 else 6))
        return torch.tensor(values, dtype=torch.float64).reshape(shape)

    def integers(self, *shape, below):
        return torch.tensor([self.next() % below for _ in range(math.prod(shape))], dtype=torch.int64).reshape(shape)


def number(x):
    """A number of JSON, or the name of one that JSON has not."""
    if isinstance(x, float) and not math.isfinite(x):
        return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"
    return x


def flat(x):
    return [number(v) for v in x.detach().flatten().tolist()]


def tensor(x):
    """A tensor as an object: integers and truth values say that they are."""
    kind = {} if x.is_floating_point() else {"bool": True} if x.dtype == torch.bool else {"int": True}
    return {"shape": list(x.shape), "data": flat(x), **kind}


def row(name, x):
    return [name, list(x.shape), flat(x)]


def plain(value):
    """An argument as JSON has it: sequences as lists, tensors as objects, what is left by its name."""
    if isinstance(value, torch.Tensor):
        return tensor(value)
    if isinstance(value, (tuple, list, torch.Size)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return number(value)
    return getattr(value, "__name__", type(value).__name__)


def write(**line):
    print(json.dumps(line, separators=(",", ":"), allow_nan=False))


def fill(module, values):
    """Gives every parameter and every real buffer other values than the ones it begins with."""
    with torch.no_grad():
        for name, x in module.state_dict().items():
            if x.is_floating_point():
                low, high = (0.5, 2.0) if name.endswith(("running_var", "original0", "weight_g")) else (-0.9, 0.9)
                x.copy_(values.uniform(*x.shape, low=low, high=high))


def arguments(kind, given, more):
    """Every argument of a class, with the defaults it has for those that are not given."""
    all = dict(more)
    for name, p in inspect.signature(kind.__init__).parameters.items():
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and name not in ("self", "device", "dtype"):
            if p.default is not p.empty:
                all[name] = p.default
    all.update(given)
    return {name: plain(value) for name, value in all.items()}


NAMES = set()


def case(name, kind, given, inputs, *, mode="train", call=None, extra=None, defaults=(), module=None, keep=False, constant=()):
    """Writes one case of a class of torch.nn.

    `given` has the arguments; `inputs` the tensors by name, or shapes that are filled; `call(module, **inputs)` gives a tensor or several
    where it is not `module(*inputs)`; `extra` is more that the line should say; `constant` names the inputs without a gradient; `keep`
    leaves the state as it is.
    """
    if name in NAMES:
        raise SystemExit(f"two cases are called {name}")
    NAMES.add(name)
    values = Values(name)
    torch.manual_seed(values.next())
    made = kind(**given) if module is None else module
    if not keep:
        fill(made, values)
    made.train(mode == "train")
    state = [row(n, x) for n, x in made.state_dict().items()]
    tensors = {}
    for n, x in inputs.items():
        x = values.uniform(*x) if isinstance(x, (tuple, list)) else x.clone()
        tensors[n] = x.requires_grad_(True) if x.is_floating_point() and n not in constant else x
    shown = {n: tensor(x) for n, x in tensors.items()}
    outputs = call(made, **tensors) if call else made(*tensors.values())
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    cotangents = [values.uniform(*y.shape, low=-1.0, high=1.0) for y in outputs]
    params = dict(made.named_parameters())
    wanted = {n: x for n, x in tensors.items() if x.requires_grad}
    sources = [*wanted.values(), *params.values()]
    differentiable = [(y, g) for y, g in zip(outputs, cotangents) if y.requires_grad]
    if sources and differentiable:
        gradients = torch.autograd.grad([y for y, _ in differentiable], sources, [g for _, g in differentiable], allow_unused=True)
    else:
        gradients = [None] * len(sources)
    of_inputs = dict(zip(wanted, gradients))
    of_params = dict(zip(params, gradients[len(wanted):]))
    write(
        case=name,
        layer=kind.__name__,
        args=arguments(kind, given, dict(defaults)),
        mode=mode,
        state=state,
        inputs=shown,
        outputs=[tensor(y) for y in outputs],
        cotangents=[tensor(g) for g in cotangents],
        input_grads={n: tensor(g if g is not None else torch.zeros_like(wanted[n])) for n, g in of_inputs.items()},
        param_grads=[row(n, g if g is not None else torch.zeros_like(params[n])) for n, g in of_params.items()],
        after=[row(n, x) for n, x in made.state_dict().items() if n not in params],
        **(extra or {}),
    )
