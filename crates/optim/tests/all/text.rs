//! Optimizers as text.

use proptest::prelude::*;
use rappel_optim::{
    AnyOptimizer, Domain, Entry, EntryKind, Group, Knob, Schedule, Select, catalogue, cosine, layer_decay,
    layer_decay_of, linear, linked, no_decay_of, plateau, warmup,
};

use crate::support::Net;

/// What is wrong with a text, and which of its letters that is about.
fn error(text: &str) -> (String, String) {
    let error = text.parse::<AnyOptimizer<f64>>().map(|o| o.to_string()).expect_err(text);
    let place = text.get(error.span()).unwrap_or_else(|| panic!("{text}: {:?} is no place in it", error.span()));
    assert!(error.to_string().contains("\n  ") && error.to_string().ends_with('^'), "{error}");
    (error.message().to_owned(), place.to_owned())
}

#[test]
fn mistakes_are_said_at_their_place() {
    // The text, what is said, and what is underlined.
    let cases = [
        ("", "here is no optimizer and no adapter", ""),
        ("   ", "here is no optimizer and no adapter", ""),
        ("adm(lr=0.1)", "there is no rule `adm`; did you mean `adam`?", "adm"),
        ("Adam(lr=0.1)", "there is no rule `Adam`; did you mean `adam`?", "Adam"),
        ("clip_norm(1)", "there is no rule `clip_norm`; it is an adapter, and stands after a rule", "clip_norm"),
        ("adam() | sgd()", "there is no adapter `sgd`; it is a rule, and a rule stands first", "sgd"),
        ("adam() | clipnorm(1)", "there is no adapter `clipnorm`; did you mean `clip_norm`?", "clipnorm"),
        ("adam() | gruop(\"*\")", "there is no adapter `gruop`; did you mean `group`?", "gruop"),
        ("group(\"*\", lr=1)", "there is no rule `group`; it is of groups, and stands after a rule", "group"),
        ("0.1", "here stands a rule or an adapter with its hyperparameters", "0.1"),
        ("adam() >> sgd()", "here stands a rule or an adapter with its hyperparameters", "adam() >> sgd()"),
        ("adam() | 3", "here stands a rule or an adapter with its hyperparameters", "3"),
        ("lamb()", "`lamb` needs a learning rate: `lamb(lr=..)`", "lamb"),
        ("lamb", "`lamb` needs a learning rate: `lamb(lr=..)`", "lamb"),
        ("adam(lr=-1)", "`lr` is -1; required is 0 <= lr < inf", "-1"),
        ("adam(lr=inf)", "`lr` is inf; required is 0 <= lr < inf", "inf"),
        ("adam(0.1, 0.2)", "`adam` takes lr here, and the others by name", "0.2"),
        ("adam(lr=0.1, beta=[0.9, 0.9])", "`adam` has no hyperparameter `beta`; did you mean `betas`?", "beta"),
        ("adam(lr=0.1, foo=1)", "`adam` has no hyperparameter `foo`; there are lr, betas, eps", "foo"),
        ("adam(lr=0.1, lr=0.2)", "`lr` is given twice", "lr"),
        ("adam(0.1, lr=0.2)", "`lr` is given twice", "lr"),
        ("adam(betas=[0.9, 0.99], beta1=0.5)", "`beta1` is given twice", "beta1"),
        ("adam(betas=0.9)", "`betas` is a list of 2: `[..]`", "0.9"),
        ("adam(betas=[0.9])", "`betas` is a list of 2: `[..]`", "[0.9]"),
        ("adam(betas=[0.9, 1])", "`beta2` is 1; required is 0 <= beta2 < 1", "1"),
        ("adam(lr=cosin(1, 0, 10))", "there is no `cosin`; did you mean `cosine`?", "cosin"),
        ("sgd(nesterov=maybe)", "`nesterov` is true or false", "maybe"),
        ("sgd(nesterov=2)", "`nesterov` is 2; required is nesterov = 0 or 1", "2"),
        ("adam() |", "here is no optimizer and no adapter", ""),
        ("| adam()", "here is no optimizer and no adapter", ""),
        ("adam() || clip_norm(1)", "here is no optimizer and no adapter", ""),
        ("adam() | | clip_norm(1)", "here is no optimizer and no adapter", ""),
        ("adam(", "expected", ""),
        ("adam(lr=0.1", "expected `,` or `)`", ""),
        ("adam(lr=0.1))", "found `)`", ")"),
        ("adam(lr=[0.1)", "expected `,` or `]`", ")"),
        ("adam() clip_norm(1)", "found", "clip_norm"),
        ("adam(lr=0.1) | group(\"*.bias, lr=1)", "this text has no closing quote", "\"*.bias, lr=1)"),
        ("adam(lr = µ)", "`µ`", "µ"),
        ("ädam(lr=0.1)", "`ä` means nothing here", "ä"),
        ("adam() | cautious(1)", "`cautious` has no hyperparameters", "1"),
        ("adam() | clip_norm(1, 2)", "`clip_norm` takes max_norm here", "2"),
        ("adam() | clip_norm(max_nrom=1)", "did you mean `max_norm`?", "max_nrom"),
        ("adam() | clip_norm(-1)", "`max_norm` is -1; required is 0 <= max_norm < inf", "-1"),
        ("adam() | ema(true)", "", "true"),
        ("adam() | group()", "`group` begins with which parameters: ", "group"),
        ("adam() | group(lr=0.1)", "`group` begins with which parameters: ", "0.1"),
        ("adam() | group(al, lr=0.1)", "`al` is no selection; did you mean `all`?", "al"),
        ("adam() | group(3, lr=0.1)", "here stands which parameters: ", "3"),
        ("adam() | group([], lr=0.1)", "here stands which parameters: ", "[]"),
        ("adam() | group([\"a\", 1], lr=0.1)", "here stands which parameters: ", "1"),
        ("adam() | group(regx(\"a\"), lr=0.1)", "`regx` is no selection; did you mean `regex`?", "regx(\"a\")"),
        ("adam() | group(regex(\"a[\"), lr=0.1)", "`a[` is no regular expression: ", "\"a[\""),
        ("adam() | group(regex(a), lr=0.1)", "`regex` takes a regular expression in quotes", "a"),
        ("adam() | group(not(\"a\", \"b\"), lr=0.1)", "`not` takes one selection", "not(\"a\", \"b\")"),
        ("adam() | group(except(\"a\"), lr=0.1)", "`except` takes two selections", "except(\"a\")"),
        ("adam() | group(not(of=\"a\"), lr=0.1)", "`not` takes selections without names", "\"a\""),
        ("adam() | group(\"a\", 0.1)", "`group` takes its hyperparameters by name: `name=value`", "0.1"),
        ("adam() | group(\"a\", momentum=1)", "there is no hyperparameter `momentum`", "momentum"),
        ("adam() | group(\"a\", eps=-1)", "`eps` is -1; required is ", "-1"),
        ("adam() | scale(\"a\", lr=1, lr=2)", "`lr` is given twice", ""),
        ("adam() | freeze(\"a\", lr=0.1)", "`freeze` takes a selection alone", "0.1"),
        ("adam() | unfreeze()", "`unfreeze` begins with which parameters: ", "unfreeze"),
        ("adam() | no_decay(\"a\", \"b\")", "`no_decay` takes a selection alone", "\"b\""),
        ("adam() | layer_decay()", "`layer_decay` needs its factor: `layer_decay(0.8)`", "layer_decay"),
        ("adam() | layer_decay(0)", "`layer_decay` takes a number above 0", "0"),
        ("adam() | layer_decay(cosine(1, 0, 9))", "`layer_decay` takes a number above 0", "cosine(1, 0, 9)"),
        ("adam() | layer_decay(0.5, \"a\")", "`layers` is a list of selections", "\"a\""),
        ("adam() | layer_decay(0.5, by=0.5)", "`by` is given twice", "by"),
        ("adam() | layer_decay(0.5, off=all)", "`layer_decay` takes by, layers and of, not `off`", "off"),
        ("adam() | layer_decay(0.5, [\"a\"], all)", "and the selection as `of=`", "all"),
    ];
    let wrong = cases.iter().filter_map(|(text, said, place)| {
        let (message, at) = error(text);
        let right = message.contains(said) && (place.is_empty() || at == *place);
        (!right).then(|| format!("{text}: {message:?} of {at:?}, not {said:?} of {place:?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_place_is_found_in_later_parts_and_lines() {
    let text = "adam(lr=0.1)\n  | clip_norm(1) # at µ most | 1\n  | ema(2)";
    let error = text.parse::<AnyOptimizer>().unwrap_err();
    assert_eq!(error.to_string(), "`decay` is 2; required is 0 <= decay <= 1 (line 3)\n    | ema(2)\n          ^");
}

#[test]
fn quotes_brackets_and_comments_hide_bars() {
    let text = "adam(lr=0.1) # a | b\n | group('a|b', lr=1) | group(\"c\\\"|\", lr=2) | group(regex(\"x|y\"), lr=3)";
    let adam: AnyOptimizer = text.parse().unwrap();
    let printed = "adam(lr=0.1) | group(\"a|b\", lr=1) | group(\"c\\\"|\", lr=2) | group(regex(\"x|y\"), lr=3)";
    assert_eq!(adam.to_string(), printed);
}

#[test]
fn an_adapter_may_have_the_name_of_a_hyperparameter() {
    let text = "sgd(lr=0.1) | adaptive_clip(clipping=0.02) | weight_decay(0.5) | group(\"*.bias\", weight_decay=0.25) \
                | group(\"head.*\", weight_decay={weight_decay: 0}, adaptive_clip={clipping: 0.2})";
    let sgd: AnyOptimizer<f64> = text.parse().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(sgd.to_string(), text);
    let described = sgd.describe(&Net::<f64>::new()).unwrap();
    let settings: Vec<_> = described.params[7].settings.iter().map(|(name, text)| format!("{name}={text}")).collect();
    assert_eq!(settings, ["lr=0.1", "weight_decay=0.25", "adaptive_clip.clipping=0.2", "weight_decay.weight_decay=0"]);
}

#[test]
fn very_long_and_very_deep_texts_are_refused_or_read_in_time() {
    let long = format!("adam(lr={})", " ".repeat(5 << 20));
    assert!(long.parse::<AnyOptimizer>().is_err());
    for open in ["(", "[", "adam(", "not(", "{1: ", "-", "group("] {
        let _ = error(&format!("adam(lr={}", open.repeat(100_000)));
        let _ = error(&format!("adam() | group({}", open.repeat(100_000)));
    }
    let deep = format!("adam(lr=0.1) | freeze({}\"a\"{})", "not(".repeat(60), ")".repeat(60));
    let adam: AnyOptimizer = deep.parse().unwrap();
    assert_eq!(adam.to_string(), deep);
    let many = format!("adam(lr=0.1){}", " | scale(\"a\", lr=2)".repeat(2_000));
    assert_eq!(many.parse::<AnyOptimizer>().unwrap().to_string(), many);
}

#[test]
fn a_group_without_a_text_is_printed_and_not_read() {
    let net = Net::<f64>::new();
    let adam: AnyOptimizer<f64> = "adam".parse().unwrap();
    let adam =
        adam | Group::when(|_, p| p.shape().len() > 1).set("lr", 0.5) | Group::ids([net.head.bias.id()]).freeze();
    let text = adam.to_string();
    assert_eq!(text, "adam(lr=0.001) | group(<function>, lr=0.5) | freeze(<1 id>)");
    let (message, _) = error(&text);
    assert_eq!(message, "a function or ids have no text: this group cannot be read");
}

/// A value that a hyperparameter may take.
fn within(knob: &Knob) -> BoxedStrategy<Schedule> {
    let number = |x: f64| Schedule::from(x);
    match knob.domain {
        Domain::Flag => any::<bool>().prop_map(move |yes| number(f64::from(u8::from(yes)))).boxed(),
        Domain::Choice(words) => (0..words.len()).prop_map(move |i| number(i as f64)).boxed(),
        Domain::Whole(low, high) => {
            let (low, high) = (low.max(-1e6) as i64, high.min(1e6) as i64);
            (low..=high).prop_map(move |i| number(i as f64)).boxed()
        }
        Domain::Closed(low, high) | Domain::Below(low, high) => {
            let (low, high) = (low.max(-1e6), high.min(1e6));
            let value = move || prop_oneof![low..high, Just(low), low..(low + 1e-6 * (high - low))];
            prop_oneof![
                4 => value().prop_map(number),
                1 => (value(), value(), 1..1000_u64).prop_map(|(a, b, n)| cosine(a, b, n)),
                1 => (value(), value(), 1..1000_u64, 1..99_i64)
                    .prop_map(|(a, b, n, m)| warmup(a, n).then(linear(a, b, rappel_optim::percent(m)))),
                1 => value().prop_map(|a| a * plateau().factor(0.25)),
            ]
            .boxed()
        }
        _ => Just(number(knob.default)).boxed(),
    }
}

fn select() -> impl Strategy<Value = Select> {
    let leaf = prop_oneof![
        Just(Select::All),
        Just(Select::Vectors),
        "[a-z.*?\"\\\\|'µ\n]{0,8}".prop_map(Select::from),
        prop::sample::select(&["^a", r"\.\d+\.", "x|y", "\"", r"\\"][..]).prop_map(|p| Select::regex(p).unwrap()),
    ];
    leaf.prop_recursive(3, 8, 3, |of| {
        prop_oneof![
            of.clone().prop_map(|of| Select::Not(Box::new(of))),
            (of.clone(), of.clone()).prop_map(|(a, b)| a.except(b)),
            prop::collection::vec(of, 1..3).prop_map(Select::Any),
        ]
    })
}

/// A group that changes some of these hyperparameters.
fn group(names: Vec<(String, Knob)>) -> impl Strategy<Value = Group> {
    let change = prop::sample::select(names).prop_flat_map(|(name, knob)| {
        let factor = (-2.0..2.0).prop_map(Schedule::from);
        prop_oneof![within(&knob).prop_map(|to| (true, to)), factor.prop_map(|by| (false, by))]
            .prop_map(move |(set, schedule)| (name.clone(), set, schedule))
    });
    let changes = prop::collection::vec(change, 0..4);
    let first = prop_oneof![
        4 => select().prop_map(Group::of),
        1 => select().prop_map(no_decay_of),
        1 => (0.01..2.0).prop_map(layer_decay),
        1 => (0.01..2.0, prop::collection::vec(select(), 1..3), select())
            .prop_map(|(by, layers, not)| layer_decay_of(by, layers).except(not)),
    ];
    (first, changes, prop::option::of(any::<bool>())).prop_map(|(group, changes, frozen)| {
        let group = changes.into_iter().fold(
            group,
            |group, (name, set, to)| {
                if set { group.set(&name, to) } else { group.scale(&name, to) }
            },
        );
        match frozen {
            Some(true) => group.freeze(),
            Some(false) => group.unfreeze(),
            None => group,
        }
    })
}

fn any_optimizer() -> impl Strategy<Value = AnyOptimizer<f64>> {
    let all = catalogue();
    let (rules, adapters): (Vec<Entry>, Vec<Entry>) =
        all.into_iter().partition(|entry| !matches!(entry.kind, EntryKind::Adapter(_)));
    let around = prop::collection::vec(prop::sample::select(adapters), 0..3);
    (prop::sample::select(rules), around, any::<bool>()).prop_flat_map(|(rule, around, flagged)| {
        let flag = rule.flags.first().filter(|_| flagged).map_or(String::new(), |flag| format!(", {flag}=true"));
        let mut text = format!("{}(lr=1{flag})", rule.name);
        around.iter().for_each(|adapter| text += &format!(" | {}", adapter.name));
        let optimizer: AnyOptimizer<f64> = text.parse().unwrap_or_else(|e| panic!("{e}"));
        let knobs = std::iter::once(Knob::LR).chain(rule.knobs.iter().copied());
        let knobs = knobs.chain(around.iter().flat_map(|adapter| adapter.knobs.iter().copied()));
        let names: Vec<(String, Knob)> = optimizer.schedules().map(|(name, _)| name.to_owned()).zip(knobs).collect();
        let values: Vec<_> = names.iter().map(|(_, knob)| prop::option::of(within(knob))).collect();
        let groups = prop::collection::vec(group(names.clone()), 0..3);
        (values, groups, any::<bool>()).prop_map(move |(values, groups, follows)| {
            let mut optimizer = optimizer.clone();
            for ((name, _), value) in names.iter().zip(values) {
                if let Some(value) = value {
                    optimizer.set_knob(name, value).unwrap();
                }
            }
            if follows && names.len() > 1 {
                optimizer.set_knob(&names[1].0, 0.5 * linked("lr")).unwrap();
            }
            groups.into_iter().fold(optimizer, |optimizer, group| optimizer | group)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_printed_is_read_as_the_same(optimizer in any_optimizer()) {
        let text = optimizer.to_string();
        let again: AnyOptimizer<f64> = text.parse().map_err(|e| TestCaseError::fail(format!("{e}")))?;
        prop_assert_eq!(again.to_string(), text);
        prop_assert!(again.schedules().eq(optimizer.schedules()), "{}", optimizer);
        // Groups that find nothing are errors of both, with the same words.
        let net = Net::<f64>::new();
        match (optimizer.describe(&net), again.describe(&net)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(a, b),
            (a, b) => prop_assert_eq!(a.map_err(|e| e.to_string()).err(), b.map_err(|e| e.to_string()).err()),
        }
    }
}
