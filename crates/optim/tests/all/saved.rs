//! States saved and loaded, without a format.

use rappel_autodiff::Param;
use rappel_optim::adapters::{clip_norm, ema};
use rappel_optim::{Adam, AnyOptimizer, Group, Sgd, StateError, cosine, plateau};
use rappel_tensor::Tensor;

use crate::support::{Net, train};

#[test]
fn parameters_come_and_go() {
    let (mut adam, mut net) = (Adam::<f64>::new(0.1) | ema(0.9), Net::new());
    train(&mut adam, &mut net, 3);
    let state = adam.save_state(&net);
    assert_eq!((state.steps(), state.text(), state.paths().count()), (3, "adam(lr=0.1) | ema(0.9)", 8));
    let mut other = net.copy();
    let last = other.blocks.pop().unwrap();
    other.blocks[0].bias.value = Tensor::zeros(&[1, 4]);
    let mut again = Adam::<f64>::new(0.1) | ema(0.9);
    let restored = again.load_state(&other, &state).unwrap();
    assert_eq!(restored.dropped, ["blocks.1.weight", "blocks.1.bias"]);
    assert_eq!((restored.restored.len(), restored.new.len(), restored.reshaped.len()), (5, 0, 1));
    assert!(!restored.is_complete());
    assert_eq!(
        restored.to_string(),
        "5 parameters restored\nno longer in the net: blocks.1.weight, blocks.1.bias\n\
         of another shape, begun anew: blocks.0.bias: [4], now [1, 4]"
    );
    let steps = |id| again.state(id).map(|state| state.steps);
    assert_eq!([steps(other.head.bias.id()), steps(other.blocks[0].bias.id())], [Some(3), None]);
    let larger = (other, last);
    let restored = again.load_state(&larger, &state).unwrap();
    assert_eq!((restored.restored.len(), restored.new.len(), restored.dropped.len()), (0, 8, 8));
    assert_eq!(restored.new[0], "0.embed.weight");
}

#[test]
fn what_is_loaded_replaces_what_was_there() {
    let (mut adam, mut net) = (Adam::<f64>::new(0.1), Net::new());
    let start = adam.save_state(&net);
    let fresh = net.copy();
    train(&mut adam, &mut net, 3);
    let mut again = fresh.copy();
    assert!(adam.load_state(&again, &start).unwrap().is_complete());
    train(&mut adam, &mut again, 3);
    assert_eq!(again.values(), net.values());
    let mut third = fresh.copy();
    adam.load_state(&third, &start).unwrap();
    adam.load_state(&third, &start).unwrap();
    train(&mut adam, &mut third, 3);
    assert_eq!(third.values(), net.values());
}

#[test]
fn nets_stepped_in_turn_have_a_state_each() {
    let (mut adam, mut a, mut b) = (Adam::<f64>::new(0.1) | ema(0.5), Net::new(), Net::new());
    for _ in 0..2 {
        train(&mut adam, &mut a, 1);
        train(&mut adam, &mut b, 2);
    }
    let (of_a, of_b) = (adam.save_state(&a), adam.save_state(&b));
    let (mut again, mut c, mut d) = (Adam::<f64>::new(0.1) | ema(0.5), a.copy(), b.copy());
    again.load_state(&c, &of_a).unwrap();
    again.load_state(&d, &of_b).unwrap();
    for (optimizer, net, other) in [(&mut adam, &mut a, &mut b), (&mut again, &mut c, &mut d)] {
        train(optimizer, net, 2);
        train(optimizer, other, 1);
    }
    assert_eq!((a.values(), b.values()), (c.values(), d.values()));
    assert_eq!(adam.eval(&mut a).values(), again.eval(&mut c).values());
}

#[test]
fn adaptive_schedules_go_on_or_say_that_they_do_not() {
    let lr = || 0.1 * plateau().factor(0.5).patience(0);
    let make = || Sgd::<f64>::new(lr()) | Group::glob("head.*").scale("lr", 10.0) | clip_norm(5.0);
    let (mut sgd, mut net): (Sgd<f64>, _) = (make(), Net::new());
    for _ in 0..3 {
        train(&mut sgd, &mut net, 1);
        sgd.observe(1.0).unwrap();
    }
    let (state, rates) = (sgd.save_state(&net), |sgd: &Sgd<f64>, net: &Net<f64>| {
        [net.embed.bias.id(), net.head.bias.id()].map(|id| sgd.applied_of(id).unwrap().next().unwrap().1)
    });
    let (mut again, mut other) = (make(), net.copy());
    assert!(again.load_state(&other, &state).unwrap().is_complete());
    train(&mut sgd, &mut net, 1);
    train(&mut again, &mut other, 1);
    assert_eq!(rates(&sgd, &net), rates(&again, &other));
    assert!((rates(&again, &other)[0] - 0.025).abs() < 1e-15, "it was halved twice: {:?}", rates(&again, &other));
    let mut changed = Sgd::<f64>::new(cosine(0.1, 0.0, 10)) | Group::glob("head.*").scale("lr", 10.0);
    let restored = changed.load_state(&other, &state).unwrap();
    assert_eq!(restored.schedules, ["lr", "lr of scale(\"head.*\", lr=10)"]);
    assert_eq!(restored.dropped_adapters, ["clip_norm"]);
    let restored = (make() | ema(0.9)).load_state(&other, &state).unwrap();
    assert_eq!((restored.new_adapters, restored.schedules.len()), (vec!["ema".to_owned()], 0));
}

#[test]
fn another_rule_or_number_type_is_refused() {
    let (mut sgd, mut net) = (Sgd::<f64>::new(0.1).momentum(0.5), Net::new());
    train(&mut sgd, &mut net, 1);
    let state = sgd.save_state(&net);
    let error = Adam::<f64>::new(0.1).load_state(&net, &state).unwrap_err();
    assert_eq!(error.to_string(), "the state is of `sgd`, the optimizer is `adam`");
    let mut variant: AnyOptimizer<f64> = "adam(amsgrad=true)".parse().unwrap();
    let error = variant.load_state(&net, &Adam::<f64>::new(0.1).save_state(&net)).unwrap_err();
    assert_eq!(error.to_string(), "the state is of `adam`, the optimizer is `adam(amsgrad=true)`");
    let error = Sgd::<f32>::new(0.1).load_state(&net, &state).unwrap_err();
    assert_eq!(error, StateError::NumberType { state: "f64".into(), optimizer: "f32" });
    let error = (Sgd::<f64>::new(0.1) | Group::glob("typo").freeze()).load_state(&net, &state).unwrap_err();
    assert!(error.to_string().starts_with("no parameter fits \"typo\""), "{error}");
}

#[test]
fn state_of_no_consequence_is_not_missed() {
    let (mut plain, mut net) = (Sgd::<f64>::new(0.1), Net::new());
    train(&mut plain, &mut net, 2);
    let text = "sgd(lr=0.1, momentum=0.9)";
    let mut momentum: AnyOptimizer<f64> = text.parse().unwrap();
    assert!(momentum.load_state(&net, &plain.save_state(&net)).unwrap().is_complete());
    train(&mut momentum, &mut net, 1);
    assert!(plain.load_state(&net, &momentum.save_state(&net)).unwrap().is_complete());
    train(&mut plain, &mut net, 1);
}

#[test]
fn a_tied_parameter_is_saved_once() {
    let (mut sgd, mut net) = (Sgd::<f64>::new(0.1).momentum(0.5), vec![Net::<f64>::new().head]);
    net.push(crate::support::Linear { weight: net[0].weight.tie(), bias: Param::new(net[0].bias.value.clone()) });
    let tape = rappel_autodiff::Tape::default();
    let loss = tape.param(&net[0].weight).sum() + tape.param(&net[0].bias).sum() + tape.param(&net[1].bias).sum();
    sgd.step(&mut net, &loss.backward()).unwrap();
    let state = sgd.save_state(&net);
    assert_eq!(state.paths().collect::<Vec<_>>(), ["0.weight", "0.bias", "1.bias"]);
    assert!(sgd.load_state(&net, &state).unwrap().is_complete());
}
