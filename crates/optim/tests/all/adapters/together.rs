//! Any adapters around any rule, in any order.

use proptest::prelude::*;
use rappel_autodiff::module::Snapshot;
use rappel_autodiff::{Leaf, Module, ModuleExt, Param, Tape, Var};
use rappel_optim::adapters::{
    accumulate, adaptive_clip, average, cautious, centralize, clip_group_norm, clip_norm, clip_value, ema, l2,
    lookahead, sam, schedule_free, skip_nonfinite, swa, weight_decay,
};
use rappel_optim::{
    Adapted, AnyOptimizer, EntryKind, Evaluate, Group, Knob, Now, Search, Sgd, Stage, StepError, catalogue,
};
use rappel_tensor::{Tensor, Threads};

use super::parsed;
use crate::support::{Net, train};

/// Every adapter, with settings at which it does something within five calls.
const ADAPTERS: [&str; 16] = [
    "accumulate(2)",
    "adaptive_clip(0.1)",
    "centralize()",
    "clip_group_norm(0.2)",
    "clip_norm(0.3)",
    "clip_value(0.1)",
    "l2(0.01)",
    "sam(0.05)",
    "skip_nonfinite()",
    "cautious()",
    "weight_decay(0.1)",
    "average()",
    "ema(0.9)",
    "lookahead(k=2, alpha=0.5)",
    "schedule_free()",
    "swa(start=1, every=1)",
];

const CALLS: usize = 5;

/// A net with a parameter that two threads share.
#[derive(Module)]
struct Wide {
    net: Net,
    wide: Param<f64>,
}

impl Wide {
    fn new() -> Self {
        Wide { net: Net::new(), wide: Param::new(Tensor::from_fn(&[2 * 32_768 + 5], |i| (0.1 * i as f64).sin())) }
    }

    fn copy(&self) -> Self {
        Wide { net: self.net.copy(), wide: Param::new(self.wide.value.clone()) }
    }

    fn loss<'t>(&self, tape: &'t Tape<f64>) -> Var<'t, f64> {
        self.net.loss(tape) + (tape.param(&self.wide) - 0.1).square().mean()
    }

    fn bits(&self) -> Vec<u64> {
        let wide = self.wide.value.data().iter().map(|x| x.to_bits());
        self.net.values().into_iter().flat_map(|(_, bits)| bits).chain(wide).collect()
    }
}

/// The values after some calls, those to evaluate with, and how many steps were made.
fn go(optimizer: &mut AnyOptimizer<f64>, net: &mut Wide, threads: usize, calls: usize) -> (Vec<u64>, Vec<u64>, u64) {
    let mut tape = Tape::default();
    tape.set_threads(&Threads::new(threads).unwrap());
    for _ in 0..calls {
        let report = optimizer.step_with(net, &mut tape, |net, tape| net.loss(tape));
        report.unwrap_or_else(|e| panic!("{optimizer}: {e}"));
    }
    (net.bits(), optimizer.eval(net).bits(), optimizer.steps())
}

fn stage(name: &str) -> Stage {
    let entry = catalogue().into_iter().find(|entry| name.split('(').next() == Some(entry.name));
    match entry.map(|entry| entry.kind) {
        Some(EntryKind::Adapter(stage)) => stage,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn every_adapter_is_here() {
    let all: Vec<_> = catalogue().into_iter().filter(|entry| matches!(entry.kind, EntryKind::Adapter(_))).collect();
    let names: Vec<_> = ADAPTERS.iter().map(|text| text.split('(').next().unwrap()).collect();
    assert_eq!(all.iter().map(|entry| entry.name).collect::<Vec<_>>(), names);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_adapters_go_around_any_rule(
        rule in any::<prop::sample::Index>(),
        order in Just((0..ADAPTERS.len()).collect::<Vec<_>>()).prop_shuffle(),
        some in any::<u16>(),
    ) {
        let all = catalogue();
        let rules: Vec<_> = all.iter().filter(|entry| !matches!(entry.kind, EntryKind::Adapter(_))).collect();
        let rule = rule.get(&rules);
        // Around a search go adapters of weights alone.
        let fits = |text: &&str| {
            rule.kind != EntryKind::Search || (stage(text) == Stage::Weights && !text.starts_with("schedule_free"))
        };
        let some = |i: &&usize| some >> **i & 1 == 1;
        let mut around: Vec<_> = order.iter().filter(some).map(|i| ADAPTERS[*i]).filter(fits).collect();
        let lr = rule.lr.unwrap_or(0.01);
        let text = |around: &[&str]| [&[&*format!("{}(lr={lr})", rule.name)], around].concat().join(" | ");
        let whole = text(&around);
        let start = Wide::new();

        let one = go(&mut parsed(&whole), &mut start.copy(), 1, CALLS);
        let printed = parsed(&whole).to_string();
        prop_assert_eq!(&parsed(&printed).to_string(), &printed);
        prop_assert!(one == go(&mut parsed(&printed), &mut start.copy(), 1, CALLS), "{whole}, as {printed}");
        if cfg!(feature = "threads") {
            prop_assert!(one == go(&mut parsed(&whole), &mut start.copy(), 2, CALLS), "{whole}: on two threads");
        }
        around.sort_by_key(|text| stage(text));
        let sorted = text(&around);
        prop_assert!(one == go(&mut parsed(&sorted), &mut start.copy(), 1, CALLS), "{whole}, sorted: {sorted}");

        let (mut optimizer, mut net) = (parsed(&whole), start.copy());
        go(&mut optimizer, &mut net, 1, 3);
        let (mut clone, saved, middle, mut other) =
            (optimizer.clone(), optimizer.save_state(&net), Snapshot::of(&net), net.copy());
        let rest = go(&mut optimizer, &mut net, 1, CALLS - 3);
        prop_assert!(rest == one, "{whole}: in two parts");
        prop_assert!(middle.restore(&mut net));
        prop_assert!(go(&mut clone, &mut net, 1, CALLS - 3) == one, "{whole}: from a clone");
        let mut loaded = parsed(&whole);
        prop_assert!(loaded.load_state(&other, &saved).unwrap().is_complete());
        prop_assert!(go(&mut loaded, &mut other, 1, CALLS - 3) == one, "{whole}: from a saved state");
    }
}

#[test]
fn what_is_of_the_net_is_of_no_group() {
    for text in ["clip_norm(1)", "accumulate(2)", "lookahead(k=2, alpha=0.5)", "sam(0.1)", "skip_nonfinite()"] {
        let name = text.split('(').next().unwrap();
        let knob = match name {
            "lookahead" => "lookahead.alpha",
            "sam" => "sam.rho",
            "skip_nonfinite" => "skip_nonfinite.limit",
            name => name,
        };
        let mut optimizer = parsed(&format!("sgd(lr=0.1) | {text}")).group(Group::glob("head.*").set(knob, 1.0));
        let mut net = Net::new();
        let error = optimizer.step_with(&mut net, &mut Tape::default(), |net, tape| net.loss(tape)).unwrap_err();
        assert!(matches!(error, StepError::Conflict { rule, .. } if rule == name), "{text}: {error}");
    }
}

#[test]
fn what_is_frozen_stays_and_counts_in_nothing() {
    for text in ADAPTERS {
        let mut frozen = parsed(&format!("adam(lr=0.01) | {text} | freeze(\"blocks.*\")"));
        let (mut net, start) = (Net::new(), Net::<f64>::new());
        train(&mut frozen, &mut net, CALLS);
        // The same with parameters that are not trained.
        let (mut untrained, mut other) = (parsed(&format!("adam(lr=0.01) | {text}")), Net::new());
        for block in &mut other.blocks {
            (block.weight.trainable, block.bias.trainable) = (false, false);
        }
        train(&mut untrained, &mut other, CALLS);
        assert_eq!(net.values(), other.values(), "{text}");
        let same = net.values().into_iter().zip(start.values()).filter(|(a, b)| a.1 == b.1);
        assert_eq!(same.count(), 4, "{text}");
        assert_eq!(frozen.eval(&mut net).values(), untrained.eval(&mut other).values(), "{text}");
    }
}

fn cubic(p: Var<'_, f64>) -> Var<'_, f64> {
    (p.square() * 0.3 + p.square() * p * 0.01).sum()
}

#[test]
fn tied_places_stay_alike() {
    for text in ADAPTERS {
        let mut optimizer = parsed(&format!("adam(lr=0.01) | {text}"));
        let a = Param::new(Tensor::from([[1.0, -0.5], [0.3, 2.0]]));
        let (b, mut alone) = (a.tie(), Param::new(a.value.clone()));
        let mut pair = vec![a, b];
        let mut tape = Tape::default();
        for _ in 0..CALLS {
            optimizer.step_with(&mut pair, &mut tape, |pair, tape| cubic(tape.param(&pair[1]))).unwrap();
        }
        let mut single = parsed(&format!("adam(lr=0.01) | {text}"));
        for _ in 0..CALLS {
            single.step_with(&mut alone, &mut tape, |p, tape| cubic(tape.param(p))).unwrap();
        }
        assert_eq!([pair[0].value.data(), pair[1].value.data()], [alone.value.data(); 2], "{text}");
        let (pair, alone) = (optimizer.eval(&mut pair), single.eval(&mut alone));
        assert_eq!([pair[0].value.data(), pair[1].value.data()], [alone.value.data(); 2], "{text}");
    }
}

#[test]
fn a_parameter_that_joins_or_changes_its_shape_begins_anew() {
    for text in ADAPTERS.into_iter().filter(|text| !text.starts_with("accumulate")) {
        let value = |x: f64| Param::new(Tensor::from([[x, -0.5 * x], [0.3, 2.0]]));
        let mut optimizer = parsed(&format!("sgd(lr=0.1, momentum=0.5) | {text}"));
        let (mut net, mut tape) = (vec![value(1.0)], Tape::default());
        for calls in 0..6 {
            if calls == 2 {
                net.push(value(2.0));
            }
            if calls == 4 {
                net[0].value = Tensor::from([1.0, 2.0, 3.0]);
            }
            optimizer
                .step_with(&mut net, &mut tape, |net, tape| {
                    net.iter().map(|p| cubic(tape.param(p))).reduce(|a, b| a + b).expect("a parameter")
                })
                .unwrap_or_else(|e| panic!("{text}: {e}"));
            assert!(net.iter().all(|p| p.value.data().iter().all(|x| x.is_finite())), "{text}");
        }
        assert_eq!(optimizer.eval(&mut net)[0].value.shape(), [3], "{text}");
        assert_eq!(optimizer.state(net[0].id()).unwrap().steps, 2, "{text}");
    }
}

/// Gradient descent, as a rule that may evaluate again.
#[derive(Debug, Clone)]
struct Descent;

impl Search<f64> for Descent {
    fn name(&self) -> &'static str {
        "descent"
    }

    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<f64>) -> Result<f64, StepError> {
        let g = at.gradients();
        let descend =
            |p: &mut Param<f64>| p.value.blend(1.0, -now.lr, g.param(p).unwrap_or(&Tensor::zeros(p.value.shape())));
        at.net().for_each_param_mut(|_, p| descend(f64::open_mut(p).expect("its type")));
        Ok(g.loss().expect("it is known"))
    }

    fn boxed(&self) -> Box<dyn Search<f64>> {
        Box::new(self.clone())
    }
}

#[test]
fn around_a_search_go_averages_and_lookahead() {
    let head = || Group::glob("head.*").freeze();
    for text in ADAPTERS {
        let (mut sgd, mut net) = (parsed(&format!("sgd(lr=0.1) | {text} | freeze(\"head.*\")")), Net::new());
        let mut descent = AnyOptimizer::<f64>::with_search(Descent, 0.1) | adapted(text) | head();
        let mut other = Net::new();
        if stage(text) != Stage::Weights || text.starts_with("schedule_free") {
            let error = descent.step_with(&mut other, &mut Tape::default(), |net, tape| net.loss(tape)).unwrap_err();
            let name = text.split('(').next().unwrap();
            assert!(matches!(error, StepError::Conflict { rule, .. } if rule == name), "{text}: {error}");
            continue;
        }
        train(&mut sgd, &mut net, CALLS);
        train(&mut descent, &mut other, CALLS);
        assert_eq!(net.values(), other.values(), "{text}");
        assert_eq!(sgd.eval(&mut net).values(), descent.eval(&mut other).values(), "{text}");
    }
}

/// An adapter of the list.
fn adapted(text: &str) -> Adapted<f64> {
    match text.split('(').next().unwrap() {
        "accumulate" => accumulate(2.0),
        "adaptive_clip" => adaptive_clip(0.1),
        "centralize" => centralize(),
        "clip_group_norm" => clip_group_norm(0.2),
        "clip_norm" => clip_norm(0.3),
        "clip_value" => clip_value(0.1),
        "l2" => l2(0.01),
        "sam" => sam(0.05),
        "skip_nonfinite" => skip_nonfinite(),
        "cautious" => cautious(),
        "weight_decay" => weight_decay(0.1),
        "average" => average(),
        "ema" => ema(0.9),
        "lookahead" => lookahead(2.0, 0.5),
        "schedule_free" => schedule_free(),
        "swa" => swa(1.0, 1.0),
        name => panic!("there is no {name}"),
    }
}

#[test]
fn constructors_and_texts_are_the_same() {
    for text in ADAPTERS {
        let made = Sgd::<f64>::new(0.1) | adapted(text);
        assert_eq!(made.to_string(), parsed(&format!("sgd(lr=0.1) | {text}")).to_string());
    }
}
