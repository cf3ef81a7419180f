//! Nodes know the user's line, and on a watched tape the layer.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use rappel_autodiff::{Module, Param, Tape, Tensor, Var};
use rappel_testkit::{Case, table};

/// A layer for these tests: `w x`, and its activation without parameters.
#[derive(Module)]
struct Scale {
    w: Param,
}

impl Scale {
    fn new(w: f32) -> Self {
        Scale { w: Param::new(Tensor::scalar(w)) }
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let layer = x.tape().enter(self, || "Scale".into());
        layer.leave(x * x.tape().param(&self.w))
    }
}

#[derive(Module)]
struct Net {
    body: Vec<Scale>,
    head: Scale,
}

fn net() -> Net {
    Net { body: vec![Scale::new(2.0), Scale::new(3.0)], head: Scale::new(5.0) }
}

/// Path and kind of each layer whose output is known.
fn ran(tape: &Tape) -> Vec<String> {
    tape.activations().iter().map(|a| a.place.to_string()).collect()
}

#[test]
fn every_operation_is_recorded_for_the_line_that_called_it() {
    // The rows of the table call every operation there is, from their files.
    let called_from = |at: &Location<'_>| at.file().contains("testkit/src/table/") || at.file() == file!();
    for row in table() {
        for case in row.samples(20) {
            let tape = Case::tape::<f64>();
            let x: Vec<_> = case.inputs().iter().map(|x| tape.var(x)).collect();
            let y = case.vars(&x);
            let forward = tape.len();
            y.grad_with(tape.input(&Tensor::ones(&y.shape())), &x);
            for (i, (op, at)) in tape.recorded_at().into_iter().enumerate() {
                let pass = if i < forward { "forward" } else { "its gradient" };
                assert!(called_from(at), "{}: `{op}` in {pass} is recorded for {at}", case.name());
            }
        }
    }
}

#[test]
fn recorded_gradients_are_of_the_line_of_the_operation() {
    let tape = Tape::new();
    let x = tape.var(&Tensor::scalar(2.0));
    let (line, y) = (line!(), x.exp());
    let before = tape.len();
    let z = y.sin().grad(&[x])[0];
    let lines = |from: usize| tape.recorded_at()[from..].iter().map(|(op, at)| (*op, at.line())).collect::<Vec<_>>();
    assert!(lines(before).contains(&("mul", line)), "{:?}", lines(before));
    let before = tape.len();
    z.grad(&[x]);
    assert!(lines(before).contains(&("mul", line)), "second order too: {:?}", lines(before));
}

#[test]
fn values_from_outside_have_the_line_that_put_them_there() {
    let tape = Tape::new();
    let first = line!() + 1;
    let x = tape.input(&Tensor::scalar(1.0));
    tape.var(&Tensor::scalar(1.0));
    tape.constant(1.0);
    tape.param(&Param::new(Tensor::scalar(1.0)));
    x.detach();
    assert_eq!(x.gt(0.0).shape()[..], [0; 0]);
    let lines: Vec<u32> = tape.recorded_at().iter().map(|(_, at)| at.line() - first).collect();
    assert_eq!(lines, [0, 1, 2, 3, 4, 5, 5]);
}

#[test]
fn a_layer_is_found_by_its_parameters() {
    let (net, mut tape) = (net(), Tape::new());
    tape.watch(&net);
    for _ in 0..2 {
        tape.reset();
        let x = tape.constant(1.0);
        let y = net.body.iter().fold(x, |x, layer| layer.forward(x));
        let y = net.head.forward(y.relu());
        assert_eq!(y.item(), 30.0);
        assert_eq!(ran(&tape), ["body.0: Scale", "body.1: Scale", "head: Scale"]);
        assert_eq!(tape.activation("body.1").unwrap().item(), 6.0);
        assert!(tape.activation("body").is_none() && tape.activation("body.2").is_none());
    }
}

#[test]
fn a_gradient_can_be_taken_in_an_activation() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    let y = net.head.forward(net.body[0].forward(tape.constant(1.0)));
    let hidden = tape.activation("body.0").unwrap();
    assert_eq!(y.grad(&[hidden])[0].item(), 5.0);
}

#[test]
fn the_last_run_of_a_layer_is_the_one_given_by_path() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    net.head.forward(net.head.forward(tape.constant(1.0)));
    assert_eq!(ran(&tape), ["head: Scale", "head: Scale"]);
    assert_eq!(tape.activation("head").unwrap().item(), 25.0);
}

#[test]
fn a_container_names_children_without_parameters() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    let x = tape.constant(-1.0);
    let whole = tape.enter(&net, || "Net".into());
    let relu = whole.child("act", || "Relu".into());
    assert_eq!(relu.path().as_deref(), Some("act"));
    let y = relu.leave(x.relu());
    let body = whole.child("body", || "Body".into());
    let y = body.leave(net.body[0].forward(y));
    whole.leave(y);
    assert_eq!(ran(&tape), ["Net", "act: Relu", "body: Body", "body.0: Scale"]);
}

#[test]
fn a_child_that_says_that_it_runs_is_one_with_what_its_container_named() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    let x = tape.constant(1.0);
    let whole = tape.enter(&net, || "Net".into());
    let child = whole.child("head", || "child".into());
    child.leave(net.head.forward(x));
    assert_eq!(ran(&tape), ["head: child"]);
}

#[test]
fn tied_parameters_are_told_apart_by_what_surrounds_them() {
    let a = Scale::new(2.0);
    let b = Scale { w: a.w.tie() };
    let net = (vec![a], vec![b]);
    let tape = Tape::new();
    tape.watch(&net);
    let root = tape.enter(&(), || "root".into());
    let second = root.child("1", || "list".into());
    net.1[0].forward(tape.constant(1.0));
    drop(second);
    net.1[0].forward(tape.constant(1.0));
    assert_eq!(ran(&tape), ["1.0: Scale", "0.0: Scale"]);
}

#[test]
fn an_unwatched_tape_knows_no_layers() {
    let (net, tape) = (net(), Tape::new());
    let layer = tape.enter(&net, || unreachable!("the kind is asked on a watched tape only"));
    assert_eq!(layer.path(), None);
    layer.leave(tape.constant(1.0));
    net.head.forward(tape.constant(1.0));
    assert!(tape.activations().is_empty());
    // A net that is not the watched one is not found, and a clone is not the watched one.
    tape.watch(&net);
    Scale { w: net.head.w.clone() }.forward(tape.constant(1.0));
    assert_eq!(ran(&tape), ["Scale"]);
    assert!(tape.activation("").is_none());
}

#[test]
fn a_panic_leaves_the_layer() {
    let (net, tape) = (net(), Tape::new());
    tape.watch(&net);
    let (x, wide) = (tape.input(&Tensor::zeros(&[2])), tape.input(&Tensor::zeros(&[3])));
    let panics = || {
        let layer = tape.enter(&net.head, || "Scale".into());
        layer.leave(x + wide)
    };
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    x.exp();
    net.body[0].forward(x);
    let summary = tape.summary();
    let bytes: Vec<_> = summary.layers.iter().map(|l| (l.place.is_some(), l.activation_bytes)).collect();
    assert_eq!(bytes, [(true, 0), (true, 8), (false, 8)]);
}
