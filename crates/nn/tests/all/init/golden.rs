//! Every case of PyTorch's initialisers.

use std::collections::BTreeSet;

use rappel_nn::autodiff::Tensor;
use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::init::{self, Fan, Gain};

use crate::golden::{Case, cases};

fn number(case: &Case, name: &str, default: f64) -> f64 {
    case.more("args").get(name).map_or(default, |x| x.as_f64().expect("a number"))
}

fn text<'c>(case: &'c Case, name: &str, default: &'c str) -> &'c str {
    case.more("args").get(name).map_or(default, |x| x.as_str().expect("a text"))
}

fn gain(nonlinearity: &str, slope: f64) -> Gain {
    match nonlinearity {
        "linear" | "conv1d" | "conv2d" | "conv_transpose1d" | "conv_transpose2d" => Gain::Linear,
        "sigmoid" => Gain::Sigmoid,
        "tanh" => Gain::Tanh,
        "relu" => Gain::Relu,
        "leaky_relu" => Gain::LeakyRelu(slope),
        "selu" => Gain::Selu,
        other => panic!("{other}"),
    }
}

fn drawn(case: &Case, shape: &[usize], rng: &mut Mersenne) -> Tensor<f32> {
    let of = |name, default| number(case, name, default);
    let fan = if text(case, "mode", "fan_in") == "fan_in" { Fan::In } else { Fan::Out };
    let kaiming = gain(text(case, "nonlinearity", "leaky_relu"), of("a", 0.0));
    match &case.layer[..] {
        "uniform_" => init::uniform(shape, of("a", 0.0), of("b", 1.0), rng),
        "normal_" => init::normal(shape, of("mean", 0.0), of("std", 1.0), rng),
        "constant_" => init::constant(shape, of("val", 0.0)),
        "ones_" => init::ones(shape),
        "zeros_" => init::zeros(shape),
        "eye_" => init::eye(shape),
        "dirac_" => init::dirac(shape, of("groups", 1.0) as usize),
        "xavier_uniform_" => init::xavier_uniform(shape, Gain::Factor(of("gain", 1.0)), rng),
        "xavier_normal_" => init::xavier_normal(shape, Gain::Factor(of("gain", 1.0)), rng),
        "kaiming_uniform_" => init::kaiming_uniform(shape, fan, kaiming, rng),
        "kaiming_normal_" => init::kaiming_normal(shape, fan, kaiming, rng),
        "trunc_normal_" => init::trunc_normal(shape, of("mean", 0.0), of("std", 1.0), of("a", -2.0), of("b", 2.0), rng),
        "orthogonal_" => init::orthogonal(shape, Gain::Factor(of("gain", 1.0)), rng),
        "sparse_" => init::sparse(shape, of("sparsity", f64::NAN), of("std", 0.01), rng),
        other => panic!("{}: {other}", case.name),
    }
}

/// The bits of what is uniform or fixed; normal values to what the vectorised functions of PyTorch differ by.
#[test]
fn draws_are_those_of_pytorch() {
    let mut met = BTreeSet::new();
    for case in cases("init.jsonl").iter().filter(|case| case.layer.ends_with('_')) {
        met.insert(case.layer.clone());
        let state = &case.more("state")[0];
        let list = |key: &str| state[key].as_array().map(|all| all.iter().map(|x| x.as_f64().expect("a number")));
        let shape: Vec<usize> = list("shape").expect("a shape").map(|n| n as usize).collect();
        let seed = case.more("seed").as_u64().expect("a seed") as u32;
        let ours = drawn(case, &shape, &mut Mersenne::seed(seed));
        assert_eq!(ours.shape(), shape, "{}", case.name);
        let near = if ["normal", "orthogonal", "sparse"].iter().any(|of| case.layer.contains(of)) { 1e-6 } else { 0.0 };
        let torch = list("data").or_else(|| list("first")).expect("values");
        for (i, (torch, ours)) in torch.zip(ours.data()).enumerate() {
            let torch = torch as f32;
            assert!((torch - ours).abs() <= near, "{} at {i}: {ours}, PyTorch {torch}", case.name);
        }
        if near == 0.0 {
            let hash = ours.data().iter().fold(0x811c_9dc5_u32, |h, x| (h ^ x.to_bits()).wrapping_mul(0x0100_0193));
            assert_eq!(Some(u64::from(hash)), state["hash"].as_u64(), "{}", case.name);
        }
    }
    assert_eq!(met.len(), 14, "{met:?}");
}

#[test]
fn gains_are_those_of_pytorch() {
    for case in cases("init.jsonl").iter().filter(|case| case.layer == "calculate_gain") {
        let slope = case.arg("param").as_f64().unwrap_or(0.01);
        let torch = case.more("gain").as_f64().expect("a number");
        assert!((gain(case.text("nonlinearity"), slope).value() - torch).abs() < 1e-15, "{}", case.name);
    }
}
