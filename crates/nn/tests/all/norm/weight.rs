use proptest::prelude::*;
use rappel_nn::autodiff::{Gradients, Param, Rng, Tape, Tensor, Var};
use rappel_nn::{Layer, LayerExt, Linear, Module, ModuleExt, Relu, Sequential, WeightNorm};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, keys};
use crate::panics::panic_here;

fn linear(seed: u64) -> Linear<f64> {
    Linear::new(3, 2, &mut Rng::seed(seed))
}

fn shape_of(norm: &WeightNorm<Linear<f64>, f64>) -> Vec<usize> {
    norm.length.value.shape().to_vec()
}

#[test]
fn changes_nothing_at_first() {
    let x = Tensor::<f64>::normal(&[4, 3], 0.0, 1.0, &mut Rng::seed(1));
    let tape = Tape::default();
    let plain = linear(2).forward(tape.input(&x)).value();
    for axis in [Some(0), Some(1), None] {
        let norm = WeightNorm::of(linear(2), "weight", axis);
        assert_close(&norm.forward(tape.input(&x)).value(), &plain, 1e-15);
        assert_close(&norm.into_layer().weight.value, &linear(2).weight.value, 1e-15);
    }
}

#[test]
fn lengths_are_g_whatever_v() {
    let mut norm = WeightNorm::new(linear(2));
    norm.length.value = Tensor::from([[2.0], [0.5]]);
    norm.layer.weight.value = norm.layer.weight.value.scaled(100.0);
    let weight = norm.into_layer().weight.value;
    assert_close(&weight.norm_axes(2.0, &[1], true), &Tensor::from([[2.0], [0.5]]), 1e-15);
}

#[test]
fn has_the_names_and_shapes_of_pytorch() {
    let norm = WeightNorm::new(linear(0));
    let new = ["bias", "parametrizations.weight.original0", "parametrizations.weight.original1"];
    assert_eq!(keys(&norm)[0], new);
    assert_eq!(keys(&norm.clone().old_names())[0], ["bias", "weight_g", "weight_v"]);
    let shapes: Vec<_> = norm.named_parameters().into_iter().map(|(_, p)| p.shape().to_vec()).collect();
    assert_eq!(shapes, [vec![2], vec![2, 1], vec![2, 3]]);
    assert_eq!(shape_of(&WeightNorm::of(linear(0), "weight", Some(1))), [1, 3]);
    assert_eq!(shape_of(&WeightNorm::of(linear(0), "weight", None)), [0; 0]);

    // In a list of layers, and read and written under the same names.
    let mut net = Sequential::<f64>::new().push(Relu).push(norm);
    let mut written = Vec::new();
    net.for_each_param_mut(|path, _| written.push(path.to_owned()));
    assert_eq!(written, new.map(|name| format!("1.{name}")));
    assert_eq!(crate::names(&net), written);
}

#[test]
fn a_clone_is_another_layer() {
    let norm = WeightNorm::new(linear(0));
    let other = norm.clone();
    let tape = Tape::default();
    let x = tape.input(&Tensor::ones(&[1, 3]));
    assert_eq!(norm.forward(x).value(), other.forward(x).value());
    let gradients: Gradients<f64> = norm.forward(x).sum().backward();
    assert!(gradients.param(&norm.length).is_some() && gradients.param(&other.length).is_none());
}

/// The gradient of the weight is split into one along v, for g, and one across it.
#[test]
fn gradients_along_and_across() {
    let norm = WeightNorm::new(linear(3));
    let tape = Tape::default();
    let gradients = norm.forward(tape.input(&Tensor::from([[1.0, -2.0, 0.5]]))).sum().backward();
    let across = gradients.param(&norm.layer.weight).unwrap() * &norm.layer.weight.value;
    assert_close(&across.sum_axes(&[1], false), &Tensor::zeros(&[2]), 1e-15);
}

/// A module that is no layer.
#[derive(Module, Clone)]
struct Pair {
    left: Param<f64>,
    right: Param<f64>,
}

#[test]
fn normalises_any_parameter_of_any_module() {
    let param = |x| Param::new(Tensor::from(x));
    let norm: WeightNorm<_, f64> =
        WeightNorm::of(Pair { left: param([3.0, 4.0]), right: param([6.0, 8.0]) }, "right", None);
    let names = ["left", "parametrizations.right.original0", "parametrizations.right.original1"];
    assert_eq!(keys(&norm)[0], names);
    let tape = Tape::default();
    let halved = tape.with(&[(norm.length.id(), tape.constant(5.0))], || {
        norm.with(&tape, |pair| tape.param(&pair.left) + tape.param(&pair.right))
    });
    assert_eq!(halved.value(), Tensor::from([6.0, 8.0]));
    // Outside, the parameter is itself.
    assert_eq!(tape.param(&norm.layer.right).value(), Tensor::from([6.0, 8.0]));
}

#[test]
fn mistakes_are_told_at_the_users_line() {
    let message = panic_here!(WeightNorm::<_, f64>::new(Relu));
    assert_eq!(message, "WeightNorm: the layer has no parameter `weight` of its own with numbers of this type");
    let message = panic_here!(WeightNorm::<_, f64>::of(linear(0), "weight", Some(2)));
    assert_eq!(message, "WeightNorm: the parameter `weight` of shape [2, 3] has no axis 2");
    let (norm, tape) = (WeightNorm::new(linear(0)), Tape::default());
    let x = tape.input(&Tensor::zeros(&[4, 2]));
    let expected = "Linear(3 -> 2): input of shape [4, 2] does not fit: the last axis must be 3";
    assert_eq!(panic_here!(norm.forward(x)), expected);
    assert_eq!(norm.check(&[4, 2]).unwrap_err().to_string(), expected);
}

#[test]
fn check_and_watch_know_it() {
    let net = Sequential::<f64>::new().push(Relu).push(WeightNorm::new(linear(0)));
    let report = net.check(&[4, 3]).unwrap();
    assert_eq!((&report.output[..], report.trainable, report.unused.len()), (&[4, 2][..], 10, 0));
    assert!(report.to_string().contains("WeightNorm(Linear(3 -> 2))"), "{report}");

    let tape = Tape::default();
    tape.watch(&net);
    net.forward(tape.input(&Tensor::zeros(&[4, 3])));
    assert!(tape.activation("1").is_some());
    for (op, at) in tape.recorded_at() {
        assert!(at.file().ends_with("weight.rs") && at.file().contains("tests"), "`{op}` is recorded for {at}");
    }
    let alone = WeightNorm::new(linear(0));
    let plain = Tape::default();
    let x = plain.input(&Tensor::zeros(&[4, 3]));
    let line = line!() + 1;
    let y: Var<'_, f64> = alone.forward(x);
    assert_eq!(y.shape()[..], [4, 2]);
    for (op, at) in &plain.recorded_at()[1..] {
        assert_eq!((at.line(), at.file().contains("tests")), (line, true), "`{op}` is recorded for {at}");
    }
}

proptest! {
    #![proptest_config(config(6, file!()))]

    #[test]
    fn gradients_are_right(rows in 1..3_usize, axis in prop_oneof![Just(None), Just(Some(0)), Just(Some(1))], seed: u64) {
        let mut rng = Rng::seed(seed);
        let mut norm = WeightNorm::of(Linear::<f64>::new(2, 3, &mut rng), "weight", axis);
        norm.length.value = Tensor::uniform(norm.length.value.shape(), 0.5, 2.0, &mut rng);
        norm.layer.weight.value = Tensor::uniform(&[3, 2], 0.3, 1.0, &mut rng);
        let x = Tensor::normal(&[rows, 2], 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, false).map_err(TestCaseError::fail)?;
    }
}
