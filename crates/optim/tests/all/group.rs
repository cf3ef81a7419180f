//! Groups: who gets what.

use rappel_autodiff::{Leaf, ModuleExt, Tape};
use rappel_optim::adapters::{clip_value, ema};
use rappel_optim::{
    Adam, AnyOptimizer, Group, Optimizer, Select, Sgd, StepError, layer_decay, layer_decay_of, linear, no_decay,
};

use crate::support::{Net, train};

/// A value of each parameter at the first step.
fn applied<R>(optimizer: Optimizer<R, f64>, knob: &str) -> Vec<(String, f64)> {
    let (mut optimizer, mut net) = (optimizer, Net::new());
    train(&mut optimizer, &mut net, 1);
    let value = |id| optimizer.applied_of(id).expect("it is of the net").find(|(name, _)| *name == knob);
    let all = net.named_parameters().into_iter();
    all.map(|(path, p)| (path, value(p.id()).expect("a hyperparameter").1)).collect()
}

/// The same by the text's form too; of each parameter in order.
fn holds<R>(optimizer: Optimizer<R, f64>, knob: &str, expected: [f64; 8]) {
    let again: AnyOptimizer<f64> = optimizer.to_string().parse().unwrap_or_else(|e| panic!("{e}"));
    let values = |all: Vec<(String, f64)>| all.into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    let text = optimizer.to_string();
    assert_eq!(values(applied(optimizer, knob)), expected, "{text}");
    assert_eq!(values(applied(again, knob)), expected, "{text}");
}

#[test]
fn of_two_that_set_the_last_wins_and_scales_multiply_what_is_before() {
    let sgd = || Sgd::<f64>::new(1.0);
    let bias = || Group::glob("*.bias");
    holds(sgd() | bias().set("lr", 2.0) | Group::glob("head.*").set("lr", 3.0), "lr", [1., 2., 1., 2., 1., 2., 3., 3.]);
    holds(sgd() | Group::glob("head.*").set("lr", 3.0) | bias().set("lr", 2.0), "lr", [1., 2., 1., 2., 1., 2., 3., 2.]);
    holds(sgd() | bias().set("lr", 2.0).scale("lr", 5.0), "lr", [1., 10., 1., 10., 1., 10., 1., 10.]);
    holds(sgd() | bias().scale("lr", 5.0).set("lr", 2.0), "lr", [1., 2., 1., 2., 1., 2., 1., 2.]);
    holds(sgd() | bias().set("lr", 7.0).set("lr", 2.0), "lr", [1., 2., 1., 2., 1., 2., 1., 2.]);
    holds(sgd() | bias().scale("lr", 2.0).scale("lr", 3.0), "lr", [1., 6., 1., 6., 1., 6., 1., 6.]);
    let twice = Group::all().except("head.*").scale("lr", 0.5);
    holds(sgd() | twice.clone() | twice, "lr", [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 1., 1.]);
}

#[test]
fn schedules_of_groups_run_with_the_rest() {
    let sgd = Sgd::<f64>::new(1.0) | Group::glob("head.*").scale("lr", linear(0.5, 1.5, 2));
    let (mut sgd, mut net): (Sgd<f64>, _) = (sgd, Net::new());
    for expected in [0.5, 1.0, 1.5, 1.5] {
        train(&mut sgd, &mut net, 1);
        let lr = |id| sgd.applied_of(id).unwrap().next().unwrap();
        assert_eq!((lr(net.head.bias.id()), lr(net.embed.bias.id())), (("lr", expected), ("lr", 1.0)));
    }
}

#[test]
fn weight_decay_is_none_on_biases_and_norms() {
    let expected = [0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.0];
    holds(Adam::<f64>::new(0.1).weight_decay(0.5) | no_decay(), "weight_decay", expected);
    let kept = [0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.5, 0.5];
    holds(Adam::<f64>::new(0.1).weight_decay(0.5) | no_decay().except("head.*"), "weight_decay", kept);
}

#[test]
fn layers_are_told_by_paths_or_by_a_list() {
    let sgd = || Sgd::<f64>::new(1.0);
    holds(sgd() | layer_decay(0.5), "lr", [0.125, 0.125, 0.25, 0.25, 0.5, 0.5, 1., 1.]);
    holds(sgd() | layer_decay_of(0.5, ["*", "blocks.*"]), "lr", [0.5, 0.5, 1., 1., 1., 1., 0.5, 0.5]);
    holds(sgd() | layer_decay_of(0.5, ["blocks.0.*", "blocks.1.*"]), "lr", [1., 1., 0.5, 0.5, 1., 1., 1., 1.]);
    holds(sgd() | layer_decay(0.5).except("*.bias"), "lr", [0.125, 1., 0.25, 1., 0.5, 1., 1., 1.]);
}

#[test]
fn layers_are_counted_with_those_that_are_not_trained_and_without_what_all_share() {
    let mut net = vec![Net::<f64>::new()];
    net[0].head.set_trainable(false);
    let mut sgd = Sgd::new(1.0) | layer_decay(0.5);
    let mut tape = Tape::default();
    sgd.step_with(&mut net, &mut tape, |net, tape| net[0].loss(tape)).unwrap();
    let lr = |id| sgd.applied_of(id).unwrap().next().unwrap().1;
    assert_eq!((lr(net[0].blocks[1].bias.id()), lr(net[0].embed.bias.id())), (0.5, 0.125));
    assert!(sgd.applied_of(net[0].head.bias.id()).is_none());
}

#[test]
fn frozen_parameters_stay_and_the_last_word_counts() {
    let text = r#"adam(lr=0.1) | freeze(all) | unfreeze(["head.*", "embed.bias"]) | freeze("head.weight")"#;
    let (mut adam, mut net): (AnyOptimizer<f64>, _) = (text.parse().unwrap(), Net::new());
    assert_eq!(adam.to_string(), text);
    let before = net.values();
    train(&mut adam, &mut net, 2);
    let moved: Vec<_> = net.values().into_iter().zip(before).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(moved, ["embed.bias", "head.bias"]);
}

#[test]
fn what_is_frozen_stays_in_unrolled_steps_too() {
    let text = r#"lamb(lr=0.1, weight_decay=0.1) | freeze("embed.*") | scale("head.*", lr=0.5)"#;
    let (mut lamb, mut net): (AnyOptimizer<f64>, _) = (text.parse().unwrap(), Net::new());
    let tape = Tape::default();
    let mut unrolled = lamb.unroll(&tape, &net).unwrap();
    for _ in 0..3 {
        let loss = unrolled.run(&net, || net.loss(&tape));
        unrolled.step(loss).unwrap();
    }
    let weights: Vec<_> = unrolled.weights().iter().map(|w| w.value()).collect();
    assert_eq!(weights[0], net.embed.weight.value);
    train(&mut lamb, &mut net, 3);
    for (found, (path, p)) in weights.iter().zip(net.named_parameters()) {
        let expected = &f64::open(p).unwrap().value;
        let near = found.data().iter().zip(expected.data()).all(|(a, b)| (a - b).abs() <= 1e-12);
        assert!(near, "{path}: {found:?}, not {expected:?}");
    }
}

#[test]
fn adapters_hyperparameters_are_the_groups_too() {
    let sgd = Sgd::<f64>::new(1.0) | clip_value(1.0) | clip_value(2.0) | Group::glob("head.*").set("clip_value2", 7.0);
    let text = "sgd(lr=1) | clip_value(1) | clip_value(2) | group(\"head.*\", clip_value2=7)";
    assert_eq!(sgd.to_string(), text);
    holds(sgd, "clip_value2.max_value", [2., 2., 2., 2., 2., 2., 7., 7.]);
}

/// What a step says, after which nothing has changed.
fn refused(group: Group) -> StepError {
    let (mut sgd, mut net) = (Sgd::<f64>::new(0.1) | ema(0.9) | group, Net::new());
    let before = net.values();
    let gradients = net.loss(&Tape::default()).backward();
    let error = sgd.step(&mut net, &gradients).unwrap_err();
    assert_eq!((sgd.steps(), net.values()), (0, before));
    error
}

#[test]
fn what_finds_nothing_is_refused() {
    let typo = Select::Any(vec!["head.*".into(), "haed.*".into()]);
    let cases: [(Group, &str); 7] = [
        (Group::glob("*.gain"), "\"*.gain\""),
        (Group::regex("gain$").unwrap(), "regex(\"gain$\")"),
        (Group::of(typo), "\"haed.*\""),
        (Group::all().except("gain"), "\"gain\""),
        (Group::glob("head.*").except("*"), "except(\"head.*\", \"*\")"),
        (Group::when(|_, _| false), "<function>"),
        (layer_decay_of(0.5, ["gain", "*"]), "\"gain\""),
    ];
    for (group, select) in cases {
        let error = refused(group);
        assert!(matches!(&error, StepError::NoMatch { select: found, .. } if found == select), "{error}");
        assert!(error.to_string().contains("the net has `embed.weight`, "), "{error}");
    }
}

#[test]
fn what_names_an_unknown_hyperparameter_is_refused() {
    let error = refused(Group::all().set("momentun", 0.5)).to_string();
    assert_eq!(error, "sgd has no hyperparameter `momentun`; did you mean `momentum`?");
    let error = refused(Group::glob("head.*").scale("beta1", 0.5)).to_string();
    assert!(error.contains("; there are `lr`, `momentum`, ") && error.contains(", `ema.decay`"), "{error}");
}

#[test]
fn nets_stepped_in_turn_share_the_patterns_of_the_first() {
    let mut sgd = Sgd::<f64>::new(0.5) | Group::glob("head.*").set("lr", 0.25);
    train(&mut sgd, &mut Net::new(), 1);
    let mut other = Net::<f64>::new().embed;
    let tape = Tape::default();
    let gradients = (tape.param(&other.weight).sum() + tape.param(&other.bias).sum()).backward();
    sgd.step(&mut other, &gradients).unwrap();
    assert_eq!(sgd.applied_of(other.bias.id()).unwrap().next(), Some(("lr", 0.5)));
}

#[test]
#[should_panic(expected = "layer_decay takes a finite number above 0, not 0")]
fn a_factor_of_nothing_is_a_mistake() {
    let _ = layer_decay(0.0);
}
