"""Writes activation.jsonl: the activations of torch.nn.

    python activation.py > activation.jsonl
"""

from torch import nn

from golden import case

PLAIN = [
    (nn.CELU, [{}, {"alpha": 0.5}, {"alpha": 2.5}]),
    (nn.ELU, [{}, {"alpha": 0.5}, {"alpha": 2.0}]),
    (nn.GELU, [{}, {"approximate": "tanh"}]),
    (nn.Hardshrink, [{}, {"lambd": 0.75}, {"lambd": 0.0}]),
    (nn.Hardsigmoid, [{}]),
    (nn.Hardswish, [{}]),
    (nn.Hardtanh, [{}, {"min_val": -2.0, "max_val": 0.5}]),
    (nn.LeakyReLU, [{}, {"negative_slope": 0.2}, {"negative_slope": 0.0}]),
    (nn.LogSigmoid, [{}]),
    (nn.Mish, [{}]),
    (nn.ReLU, [{}]),
    (nn.ReLU6, [{}]),
    (nn.RReLU, [{}, {"lower": 0.1, "upper": 0.6}]),
    (nn.SELU, [{}]),
    (nn.Sigmoid, [{}]),
    (nn.SiLU, [{}]),
    (nn.Softplus, [{}, {"beta": 2.0}, {"beta": 3.0, "threshold": 4.0}]),
    (nn.Softshrink, [{}, {"lambd": 0.25}, {"lambd": 0.0}]),
    (nn.Softsign, [{}]),
    (nn.Tanh, [{}]),
    (nn.Tanhshrink, [{}]),
    (nn.Threshold, [{"threshold": 0.3, "value": -1.5}, {"threshold": -0.5, "value": 20.0}]),
]


def label(given):
    return "".join(f".{k}_{v}" for k, v in given.items())


def main():
    from golden import Values

    for kind, options in PLAIN:
        for given in options:
            name = kind.__name__ + label(given)
            # RReLU draws its slopes in training; in evaluation it has their mean.
            mode = "eval" if kind is nn.RReLU else "train"
            # Its derivative has 1/6 in float32, whatever it is given: the same function by its definition.
            call = (lambda m, x: nn.functional.relu6(x + 3) / 6) if kind is nn.Hardsigmoid else None
            case(name, kind, given, {"x": Values(name).uniform(3, 7, low=-8.0, high=8.0)}, mode=mode, call=call)
    for given, shape in [
        ({}, (2, 3, 4)),
        ({"num_parameters": 3}, (2, 3, 4)),
        ({"num_parameters": 3}, (4, 3)),
        ({"num_parameters": 2, "init": 0.1}, (1, 2, 2, 3)),
        ({}, (5,)),
        ({}, ()),
    ]:
        case(f"PReLU{label(given)}.rank{len(shape)}", nn.PReLU, given, {"x": shape})
    for given, shape in [({}, (3, 6)), ({"dim": 0}, (4, 3)), ({"dim": 1}, (2, 4, 3)), ({"dim": -2}, (2, 4, 3))]:
        case(f"GLU{label(given)}.{len(shape)}", nn.GLU, given, {"x": shape})
    for kind in (nn.Softmax, nn.LogSoftmax, nn.Softmin):
        for dim, shape in [(-1, (3, 4)), (0, (3, 4)), (1, (2, 3, 4)), (-3, (2, 3, 4)), (0, (5,)), (-1, (2, 1))]:
            name = f"{kind.__name__}.dim_{dim}.of_{'x'.join(map(str, shape))}"
            case(name, kind, {"dim": dim}, {"x": Values(name).uniform(*shape, low=-4.0, high=4.0)})
    case("Softmax2d", nn.Softmax2d, {}, {"x": (2, 3, 2, 3)})
    case("Softmax2d.one_image", nn.Softmax2d, {}, {"x": (3, 2, 2)})
    for name, kind, shape in [("ReLU.no_axes", nn.ReLU, ()), ("Tanh.empty", nn.Tanh, (0, 3)), ("GELU.rank4", nn.GELU, (1, 2, 2, 2))]:
        case(name, kind, {}, {"x": shape})


main()
