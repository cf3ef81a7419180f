use super::{printed, refused};
use std::fs;

const WALK: [&str; 5] = ["range-test", "--problem", "quadratic", "--from", "1e-6"];

#[test]
fn a_walk_is_judged_and_drawn() {
    let text = printed(&WALK);
    assert!(text.starts_with("stopped at step "), "{text}");
    for part in [
        "suggestion ",
        "80 % band",
        "steepest descent",
        "lowest loss",
        "fastai valley",
        "Lightning from 2.5.3",
        "* loss",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let rate: f64 =
        text.lines().find_map(|l| l.strip_prefix("suggestion")?.split_whitespace().next()?.parse().ok()).unwrap();
    assert!(rate > 1e-4 && rate < 0.02, "descent is stable below 2 / 100, not at {rate}");
}

/// What is written is what is read: the same suggestion.
#[test]
fn a_curve_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let [csv, svg] = ["curve.csv", "curve.svg"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let walked = printed(&[&WALK[..], &["--csv", &csv, "--svg", &svg]].concat());
    let read = printed(&["range-test", "--curve", &csv, "--svg", &svg]);
    let suggestion = |text: &str| text.lines().find(|l| l.starts_with("suggestion")).map(str::to_owned);
    assert!(suggestion(&walked).is_some() && suggestion(&walked) == suggestion(&read), "{walked}{read}");
    assert!(fs::read_to_string(&svg).unwrap().starts_with("<svg"));

    fs::write(&csv, "rate,loss\n0.1,2\n0.2,high\n").unwrap();
    let (code, message) = refused(&["range-test", "--curve", &csv]);
    assert!(code == 1 && message.contains("curve.csv:3: `0.2,high` is not a rate and a loss"), "{message}");
    fs::write(&csv, "rate,loss\n0.2,2\n0.1,2\n").unwrap();
    let (code, message) = refused(&["range-test", "--curve", &csv]);
    assert!(code == 1 && message.contains("curve.csv:3: ") && message.contains("reversed"), "{message}");
    fs::write(&csv, (1..40).map(|i| format!("{i} 2.0\n")).collect::<String>()).unwrap();
    assert!(printed(&["range-test", "--curve", &csv]).starts_with("no descent: "));
}

#[test]
fn other_knobs_and_groups() {
    let momentum =
        ["--rule", "momentum", "--knob", "momentum", "--spacing", "near-one", "--from", "0.5", "--to", "0.999"];
    let text = printed(&[&["range-test", "--problem", "quadratic"], &momentum[..]].concat());
    assert!(text.contains("quadratic with sgd: momentum") && !text.contains("fastai"), "{text}");
    let text = printed(&["range-test", "--problem", "chebyshev", "--per-group"]);
    let groups: Vec<&str> = text.lines().skip(1).filter_map(|l| l.split_whitespace().next()).collect();
    assert_eq!(groups, ["0", "2", "4"], "{text}");
    let text = printed(&["range-test", "--problem", "chebyshev", "--per-group", "--steps", "5"]);
    assert_eq!(text.matches("none: the number of losses that can be judged is 5").count(), 3, "{text}");
}

#[test]
fn bad_walks_are_refused() {
    for (arguments, code, why) in [
        (&["--from", "1"][..], 2, "begin where the loss still falls"),
        (&["--from", "10"], 2, "the range of rates from 10 to 10: it is empty"),
        (&["--from", "100"], 2, "it is reversed"),
        (&["--from", "0"], 2, "above 0"),
        (&["--from", "-1"], 2, "above 0"),
        (&["--from", "x"], 2, "--from"),
        (&["--steps", "1"], 2, "steps is 1"),
        (&["--steps", "18446744073709551615"], 2, "--steps"),
        (&["--steps", "5"], 2, "12 at least"),
        (&["--knob", "momentum"], 1, "momentum"),
        (&["--rule", "adam", "--knob", "momentum"], 1, "adam has no hyperparameter `momentum`"),
        (&["--curve", "/no/such/curve.csv"], 74, "curve.csv: cannot be read"),
        (&["--per-group", "--csv", "x.csv"], 2, "--csv"),
    ] {
        let arguments = if arguments[0] == "--curve" {
            [&["range-test"], arguments].concat()
        } else {
            [&["range-test", "--problem", "quadratic"], arguments].concat()
        };
        let (found, message) = refused(&arguments);
        assert!(found == code && message.contains(why), "{arguments:?}: {found} {message}");
    }
}
