use rappel_nn::autodiff::{Rng, Tape, Tensor, Var};
use rappel_nn::{Layer, LayerExt, Linear, Parallel, Relu, Sequential, Tanh, from_fn};
use rappel_testkit::{check_module, check_module_second, gradcheck, gradgradcheck};

use crate::names;
use crate::panics::panic_here;

fn linear(outputs: usize, seed: u64) -> Linear<f64> {
    Linear::new(3, outputs, &mut Rng::seed(seed))
}

#[test]
fn joins_the_outputs() {
    let tape = Tape::default();
    let x = tape.input(&Tensor::normal(&[2, 3], 0.0, 1.0, &mut Rng::seed(0)));
    let of = |outputs, seed| linear(outputs, seed).forward(x);
    let net = Parallel::concat(-1).push(linear(2, 1)).push(linear(4, 2));
    assert_eq!(net.forward(x).value(), Var::concat(&[of(2, 1), of(4, 2)], 1).value());
    assert_eq!(names(&net), ["0.weight", "0.bias", "1.weight", "1.bias"]);
    let net = Parallel::sum().push(linear(2, 1)).push(linear(2, 2)).push(linear(2, 3));
    assert_eq!(net.forward(x).value(), (of(2, 1) + of(2, 2) + of(2, 3)).value());
    for axis in [0, 1, 2, -1, -2, -3] {
        let net = Parallel::stack(axis).push(linear(2, 1)).push(linear(2, 2));
        assert_eq!(net.forward(x).value(), Var::stack(&[of(2, 1), of(2, 2)], axis).value());
    }
    let one = Parallel::sum().push(Relu);
    assert_eq!(one.forward(x).value(), x.relu().value());
    let empty = tape.input(&Tensor::zeros(&[0, 3]));
    assert_eq!(Parallel::stack(0).push(linear(2, 1)).push(linear(2, 2)).forward(empty).shape()[..], [2, 0, 2]);
}

#[test]
fn is_changed_and_shown() {
    let mut net = Parallel::concat(0).push(Relu).push(linear(2, 1));
    assert_eq!(format!("{net:?}"), "Parallel { layers: 2, join: Concat(0), parameters: 8 }");
    net.layers_mut().pop();
    assert_eq!((net.layers().len(), net.kind()), (1, "Parallel(1 layers, concat 0)".to_owned()));
}

#[test]
fn misfits_name_the_place_at_the_users_line() {
    let tape = Tape::default();
    let (x, wide) = (tape.input(&Tensor::zeros(&[4, 3])), tape.input(&Tensor::zeros(&[4, 5])));
    let net = Sequential::new().push(Parallel::sum().push(from_fn(|x| x)).push(linear(2, 1)));
    let why = "Linear(3 -> 2): input of shape [4, 5] does not fit: the last axis must be 3";
    assert_eq!(panic_here!(net.forward(wide)), format!("Sequential[0]: Parallel[1]: {why}"));
    assert_eq!(net.check(&[4, 5]).unwrap_err().to_string(), format!("0.1: {why}"));
    let pair = |net: Parallel<f64>| net.push(linear(2, 1)).push(linear(1, 2));
    for (net, why) in [
        (pair(Parallel::sum()), "(2 layers, sum): layer 0 makes [4, 2] and layer 1 [4, 1], which cannot be joined"),
        (
            pair(Parallel::concat(0)),
            "(2 layers, concat 0): layer 0 makes [4, 2] and layer 1 [4, 1], which cannot be joined",
        ),
        (
            pair(Parallel::stack(0)),
            "(2 layers, stack 0): layer 0 makes [4, 2] and layer 1 [4, 1], which cannot be joined",
        ),
        (pair(Parallel::concat(2)), "(2 layers, concat 2): there is no axis 2 in outputs of shape [4, 2]"),
        (pair(Parallel::stack(-4)), "(2 layers, stack -4): there is no axis -4 in outputs of shape [4, 2]"),
        (Parallel::sum(), "(0 layers, sum): there is nothing to join: push a layer"),
    ] {
        assert_eq!(panic_here!(net.forward(x)), format!("Parallel{why}"));
    }
    let ranks = Parallel::concat(0).push(from_fn(|x| x)).push(from_fn(|x| x.flatten(0, 1)));
    assert!(panic_here!(ranks.forward(x)).contains("makes [4, 3] and layer 1 [12]"));
    let scalars = Parallel::concat(0).push(from_fn(|x| x.sum()));
    assert!(panic_here!(scalars.forward(x)).contains("no axis 0 in outputs of shape []"));
}

#[test]
fn gradients_are_right() {
    let x = Tensor::normal(&[2, 3], 0.0, 1.0, &mut Rng::seed(4));
    for net in [Parallel::concat(0), Parallel::sum(), Parallel::stack(1)] {
        let mut net = net.push((linear(2, 1), Tanh)).push(linear(2, 2));
        check_module(&mut net, |net, tape| net.forward(tape.input(&x)).tanh()).unwrap();
        check_module_second(&mut net, |net, tape| net.forward(tape.input(&x)).tanh()).unwrap();
        gradcheck(|x| net.forward(x), &x).unwrap();
        gradgradcheck(|x| net.forward(x), &x).unwrap();
    }
}
