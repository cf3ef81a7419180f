use crate::random::any_tree;
use proptest::prelude::*;
use rappel_schedule::{
    Clock, Dur, Expr, Length, Ratio, Schedule, State, cosine, epochs, hold, linear, percent, plateau, plateau_optax,
    rest, steps, tokens,
};
use serde_json::json;

fn postcard<T: for<'de> Deserialize<'de> + Serialize>(value: &T) -> T {
    let bytes = postcard::to_allocvec(value).expect("written");
    postcard::from_bytes(&bytes).expect("read back")
}

use serde_core::{Deserialize, Serialize};

fn lr() -> Schedule {
    linear(0.0, 1e-3, 500).then(cosine(1e-3, 0.0, epochs(3)))
}

#[test]
fn where_people_read_it_a_schedule_is_its_text() {
    let text = r#""linear(0, 0.001, 500) >> cosine(0.001, 0, 3ep)""#;
    assert_eq!(serde_json::to_string(&lr()).unwrap(), text);
    assert_eq!(serde_json::from_str::<Schedule>(text).unwrap(), lr());
    // A number is a schedule.
    for number in ["0.5", "2", "-2"] {
        assert_eq!(serde_json::from_str::<Schedule>(number).unwrap(), Schedule::from(number.parse::<f64>().unwrap()));
    }
    let error = serde_json::from_str::<Schedule>(r#""linear(0, 1)""#).unwrap_err().to_string();
    assert!(error.starts_with("`linear` needs `length`\n  linear(0, 1)\n  ^^^^^^"), "{error}");
}

#[test]
fn words_are_a_tree_with_keys() {
    for (text, tree) in [
        ("0.5", json!(0.5)),
        ("nan", json!({"number": "nan"})),
        ("-inf", json!({"number": "-inf"})),
        ("here", json!({"name": "here"})),
        ("@lr", json!({"linked": "lr"})),
        ("linear(0, 1, 3ep)", json!({"call": "linear", "args": [0.0, 1.0, {"length": "3ep"}]})),
        ("linear(0, to=1, length=9)", json!({"call": "linear", "args": [0.0], "named": {"length": 9.0, "to": 1.0}})),
        ("here.reverse()", json!({"method": "reverse", "of": {"name": "here"}})),
        ("1 >> 2 + 3 * 4", json!({"then": [1.0, {"plus": [2.0, {"times": [3.0, 4.0]}]}]})),
        ("let p = 1 in p", json!({"let": "p", "be": 1.0, "in": {"name": "p"}})),
        (
            "f([1, (2, 3)], {10: \"x\"})",
            json!({"call": "f", "args": [[1.0, {"pair": [2.0, 3.0]}], {"map": [[10.0, "x"]]}]}),
        ),
    ] {
        let expr: Expr = text.parse().unwrap();
        assert_eq!(serde_json::to_value(&expr).unwrap(), tree, "{text}");
        // By `{:?}`, as NaN is not equal to itself.
        let read: Expr = serde_json::from_value(tree).unwrap();
        if !text.contains("to=") {
            assert_eq!(format!("{read:?}"), format!("{expr:?}"));
        }
        assert_eq!(format!("{:?}", postcard(&expr)), format!("{expr:?}"));
    }
    let tree = json!({"then": [
        {"call": "linear", "args": [0, 0.001, 500]},
        {"call": "cosine", "args": [0.001, 0], "named": {"length": {"length": "3ep"}}},
    ]});
    assert_eq!(serde_json::from_value::<Schedule>(tree).unwrap(), lr());
}

#[test]
fn what_is_no_tree_is_refused() {
    for (tree, why) in [
        (json!({}), "says what it is"),
        (json!({"call": "linear", "method": "take"}), "two things"),
        (json!({"cal": "linear"}), "have no \"cal\""),
        (json!({"method": "take"}), "needs \"of\""),
        (json!({"let": "p", "be": 1}), "needs \"in\""),
        (json!({"then": 5}), "is a list"),
        (json!({"map": [[1]]}), "list of pairs"),
        (json!({"number": "5"}), "is no number"),
        (json!({"name": "1 + 2"}), "not those that their text says"),
        (json!({"call": "linear(0, 1, 10) + hold", "args": [1, 2]}), "not those that their text says"),
        (json!({"then": [1]}), "not those that their text says"),
        (json!({"call": "linear", "args": [0, 1]}), "needs `length`"),
        (json!([1, 2]), "is a list, not a schedule"),
        (json!(true), "invalid type"),
    ] {
        let error = serde_json::from_value::<Schedule>(tree.clone()).unwrap_err().to_string();
        assert!(error.contains(why), "{tree}: {error}");
    }
    let deep = format!("{}1{}", "{\"then\": [1, ".repeat(400), "]}".repeat(400));
    let mut reader = serde_json::Deserializer::from_str(&deep);
    assert!(Schedule::deserialize(&mut reader).unwrap_err().to_string().contains("recursion limit"));
}

#[test]
fn broken_bytes_are_refused() {
    let words = |words: &[(u8, &str, u32, f64)]| postcard::to_allocvec(words).unwrap();
    for bytes in [
        words(&[]),
        words(&[(0, "", 0, 1.0), (0, "", 0, 1.0)]),
        words(&[(9, "", 2, 0.0)]),
        words(&[(9, "", u32::MAX, 0.0)]),
        words(&[(0, "", 0, 1.0), (14, "x", 1, 0.0)]),
        words(&[(0, "", 0, 1.0), (14, "x", 1, 0.0), (4, "", 1, 0.0)]),
        words(&[(0, "", 0, 1.0), (6, "", 1, 0.0)]),
        words(&[(8, "take", 0, 0.0)]),
        words(&[(77, "", 0, 0.0)]),
        words(&[(1, "5 epochs", 0, 0.0)]),
        words(&[(0, "", 0, 1.0), (0, "", 0, 1.0), (12, "a b", 2, 0.0)]),
        words(&[&[(0, "", 0, 1.0)][..], &[(4, "", 1, 0.0); 100_000][..]].concat()),
    ] {
        assert!(postcard::from_bytes::<Schedule>(&bytes).is_err());
    }
    assert_eq!(postcard::from_bytes::<Schedule>(&words(&[(0, "", 0, 0.5)])).unwrap(), Schedule::from(0.5));
}

#[test]
fn lengths_clocks_and_states_are_data() {
    for duration in [steps(500), steps(Ratio::new(1, 3)), epochs(2.5), percent(10), rest()] {
        let text = format!("{:?}", duration.to_string());
        assert_eq!(serde_json::to_string(&duration).unwrap(), text);
        assert_eq!(serde_json::from_str::<Dur>(&text).unwrap(), duration);
        assert_eq!(postcard(&duration), duration);
        assert_eq!(postcard(&Length::from(duration)), duration.into());
    }
    let clock = Clock::new().epoch(Ratio::new(1000, 3)).total(epochs(5)).tokens(2e9);
    let text = r#"{"epoch":"1000/3","tokens":"2000000000","total":"5ep"}"#;
    assert_eq!(serde_json::to_string(&clock).unwrap(), text);
    assert_eq!(serde_json::from_str::<Clock>(text).unwrap(), clock);
    assert_eq!(postcard(&clock), clock);
    assert_eq!(postcard(&Clock::new()), Clock::new());
    let clock = Clock::new().batch_schedule(linear(16.0, 1600.0, tokens(4e9))).sequence(2048).epoch_samples(60_000);
    let text = r#"{"batch_schedule":"linear(16, 1600, 4000000000tok)","epoch_samples":"60000","sequence":"2048"}"#;
    assert_eq!(serde_json::to_string(&clock).unwrap(), text);
    assert_eq!((serde_json::from_str::<Clock>(text).unwrap(), postcard(&clock)), (clock.clone(), clock));
    let error = serde_json::from_str::<Clock>(r#"{"epochs": "5"}"#).unwrap_err().to_string();
    assert!(error.contains("a clock knows no `epochs`; did you mean `epoch`?"), "{error}");

    // What a rule that has seen nothing remembers is often infinite.
    let text = r#"[[["inf","0.1","-0"],null,"0"],[[],"12","18446744073709551615"]]"#;
    let state: State = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap(), text);
    assert_eq!(postcard(&state), state);
    // One of a run that goes on from it: as if it had not been saved.
    let plan = (plateau_optax() * hold(1.0, 3).then(hold(2.0, 3) * plateau()).repeat(2)).bind(&Clock::new()).unwrap();
    let state = (0..10).fold(plan.state(), |state, k| plan.observe(&state, k, 1.0 / (k as f64 + 1.0)));
    let json = serde_json::to_string(&state).unwrap();
    for read in [serde_json::from_str(&json).unwrap(), postcard(&state)] {
        assert_eq!((plan.check_state(&read), read), (Ok(()), state.clone()));
    }
    assert!(serde_json::from_str::<State>(r#"[[["x"], null, "0"]]"#).unwrap_err().to_string().contains("is no number"));
}

proptest! {
    #[test]
    fn every_tree_is_read_back(s in any_tree()) {
        // By `{:?}`, where -0 is not 0.
        let json = serde_json::to_string(&s).expect("written");
        prop_assert_eq!(format!("{:?}", serde_json::from_str::<Schedule>(&json).expect("read")), format!("{s:?}"));
        prop_assert_eq!(format!("{:?}", postcard(&s)), format!("{s:?}"));
    }
}
