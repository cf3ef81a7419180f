"""What every script here shares: the three problems, the optimizers' text, and the form of a fixture.

A run is named by an optimizer's text, `rule(knob=value, ...) | stage(...) | ...`, and the scripts build the library's optimizer from
that same text, so that a fixture cannot say one thing and hold another.
"""

import ast
import fnmatch
import math
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS = 20
SHOWN = (1, 2, 10, 20)


# ---- problems: start values by path, and the loss in the operations that numpy, torch and jax share ----


def table(rows, columns, f):
    return np.array([[f(i, j) for j in range(columns)] for i in range(rows)], dtype=np.float64)


A_VECTOR = np.array([1.0, 0.5, 2.0, 0.1])
B_VECTOR = np.array([0.1, -0.2, 0.3, 0.05])
A_MATRIX = table(5, 4, lambda i, j: math.sin(1 + i + 2 * j))
C_MATRIX = table(5, 3, lambda i, j: math.cos(1 + 2 * i + j))
X_NET = table(6, 3, lambda i, j: math.sin(1 + 2 * i + 3 * j))
T_NET = table(6, 2, lambda i, j: math.cos(2 + i + 2 * j))

START = {
    "vector": {"": np.array([1.0, -0.7, 0.3, 2.0])},
    "matrix": {"": table(4, 3, lambda i, j: 0.1 * math.sin(i * j + 1))},
    "net": {
        "fc1.weight": table(4, 3, lambda i, j: 0.5 * math.sin(1 + 4 * i + j)),
        "fc1.bias": np.array([0.1 * math.cos(1 + i) for i in range(4)]),
        "fc2.weight": table(2, 4, lambda i, j: 0.5 * math.cos(3 + 4 * i + j)),
        "fc2.bias": np.array([0.1 * math.sin(2 + i) for i in range(2)]),
    },
}


def loss(problem, p, array, tanh):
    """The loss at the parameters `p` (a dict by path); `array` makes a constant of the library, `tanh` is the library's."""
    if problem == "vector":
        w = p[""]
        return (array(A_VECTOR) * w * w / 2 + array(B_VECTOR) * w * w * w / 3).sum()
    if problem == "matrix":
        d = array(A_MATRIX) @ p[""] - array(C_MATRIX)
        return (d * d).sum() / 2
    h = tanh(array(X_NET) @ p["fc1.weight"].T + p["fc1.bias"])
    y = h @ p["fc2.weight"].T + p["fc2.bias"]
    d = y - array(T_NET)
    return (d * d).mean()


def start(problem, nudge=0.0):
    """Fresh start values; `nudge` moves each by that relative amount, to see how much a run magnifies rounding."""
    values = {}
    for path, value in START[problem].items():
        sign = (-1.0) ** np.arange(value.size).reshape(value.shape)
        values[path] = value * (1 + nudge * sign)
    return values


# ---- the text of an optimizer ----


class Linear:
    """`linear(a, b, n)`: a at step 0, b at step n and after it."""

    def __init__(self, first, last, steps):
        self.first, self.last, self.steps = first, last, steps

    def __call__(self, step):
        return self.first + (self.last - self.first) * min(step / self.steps, 1.0)


class Scaled:
    def __init__(self, inner, factor):
        self.inner, self.factor = inner, factor

    def __call__(self, step):
        return self.factor * self.inner(step)


def at(value, step):
    return value(step) if callable(value) else value


def scaled(value, factor):
    return Scaled(value, factor) if callable(value) else value * factor


def argument(node):
    if isinstance(node, ast.Name):
        return {"true": True, "false": False}[node.id]
    if isinstance(node, ast.List):
        return [argument(x) for x in node.elts]
    if isinstance(node, ast.Call):
        assert node.func.id == "linear", node.func.id
        return Linear(*[argument(x) for x in node.args])
    return ast.literal_eval(node)


def parse(text):
    """[(name, positional, keywords)] of the rule and the stages after it."""
    stages = []
    for piece in text.split(" | "):
        call = ast.parse(piece.strip(), mode="eval").body
        keywords = {k.arg: argument(k.value) for k in call.keywords}
        stages.append((call.func.id, [argument(x) for x in call.args], keywords))
    return stages


def knobs(stages, paths):
    """The rule's keywords for each path after `group` and `scale`; None for a frozen one.

    `scale` multiplies the knob of the rule's text, so a knob that it names has to be written there.
    """
    _, _, given = stages[0]
    result = {}
    for path in paths:
        own = dict(given)
        for name, positional, keywords in stages[1:]:
            if name in ("group", "scale", "freeze") and fnmatch.fnmatchcase(path, positional[0]):
                if name == "freeze":
                    own = None
                elif own is not None and name == "group":
                    own.update(keywords)
                elif own is not None:
                    own.update({k: scaled(own[k], v) for k, v in keywords.items()})
        result[path] = own
    return result


def adapters(stages):
    return [s for s in stages[1:] if s[0] not in ("group", "scale", "freeze")]


# ---- fixtures ----


class Trace:
    """What a run shows: the loss after k steps, the weights after some, and averaged weights if the optimizer has them."""

    def __init__(self):
        self.losses, self.after, self.average = [], {}, {}

    def see(self, step, value, weights, average=None):
        self.losses.append(float(value))
        if step in SHOWN:
            self.after[step] = np.concatenate([np.asarray(w, dtype=np.float64).ravel() for w in weights])
            if average is not None:
                self.average[step] = np.concatenate([np.asarray(w, dtype=np.float64).ravel() for w in average])


def numbers(values):
    return " ".join("%.17g" % v for v in values)


def block(text, problem, library, trace):
    lines = [f"run: {text}", f"problem: {problem}", f"library: {library}", f"loss: {numbers(trace.losses)}"]
    lines += [f"after {k}: {numbers(v)}" for k, v in trace.after.items()]
    lines += [f"average after {k}: {numbers(v)}" for k, v in trace.average.items()]
    assert "nan" not in " ".join(lines[3:]), text
    return "\n".join(lines) + "\n"


def write(folder, files, run):
    """Runs `files` = {name: [(text, problem), ...]} by `run(text, problem, nudge) -> (library, Trace)` and writes one file each.

    With arguments, only the files named. With `--check` nothing is written: each run is repeated from start values moved by 1e-13,
    and those that magnify the move by more than 1e3 are printed, as no other implementation can be held to 1e-9 on them.
    """
    check = "--check" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    for name, runs in files.items():
        if wanted and name not in wanted:
            continue
        blocks = []
        for text, problem in runs:
            library, trace = run(text, problem, 0.0)
            blocks.append(block(text, problem, library, trace))
            if check:
                moved = run(text, problem, 1e-13)[1]
                worst = max(np.abs(moved.after[k] - trace.after[k]).max() for k in trace.after)
                if worst > 1e-10:
                    print(f"{worst:.1e}  {problem}  {text}")
        if not check:
            with open(os.path.join(HERE, folder, name + ".txt"), "w") as f:
                f.write("\n".join(blocks))
