//! Layers say where they are in the net and for which line they compute, however they are called.

use rappel_nn::autodiff::{AnomalyMode, Param, Rng, Tape, Tensor, Var};
use rappel_nn::{Dropout, Flatten, Layer, Linear, Module, Relu, Sequential, Tanh, from_fn};

use crate::panics::panic_here;

/// A net of all kinds of containers: a field called by hand, a box, a list in a list, a tuple, a function.
#[derive(Module)]
struct Net {
    body: Sequential,
    boxes: Vec<Box<dyn Layer>>,
    pair: (Linear, Tanh),
    head: Head,
}

/// A user's layer with a layer in it that has no parameters.
#[derive(Module)]
struct Head {
    drop: Dropout,
    fc: Linear,
}

impl Layer for Head {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc.forward(self.drop.forward(x))
    }
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let x = self.body.forward(x);
        let x = self.boxes.iter().fold(x, |x, layer| layer.forward(x));
        self.head.forward(self.pair.forward(x))
    }
}

fn linear(rng: &mut Rng) -> Linear {
    Linear::new(2, 2, rng)
}

fn net() -> Net {
    let rng = &mut Rng::seed(1);
    let inner = Sequential::new().push(linear(rng)).push(Relu).push(Head { drop: Dropout::new(0.5), fc: linear(rng) });
    Net {
        body: Sequential::new().push(Flatten).push(inner).push(from_fn(|x| x * 2.0)),
        boxes: vec![Box::new(linear(rng)), Box::new(Tanh)],
        pair: (linear(rng), Tanh),
        head: Head { drop: Dropout::new(0.5), fc: linear(rng) },
    }
}

#[test]
fn every_layer_has_its_path() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    net.forward(tape.input(&Tensor::ones(&[3, 2])));
    let places: Vec<String> = tape.activations().iter().map(|a| a.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "body: Sequential(3 layers)",
            "body.0: Flatten",
            "body.1: Sequential(3 layers)",
            "body.1.0: Linear(2 -> 2)",
            "body.1.1: Relu",
            "body.1.2: Head",
            // A layer without parameters that is called by hand: what it is in, and what it is.
            "body.1.2: Dropout(0.5)",
            "body.1.2.fc: Linear(2 -> 2)",
            "body.2: from_fn",
            "boxes.0: Linear(2 -> 2)",
            "Tanh",
            "pair: (Linear(2 -> 2), Tanh)",
            "pair.0: Linear(2 -> 2)",
            "pair.1: Tanh",
            "Dropout(0.5)",
            "head.fc: Linear(2 -> 2)",
        ]
    );
    let head = tape.activation("body.1.2").expect("the output of a user's layer in a container");
    assert_eq!(head.value(), tape.activation("body.1.2.fc").unwrap().value());
    assert!(tape.activation("head").is_none(), "a user's layer called by hand does not say that it runs");
}

#[test]
fn every_node_is_of_a_line_of_this_file() {
    for watched in [false, true] {
        let (net, tape) = (net(), Tape::training(1));
        if watched {
            tape.watch(&net);
        }
        let x = tape.var(&Tensor::ones(&[3, 2]));
        net.forward(x).sum().grad(&[x]);
        for (op, at) in tape.recorded_at() {
            assert!(at.file().ends_with("place.rs"), "`{op}` is recorded for {at}");
        }
    }
}

#[test]
fn behind_a_pointer_the_line_is_that_of_the_containers_caller() {
    let rng = &mut Rng::seed(1);
    let net = Sequential::new().push(linear(rng)).push((linear(rng), Relu));
    let boxed: Box<dyn Layer> = Box::new(linear(rng));
    let tape = Tape::new();
    let x = tape.input(&Tensor::ones(&[3, 2]));
    let first = line!() + 1;
    net.forward(x);
    boxed.forward(x);
    let lines: Vec<_> = tape.recorded_at()[1..].iter().map(|(op, at)| (*op, at.line() - first)).collect();
    let expected = [("param", 0), ("param", 0), ("linear", 0)];
    assert_eq!(lines[..3], expected);
    assert_eq!(lines[3..6], expected);
    assert_eq!(lines[6..], [("relu", 0), ("param", 1), ("param", 1), ("linear", 1)]);
}

#[test]
fn misfits_at_any_depth_panic_at_the_users_line_with_the_path() {
    let rng = &mut Rng::seed(0);
    let inner = || Sequential::new().push(Relu).push(Linear::new(3, 2, &mut Rng::seed(1)));
    let net = Sequential::new().push(linear(rng)).push((Tanh, Box::new(inner()) as Box<dyn Layer>));
    let why = "Linear(3 -> 2): input of shape [4, 2] does not fit: the last axis must be 3";
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 2]));
    assert_eq!(panic_here!(net.forward(x)), format!("Sequential[1]: Sequential[1]: {why}"));
    let outer: Box<dyn Layer> = Box::new(net);
    assert_eq!(panic_here!(outer.forward(x)), format!("Sequential[1]: Sequential[1]: {why}"));
    tape.watch(&outer);
    assert_eq!(panic_here!(outer.forward(x)), format!("1.1.1: {why}"));
    let misfit = outer.try_forward(x).unwrap_err();
    assert_eq!((misfit.path(), misfit.to_string()), (Some("1.1.1"), format!("1.1.1: {why}")));
}

#[test]
fn layers_called_by_hand_name_themselves_when_watched() {
    let net = Head { drop: Dropout::new(0.1), fc: Linear::new(3, 1, &mut Rng::seed(0)) };
    let tape = Tape::new();
    tape.watch(&net);
    let x = tape.input(&Tensor::zeros(&[4, 2]));
    let message = panic_here!(net.fc.forward(x));
    assert_eq!(message, "fc: Linear(3 -> 1): input of shape [4, 2] does not fit: the last axis must be 3");
}

#[test]
fn anomalies_name_the_layer() {
    let mut fc = linear(&mut Rng::seed(0));
    fc.weight = Param::new(Tensor::full(&[2, 2], 2e38));
    let net = Sequential::new().push(Relu).push(fc);
    let tape = Tape::new();
    tape.watch(&net);
    tape.set_anomaly_mode(AnomalyMode::Record);
    let line = line!() + 1;
    net.forward(tape.input(&Tensor::ones(&[1, 2])));
    let anomaly = tape.anomaly().unwrap();
    assert_eq!(anomaly.place.as_ref().unwrap().to_string(), "1: Linear(2 -> 2)");
    assert_eq!((anomaly.op, anomaly.at.line()), ("linear", line));
}
