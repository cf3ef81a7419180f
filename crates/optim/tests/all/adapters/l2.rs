//! L2 decay.

use rappel_autodiff::{Param, Tape};
use rappel_optim::AnyOptimizer;
use rappel_tensor::Tensor;

use super::{assert_near, parsed, walk};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/l2.txt"), 6);
}

#[test]
fn it_is_the_decay_of_the_rule_wherever_it_stands() {
    let own = walk("sgd(lr=0.1, momentum=0.9, weight_decay=0.3)", 5);
    for around in ["l2(0.3)", "l2(0.1) | l2(0.2)", "l2(0.3) | clip_value(1e300)", "clip_value(1e300) | l2(0.3)"] {
        for (found, own) in walk(&format!("sgd(lr=0.1, momentum=0.9) | {around}"), 5).iter().zip(&own) {
            assert_near(&found[0], &own[0], around);
        }
    }
}

#[test]
fn groups_may_have_none_before_a_clip_and_after_it() {
    for around in ["l2(0.5)", "l2(0.5) | clip_value(1e300)"] {
        let mut optimizer = parsed(&format!("sgd(lr=1) | {around} | group(\"1\", l2=0)"));
        let mut net = vec![Param::new(Tensor::from([2.0])), Param::new(Tensor::from([2.0]))];
        let g = crate::support::gradients(
            &Tape::default(),
            &[(&net[0], &Tensor::from([0.5])), (&net[1], &Tensor::from([0.5]))],
        );
        optimizer.step(&mut net, &g).unwrap();
        assert_eq!([net[0].value.item(), net[1].value.item()], [0.5, 1.5], "{around}");
    }
}

#[test]
fn a_step_that_is_differentiated_through_has_the_decays() {
    let text = "adam(lr=0.1) | l2(0.3) | weight_decay(0.2)";
    let w = Param::new(Tensor::from([1.0, -0.7, 0.3]));
    let tape = Tape::<f64>::default();
    let optimizer: AnyOptimizer<f64> = parsed(text);
    let mut steps = optimizer.unroll(&tape, &w).unwrap();
    let loss = |p: &Param<f64>| {
        let p = tape.param(p);
        (p.square() * 0.35 + p.square() * p * 0.07).sum()
    };
    for [weights, _] in walk(text, 4) {
        let inner = steps.run(&w, || loss(&w));
        steps.step(inner).unwrap();
        assert_near(steps.weights()[0].value().data(), &weights, text);
    }
}
