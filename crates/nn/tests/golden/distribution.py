"""Writes distribution.jsonl: torch.distributions.

    python distribution.py > distribution.jsonl

`layer` is the distribution and `quantity` what is computed. The inputs are the parameters, of the second distribution of `kl_divergence` with
`q_` before the name, and `value` for `log_prob`; a categorical's values are integers.
"""

import torch
from torch import distributions as D
from torch import nn

from golden import Values, case


def quantity(name, kind, params, what, *, value=None, other=None, parameterised=""):
    class Stub(nn.Module):
        def forward(self, **x):
            return x

    Stub.__name__ = kind.__name__

    def run(m, value=None, **x):
        d = kind(**{k: v for k, v in x.items() if not k.startswith("q_")}, validate_args=False)
        if what == "log_prob":
            return d.log_prob(value)
        if what == "kl_divergence":
            return D.kl_divergence(d, kind(**{k[2:]: v for k, v in x.items() if k.startswith("q_")}, validate_args=False))
        y = getattr(d, what)
        return y() if callable(y) else y

    inputs = dict(params)
    if value is not None:
        inputs["value"] = value
    if other is not None:
        inputs |= {f"q_{k}": v for k, v in other.items()}
    constant = ("value",) if kind is D.Bernoulli else ()
    case(f"{kind.__name__}{parameterised}.{name or what}", Stub, {}, inputs, call=run, extra={"quantity": what}, constant=constant)


def positive(name, *shape):
    return Values(name).uniform(*shape, low=0.2, high=2.0)


def unit(name, *shape):
    return Values(name).uniform(*shape, low=0.05, high=0.95)


# Categorical: probabilities need not sum to 1.
for by, make in (("logits", lambda n, *s: Values(n).uniform(*s)), ("probs", positive)):
    p = {by: make("a" + by, 3, 4)}
    q = {by: make("b" + by, 3, 4)}
    quantity("", D.Categorical, p, "log_prob", value=torch.tensor([0, 3, 1]), parameterised="." + by)
    quantity("log_prob_of_many", D.Categorical, p, "log_prob", value=torch.tensor([[0, 3, 1], [2, 2, 0]]), parameterised="." + by)
    quantity("", D.Categorical, p, "entropy", parameterised="." + by)
    quantity("entropy_one", D.Categorical, {by: make("c" + by, 3)}, "entropy", parameterised="." + by)
    quantity("log_prob_one", D.Categorical, {by: make("d" + by, 3)}, "log_prob", value=torch.tensor(2), parameterised="." + by)
    quantity("entropy_rank3", D.Categorical, {by: make("e" + by, 2, 2, 3)}, "entropy", parameterised="." + by)
    quantity("", D.Categorical, p, "probs", parameterised="." + by)
    quantity("", D.Categorical, p, "logits", parameterised="." + by)
    quantity("", D.Categorical, p, "mode", parameterised="." + by)
    quantity("", D.Categorical, p, "kl_divergence", other=q, parameterised="." + by)
quantity("entropy_with_impossible", D.Categorical, {"logits": torch.tensor([[0.5, float("-inf"), -0.25]])}, "entropy", parameterised=".logits")
quantity("entropy_with_impossible", D.Categorical, {"probs": torch.tensor([[0.75, 0.0, 0.25]])}, "entropy", parameterised=".probs")
quantity("log_prob_of_impossible", D.Categorical, {"probs": torch.tensor([[0.75, 0.0, 0.25]])}, "log_prob", value=torch.tensor([1]), parameterised=".probs")
quantity("large", D.Categorical, {"logits": torch.tensor([[900.5, -900.25, 0.75]])}, "log_prob", value=torch.tensor([1]), parameterised=".logits")

n = {"loc": Values("loc").uniform(2, 3), "scale": positive("scale", 2, 3)}
m = {"loc": Values("loc2").uniform(2, 3), "scale": positive("scale2", 2, 3)}
quantity("", D.Normal, n, "log_prob", value=Values("x").uniform(2, 3))
quantity("log_prob_of_many", D.Normal, n, "log_prob", value=Values("x2").uniform(2, 2, 3))
quantity("log_prob_broadcast", D.Normal, {"loc": Values("loc3").uniform(3), "scale": torch.tensor(0.7)}, "log_prob", value=Values("x3").uniform(2, 1))
quantity("log_prob_far", D.Normal, {"loc": torch.tensor([0.25]), "scale": torch.tensor([0.01])}, "log_prob", value=torch.tensor([50.5]))
for what in ("entropy", "mean", "variance", "stddev", "mode"):
    quantity("", D.Normal, n, what)
quantity("", D.Normal, n, "kl_divergence", other=m)
quantity("kl_divergence_broadcast", D.Normal, n, "kl_divergence", other={"loc": torch.tensor(0.3), "scale": torch.tensor(1.5)})

hard = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
for by, make in (("logits", lambda n, *s: Values(n).uniform(*s, low=-3.0, high=3.0)), ("probs", unit)):
    p, q = {by: make("f" + by, 2, 3)}, {by: make("g" + by, 2, 3)}
    quantity("", D.Bernoulli, p, "log_prob", value=hard, parameterised="." + by)
    quantity("log_prob_broadcast", D.Bernoulli, {by: make("h" + by, 3)}, "log_prob", value=hard, parameterised="." + by)
    for what in ("entropy", "mean", "variance", "probs", "logits", "mode"):
        quantity("", D.Bernoulli, p, what, parameterised="." + by)
    quantity("", D.Bernoulli, p, "kl_divergence", other=q, parameterised="." + by)
quantity("large", D.Bernoulli, {"logits": torch.tensor([800.5, -800.25, 30.5])}, "log_prob", value=torch.tensor([0.0, 0.0, 1.0]), parameterised=".logits")
quantity("certain", D.Bernoulli, {"probs": torch.tensor([0.0, 1.0])}, "log_prob", value=torch.tensor([0.0, 1.0]), parameterised=".probs")
quantity("entropy_certain", D.Bernoulli, {"probs": torch.tensor([0.0, 1.0])}, "entropy", parameterised=".probs")
