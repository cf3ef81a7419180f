//! The activations beside PyTorch's.

use rappel_nn::{
    Celu, Elu, Gelu, GeluTanh, Glu, Hardshrink, Hardsigmoid, Hardswish, Hardtanh, Layer, LeakyRelu, LogSigmoid,
    LogSoftmax, Mish, PRelu, RRelu, Relu, Relu6, Selu, Sigmoid, Silu, Softmax, Softmax2d, Softmin, Softplus,
    Softshrink, Softsign, Tanh, Tanhshrink, Threshold,
};

use crate::golden::{Case, cases};

/// The layer of a case.
fn layer(case: &Case) -> Box<dyn Layer<f64>> {
    let number = |name| case.f64(name);
    let axis = || case.integers("dim")[0] as isize;
    match &case.layer[..] {
        "CELU" => Box::new(Celu::new(number("alpha"))),
        "ELU" => Box::new(Elu::new(number("alpha"))),
        "GELU" if case.text("approximate") == "tanh" => Box::new(GeluTanh),
        "GELU" => Box::new(Gelu),
        "GLU" => Box::new(Glu::new(axis())),
        "Hardshrink" => Box::new(Hardshrink::new(number("lambd"))),
        "Hardsigmoid" => Box::new(Hardsigmoid),
        "Hardswish" => Box::new(Hardswish),
        "Hardtanh" => Box::new(Hardtanh::new(number("min_val"), number("max_val"))),
        "LeakyReLU" => Box::new(LeakyRelu::new(number("negative_slope"))),
        "LogSigmoid" => Box::new(LogSigmoid),
        "LogSoftmax" => Box::new(LogSoftmax::new(axis())),
        "Mish" => Box::new(Mish),
        "PReLU" => Box::new(PRelu::per_channel(case.usize("num_parameters"))),
        "RReLU" => Box::new(RRelu::new(number("lower"), number("upper"))),
        "ReLU" => Box::new(Relu),
        "ReLU6" => Box::new(Relu6),
        "SELU" => Box::new(Selu),
        "SiLU" => Box::new(Silu),
        "Sigmoid" => Box::new(Sigmoid),
        "Softmax" => Box::new(Softmax::new(axis())),
        "Softmax2d" => Box::new(Softmax2d),
        "Softmin" => Box::new(Softmin::new(axis())),
        "Softplus" => Box::new(Softplus::new(number("beta")).threshold(number("threshold"))),
        "Softshrink" => Box::new(Softshrink::new(number("lambd"))),
        "Softsign" => Box::new(Softsign),
        "Tanh" => Box::new(Tanh),
        "Tanhshrink" => Box::new(Tanhshrink),
        "Threshold" => Box::new(Threshold::new(number("threshold"), number("value"))),
        other => panic!("{other}"),
    }
}

#[test]
fn activations_are_pytorchs() {
    for case in cases("activation.jsonl") {
        case.hold_layer(&mut layer(&case));
    }
}

/// The numbers that ours have by default are PyTorch's.
#[test]
fn defaults_are_pytorchs() {
    let ours: [(&str, Box<dyn Layer<f64>>); 10] = [
        ("CELU", Box::new(Celu::default())),
        ("ELU", Box::new(Elu::default())),
        ("GLU.2", Box::new(Glu::default())),
        ("Hardshrink", Box::new(Hardshrink::default())),
        ("Hardtanh", Box::new(Hardtanh::default())),
        ("LeakyReLU", Box::new(LeakyRelu::default())),
        ("RReLU", Box::new(RRelu::default())),
        ("Softplus", Box::new(Softplus::default())),
        ("Softshrink", Box::new(Softshrink::default())),
        ("PReLU.rank3", Box::new(PRelu::default())),
    ];
    let all = cases("activation.jsonl");
    for (name, mut layer) in ours {
        let case = all.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"));
        case.hold_layer(&mut layer);
    }
}
