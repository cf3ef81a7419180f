//! Texts and states as serde's data.

use proptest::prelude::*;
use rappel_autodiff::{Param, Tape};
use rappel_optim::{Adam, AnyOptimizer, EntryKind, Group, OptimizerState, Sgd, catalogue};
use rappel_tensor::{Float, Tensor};
use serde_json::Value;

use crate::support::{Net, train};

#[test]
fn an_optimizer_is_its_text() {
    let text = r#"adam(lr=warmup(0.001, 10) >> cosine(0.001, 0, 90), betas=[0.8, 0.999]) | clip_norm(1) | no_decay()"#;
    let adam: AnyOptimizer = text.parse().unwrap();
    let json = serde_json::to_string(&adam).unwrap();
    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    assert_eq!(serde_json::from_str::<AnyOptimizer>(&json).unwrap().to_string(), text);
    let bytes = postcard::to_stdvec(&adam).unwrap();
    assert_eq!(postcard::from_bytes::<AnyOptimizer>(&bytes).unwrap().to_string(), text);
    let error = serde_json::from_str::<AnyOptimizer>("\"adm(lr=0.1)\"").unwrap_err();
    assert!(error.to_string().contains("did you mean `adam`?"), "{error}");
    let error = serde_json::to_string(&(Adam::<f32>::new(0.1) | Group::when(|_, _| true).freeze())).unwrap_err();
    assert!(error.to_string().contains("`freeze(<function>)` has no text"), "{error}");
}

/// The rules that `step` runs, with something in their state.
fn rules() -> Vec<String> {
    let rules = catalogue().into_iter().filter(|entry| matches!(entry.kind, EntryKind::Rule | EntryKind::Search));
    let texts = rules.flat_map(|rule| {
        let momentum = if rule.name == "sgd" { ", momentum=0.9, nesterov=true" } else { "" };
        let plain = format!("{}(lr={{}}{momentum})", rule.name);
        let variants = rule.flags.into_iter().map(|flag| format!("{}(lr={{}}, {flag}=true)", rule.name));
        variants.chain([plain]).collect::<Vec<_>>()
    });
    texts.collect()
}

const RATES: [&str; 4] =
    ["0.01", "cosine(0.02, 0.001, 12)", "0.02 * plateau(factor=0.5, patience=0)", "warmup(0.02, 3) >> 0.01 * greedy()"];
const GROUPS: [&str; 6] = [
    "",
    " | group(\"*.bias\", lr=linear(0.01, 0.001, 9))",
    " | scale(\"head.*\", lr=plateau(factor=0.1, patience=1))",
    " | freeze(\"embed.*\") | no_decay()",
    " | layer_decay(0.5)",
    " | scale([\"blocks.0.*\", \"head.bias\"], lr=3) | unfreeze(all)",
];

fn adapters() -> Vec<String> {
    let adapters = catalogue().into_iter().filter(|entry| matches!(entry.kind, EntryKind::Adapter(_)));
    adapters.map(|entry| format!(" | {}", entry.name)).chain([String::new()]).collect()
}

/// Seven steps of a run, whose adaptive schedules are told of every second loss.
fn seven<T: Float>(optimizer: &mut AnyOptimizer<T>, net: &mut Net<T>) {
    let mut tape = Tape::default();
    for k in 0..7 {
        let report = optimizer.step_with(net, &mut tape, |net, tape| net.loss(tape)).unwrap();
        if k % 2 == 0 {
            // As rounded as it is, it stands still now and then.
            optimizer.observe((report.loss.unwrap() * 50.0).round()).unwrap();
        }
    }
}

/// What a run of 14 steps does, it does when its state has gone through JSON, or through bytes, after 7.
fn goes_on<T: Float>(text: &str) {
    let read = |text: &str| text.parse::<AnyOptimizer<T>>().unwrap_or_else(|e| panic!("{text}: {e}"));
    let (mut straight, mut net) = (read(text), Net::<T>::new());
    seven(&mut straight, &mut net);
    let state = straight.save_state(&net);
    let (json, bytes) = (serde_json::to_string(&state).unwrap(), postcard::to_stdvec(&state).unwrap());
    let start = net.copy();
    seven(&mut straight, &mut net);
    let states: [OptimizerState; 2] = [serde_json::from_str(&json).unwrap(), postcard::from_bytes(&bytes).unwrap()];
    for state in states {
        let (mut again, mut other) = (read(state.text()), start.copy());
        let restored = again.load_state(&other, &state).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert!(restored.is_complete(), "{text}: {restored}");
        seven(&mut again, &mut other);
        assert_eq!(net.values(), other.values(), "{text}");
        assert_eq!(straight.steps(), again.steps());
        assert_eq!(straight.eval(&mut net).values(), again.eval(&mut other).values(), "{text}");
        // By their text, which has no NaN that differs from itself.
        let [a, b] =
            [(&straight, &net), (&again, &other)].map(|(o, n)| serde_json::to_string(&o.save_state(n)).unwrap());
        assert_eq!(a, b, "{text}");
    }
}

#[test]
fn every_rule_goes_on_to_the_bit() {
    for (i, rule) in rules().iter().enumerate() {
        let text = rule.replace("{}", RATES[i % RATES.len()]);
        goes_on::<f64>(&text);
        goes_on::<f32>(&text);
    }
}

#[test]
fn every_adapter_goes_on_to_the_bit() {
    for (i, adapter) in adapters().iter().enumerate() {
        goes_on::<f64>(&format!("adam(lr={}){adapter}", RATES[i % RATES.len()]));
        goes_on::<f32>(&format!("sgd(lr={}, momentum=0.9){adapter}{adapter}", RATES[(i + 2) % RATES.len()]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_composition_goes_on_to_the_bit(
        rule in prop::sample::select(rules()),
        rate in prop::sample::select(&RATES[..]),
        adapters in prop::collection::vec(prop::sample::select(adapters()), 0..3),
        groups in prop::collection::vec(prop::sample::select(&GROUPS[..]), 0..3),
    ) {
        // A search takes what works on the weights alone, and groups that freeze.
        let name = rule.split('(').next().unwrap();
        let searches = catalogue().iter().any(|entry| entry.name == name && entry.kind == EntryKind::Search);
        let (adapters, groups) = match searches {
            true => (" | ema | lookahead".to_owned(), GROUPS[3].replace(" | no_decay()", "")),
            false => (adapters.concat(), groups.concat()),
        };
        goes_on::<f64>(&format!("{}{adapters}{groups}", rule.replace("{}", rate)));
    }
}

/// A state with ordinary content.
fn state() -> (Adam<f64>, Vec<Param<f64>>, Value) {
    let mut net = vec![Param::new(Tensor::from([1.0, 2.0])), Param::new(Tensor::from([3.0]))];
    let mut adam = Adam::<f64>::new(0.1) | rappel_optim::adapters::ema(0.9);
    let tape = Tape::default();
    let loss = tape.param(&net[0]).square().sum() + tape.param(&net[1]).sum();
    adam.step(&mut net, &loss.backward()).unwrap();
    let state = serde_json::to_value(adam.save_state(&net)).unwrap();
    (adam, net, state)
}

#[test]
fn numbers_come_back_with_every_bit() {
    let odd = f64::from_bits(0x7ff8_dead_beef_0001);
    let values = [0.1 + 0.2, -0.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, odd, -odd];
    let mut net = vec![Param::new(Tensor::from([1.0; 9]))];
    let mut sgd = Sgd::<f64>::new(0.0).momentum(0.9);
    let tape = Tape::default();
    let gradients = (tape.param(&net[0]) * tape.input(&Tensor::from(values))).sum().backward();
    sgd.step(&mut net, &gradients).unwrap();
    let state = sgd.save_state(&net);
    let bits = |sgd: &Sgd<f64>, p: &Param<f64>| -> Vec<u64> {
        let state = sgd.state(p.id()).unwrap();
        state.slot("momentum_buffer").unwrap().data().iter().map(|x| x.to_bits()).collect()
    };
    assert!(bits(&sgd, &net[0]).contains(&odd.to_bits()), "the test has no odd NaN");
    let json = serde_json::to_string(&state).unwrap();
    for state in [
        serde_json::from_str::<OptimizerState>(&json).unwrap(),
        postcard::from_bytes(&postcard::to_stdvec(&state).unwrap()).unwrap(),
    ] {
        let mut again = Sgd::<f64>::new(0.0).momentum(0.9);
        again.load_state(&net, &state).unwrap();
        assert_eq!(bits(&again, &net[0]), bits(&sgd, &net[0]));
    }
}

/// What is wrong with a state, and what is said of it.
type Damage = (fn(&mut Value), &'static str);

#[test]
fn damaged_data_is_refused_and_changes_nothing() {
    let cases: [Damage; 18] = [
        (|s| s["version"] = 2.into(), "the state has layout 2; this version reads layout 1"),
        (|s| s["rule"] = "adm".into(), "the state is of `adm`, the optimizer is `adam`"),
        (|s| s["number"] = "f32".into(), "the state is in f32, the optimizer in f64"),
        (|s| s["steps"] = u64::MAX.into(), "steps is 18446744073709551615 in the state"),
        (|s| s["steps"] = (-1).into(), "invalid value: integer `-1`, expected u64"),
        (|s| s["params"][0]["steps"] = (1_u64 << 60).into(), "the number of steps of `0` is 1152921504606846976"),
        (|s| s["params"][1]["path"] = "0".into(), "`0` (parameters) is twice in the state"),
        (|s| s["params"][0]["slots"][0]["name"] = "momentum".into(), "the state has [momentum, "),
        (|s| drop(s["params"][0]["slots"].as_array_mut().unwrap().pop()), "for `0`; the rule remembers [exp_avg, "),
        (|s| s["params"][0]["slots"][0]["values"]["f64"] = "1".into(), "`exp_avg` of `0` has shape [2] and 1 numbers"),
        (|s| s["params"][0]["slots"][0]["values"]["f64"] = "1 x".into(), "\"x\" is no number"),
        (|s| s["params"][0]["slots"][0]["shape"] = vec![u64::MAX, 2].into(), "the state is cut or damaged"),
        (|s| s["params"][0]["slots"][0]["shape"] = vec![2, 1].into(), "has shape [2, 1] in the state; required is [2]"),
        (
            |s| s["params"][0]["slots"][0]["values"] = serde_json::json!({"f32": "1 2"}),
            "`exp_avg` of `0` is in f32, and the state says f64",
        ),
        (|s| s["memo"] = serde_json::json!([["d", "1"]]), "the state has [d] for the net; the rule remembers []"),
        (
            |s| s["kept"][0]["tensors"][0][1][0]["shape"] = vec![1, 2].into(),
            "`ema` of `0`, average has shape [1, 2] in the state; required is [2]",
        ),
        (
            |s| {
                let ema = s["kept"][0].clone();
                s["kept"].as_array_mut().unwrap().push(ema);
            },
            "`ema 1` (adapters) is twice",
        ),
        (
            |s| {
                s["schedules"] = serde_json::json!([{"groups": "", "name": "lr", "schedule": "0.1",
                    "state": [[["1"], null, "0"]]}]);
            },
            "the schedule of adam's lr: ",
        ),
    ];
    for (damage, said) in cases {
        let (mut adam, net, mut data) = state();
        damage(&mut data);
        let before = serde_json::to_string(&adam.save_state(&net)).unwrap();
        let error = match serde_json::from_value::<OptimizerState>(data) {
            Ok(state) => adam.load_state(&net, &state).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(said), "{error:?} does not say {said:?}");
        assert_eq!(serde_json::to_string(&adam.save_state(&net)).unwrap(), before);
    }
}

#[test]
fn what_is_left_out_of_the_json_is_said() {
    let (.., data) = state();
    for key in data.as_object().unwrap().keys() {
        let mut less = data.clone();
        less.as_object_mut().unwrap().remove(key);
        let error = serde_json::from_value::<OptimizerState>(less).unwrap_err().to_string();
        assert_eq!(error, format!("missing field `{key}`"));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(seed in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let (mut adam, mut net, data) = state();
        let mut bytes = postcard::to_stdvec(&serde_json::from_value::<OptimizerState>(data).unwrap()).unwrap();
        for (at, byte) in seed {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(state) = postcard::from_bytes::<OptimizerState>(&bytes)
            && adam.load_state(&net, &state).is_ok()
        {
            let tape = Tape::default();
            let loss = tape.param(&net[0]).square().sum() + tape.param(&net[1]).sum();
            adam.step(&mut net, &loss.backward()).unwrap();
        }
    }
}

#[test]
fn training_goes_on_from_a_file() {
    let (mut adam, mut net) = (Adam::<f32>::new(0.1), Net::<f32>::new());
    train(&mut adam, &mut net, 2);
    let json = serde_json::to_string_pretty(&adam.save_state(&net)).unwrap();
    assert!(json.contains("\"text\": \"adam(lr=0.1)\"") && json.contains("\"f32\": \""), "{json}");
}
