//! What a tape says it holds.

use rappel_autodiff::{Module, Param, Tape, Tensor, Var};

#[derive(Module)]
struct Affine {
    w: Param,
    b: Param,
}

impl Affine {
    fn new(inputs: usize, outputs: usize) -> Self {
        Affine { w: Param::new(Tensor::zeros(&[outputs, inputs])), b: Param::new(Tensor::zeros(&[outputs])) }
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let (layer, tape) = (x.tape().enter(self, || "Affine".into()), x.tape());
        layer.leave(x.linear(tape.param(&self.w), Some(tape.param(&self.b))))
    }
}

#[test]
fn counts_what_is_there_by_operation() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 3]));
    let w = tape.param(&Param::new(Tensor::zeros(&[3, 5])));
    let y = x.matmul(w).tanh().tanh();
    let labels = Tensor::from([0_u32, 1, 2, 3]);
    y.cross_entropy(&labels);
    let summary = tape.summary();
    let ops: Vec<_> = summary.ops.iter().map(|o| (o.op, o.held.nodes, o.held.values, o.held.bytes)).collect();
    assert_eq!(ops, [("tanh", 2, 40, 160), ("matmul", 1, 20, 80), ("cross_entropy", 1, 1, 4)]);
    assert_eq!(summary.multiply_adds, 4 * 3 * 5);
    assert_eq!((summary.inputs.values, summary.parameters.values), (12, 15));
    assert_eq!((summary.activations.nodes, summary.activations.bytes), (4, 244));
    assert_eq!(summary.kept_bytes, 80, "the softmax of the logits");
    assert_eq!(summary.largest.iter().map(|l| l.bytes).collect::<Vec<_>>(), [80, 80, 80, 4]);
    assert!(summary.layers.is_empty(), "nothing is watched");
}

#[test]
fn a_shared_buffer_counts_once() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 3]));
    x.reshape(&[12]).exp().reshape(&[3, 4]);
    let summary = tape.summary();
    assert_eq!((summary.activations.values, summary.activations.bytes), (36, 48));
    assert_eq!(summary.inputs.bytes, 48);
}

#[test]
fn products_are_counted_under_every_transposition() {
    let tape = Tape::<f64>::default();
    let [a, b, c, d] = [[2, 3], [3, 5], [3, 2], [5, 3]].map(|shape| tape.input(&Tensor::zeros(&shape)));
    for (x, ta, y, tb) in [(a, false, b, false), (c, true, b, false), (a, false, d, true), (c, true, d, true)] {
        let before = tape.summary().multiply_adds;
        assert_eq!(x.matmul_with(y, ta, tb).shape()[..], [2, 5]);
        assert_eq!(tape.summary().multiply_adds - before, 30);
    }
    let stack = tape.input(&Tensor::zeros(&[7, 2, 3]));
    let before = tape.summary().multiply_adds;
    stack.linear(d, None);
    assert_eq!(tape.summary().multiply_adds - before, 7 * 2 * 3 * 5);
}

#[test]
fn layers_have_what_they_recorded_themselves() {
    let (net, tape) = ([Affine::new(3, 4), Affine::new(4, 2)], Tape::new());
    tape.watch(&net);
    let x = tape.input(&Tensor::zeros(&[5, 3]));
    let y = net[1].forward(net[0].forward(x).relu());
    let costs = |tape: &Tape| {
        let layers = tape.summary().layers;
        let each = layers.iter().map(|l| (l.parameters, l.multiply_adds, l.activation_bytes));
        each.collect::<Vec<_>>()
    };
    assert_eq!(costs(&tape), [(16, 60, 80), (10, 40, 40), (0, 0, 80)]);
    net[0].forward(x);
    assert_eq!(costs(&tape)[2], (0, 60, 80), "its parameters are on the tape already");
    y.sum().backward();
    let spent = tape.summary();
    assert_eq!((spent.parameters.values, spent.parameters.bytes), (26, 104), "after backward too");
    assert_eq!(spent.layers.len(), 4);
}

#[test]
fn recorded_gradients_count_for_the_layer_they_are_of() {
    let (net, tape) = (Affine::new(3, 4), Tape::new());
    tape.watch(&net);
    let x = tape.var(&Tensor::zeros(&[5, 3]));
    let y = net.forward(x);
    y.square().sum().grad(&[x]);
    let layers = tape.summary().layers;
    assert_eq!(layers[0].multiply_adds, 2 * 60);
}

#[test]
fn an_empty_tape_and_empty_values_have_a_summary() {
    let tape = Tape::new();
    let summary = tape.summary();
    assert_eq!((summary.activations.nodes, summary.ops.len()), (0, 0));
    let x = tape.input(&Tensor::zeros(&[0, 3]));
    x.exp().exp();
    let summary = tape.summary();
    assert_eq!((summary.activations.nodes, summary.activations.bytes, summary.largest.len()), (2, 0, 0));
    assert!(summary.to_string().contains("exp"));
}
