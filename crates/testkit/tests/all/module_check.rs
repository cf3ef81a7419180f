//! Gradients in the parameters of nets.

use rappel_autodiff::{Module, Param, Tape, Tensor, Var};
use rappel_testkit::{check_module, check_module_second};

#[derive(Module)]
struct Affine {
    weight: Param<f64>,
    bias: Param<f64>,
}

#[derive(Module)]
struct Net {
    layers: Vec<Affine>,
    back: Param<f64>,
}

fn net() -> Net {
    let affine = |s: f64| Affine {
        weight: Param::new(Tensor::from([[0.5 * s, -1.0, 0.2], [0.3, 0.8, -s]])),
        bias: Param::new(Tensor::from([0.1, -0.2])),
    };
    let layers = vec![affine(1.0), affine(-0.4)];
    let back = layers[0].weight.tie();
    Net { layers, back }
}

fn forward<'t>(net: &Net, tape: &'t Tape<f64>) -> Var<'t, f64> {
    let x = tape.input(&Tensor::from([[1.0, 0.5, -0.3], [0.2, -0.7, 0.9]]));
    let affine = |layer: &Affine, x: Var<'t, f64>| x.linear(tape.param(&layer.weight), Some(tape.param(&layer.bias)));
    let h = affine(&net.layers[0], x).tanh().matmul(tape.param(&net.back));
    affine(&net.layers[1], h).sigmoid()
}

#[test]
fn nested_and_tied_parameters_are_checked_once_and_left_as_they_were() {
    let mut net = net();
    let before = net.layers[0].weight.value.clone();
    let report = check_module(&mut net, forward).unwrap();
    assert_eq!(report.checked, 16);
    assert_eq!((&net.layers[0].weight.value, &net.back.value), (&before, &before));
}

#[test]
fn a_wrong_gradient_is_found_by_path() {
    let mut net = net();
    let e = check_module(&mut net, |net, tape| {
        let hidden = tape.param(&net.layers[1].bias);
        forward(net, tape) + (hidden.detach() * 2.0 - hidden)
    });
    let e = e.unwrap_err();
    assert_eq!((e.place.as_str(), &e.index[..]), ("parameter layers.1.bias", &[0][..]), "{e}");
}

#[test]
fn frozen_parameters_are_constants() {
    let mut net = net();
    net.layers[1].weight.trainable = false;
    check_module(&mut net, forward).unwrap();
}

#[test]
fn second_derivatives_are_checked_in_the_same_places() {
    let mut net = net();
    net.layers[1].bias.trainable = false;
    let report = check_module_second(&mut net, forward).unwrap();
    assert_eq!(report.checked, 16);
    // Its gradient is right, and is not recorded.
    let e = check_module_second(&mut net, |net, tape| {
        let w = tape.param(&net.layers[1].weight);
        forward(net, tape) + (w * w.detach()).sum()
    });
    let e = e.unwrap_err();
    assert_eq!((e.place.as_str(), &e.index[..]), ("parameter layers.1.weight (second order)", &[0, 0][..]), "{e}");
}

#[test]
#[should_panic(expected = "parameter weight is of f32")]
fn single_precision_is_refused() {
    #[derive(Module)]
    struct Single {
        weight: Param,
    }
    let mut net = Single { weight: Param::new(Tensor::from([1.0])) };
    let _ = check_module(&mut net, |_, tape| tape.constant(1.0));
}
