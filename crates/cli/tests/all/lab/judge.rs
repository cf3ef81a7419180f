use super::{printed, refused};
use std::fs;

#[test]
fn a_rate_that_is_too_low_is_called_so_with_evidence_and_advice() {
    let text = printed(&["judge", "--problem", "mnist1d", "--rule", "sgd", "--rate", "0.05", "--steps", "400"]);
    assert!(text.starts_with("rate too low: "), "{text}");
    for words in ["swing over gain: ", "(below 0.1370)", "  try: about ", "smoothed", "since here"] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn a_run_that_leaves_is_called_so() {
    let text = printed(&["judge", "--problem", "quadratic", "--rate", "1e10", "--steps", "80"]);
    assert!(text.starts_with("diverging: the loss is ") && text.contains("a third of the rate: 3.3e9"), "{text}");
}

#[test]
fn a_log_is_judged_as_the_run_was() {
    let folder = tempfile::tempdir().unwrap();
    let [log, svg] = ["run.jsonl", "run.svg"].map(|name| folder.path().join(name));
    let (log, svg) = (log.to_str().unwrap(), svg.to_str().unwrap());
    let run = ["--problem", "mnist1d", "--rate", "0.05", "--steps", "200"];
    printed(&[&["gauge", "--exact", "--log", log], &run[..]].concat());
    let of_log = printed(&["judge", "--log", log, "--svg", svg]);
    let of_run = printed(&[&["judge"], &run[..]].concat());
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(first(&of_log), first(&of_run));
    assert!(fs::read_to_string(svg).unwrap().starts_with("<svg"));
    // A log is of one run, in its order.
    let text = fs::read_to_string(log).unwrap();
    let backwards: String = text.lines().rev().map(|line| format!("{line}\n")).collect();
    for (text, why) in [("", "no reading"), (&*text.repeat(2), "step 0 stands behind step 199"), (&*backwards, "198")] {
        fs::write(log, text).unwrap();
        let (code, message) = refused(&["judge", "--log", log]);
        assert!(code == 1 && message.contains(why), "{message}");
    }
}

/// The first step leaves at once: all that the log has of the end is the loss that was no number.
#[test]
fn the_log_of_a_run_that_left_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("run.jsonl");
    let log = log.to_str().unwrap();
    printed(&["gauge", "--problem", "quadratic", "--rate", "1e30", "--steps", "40", "--log", log]);
    let text = printed(&["judge", "--log", log]);
    assert!(text.starts_with("diverging: the loss is inf at step 1"), "{text}");
}

#[test]
fn bad_command_lines_are_refused() {
    let (code, why) = refused(&["judge"]);
    assert!(code == 2 && why.contains("--rate"), "{why}");
    let (code, why) = refused(&["judge", "--log", "/nowhere/run.jsonl"]);
    assert!(code == 74 && why.contains("/nowhere/run.jsonl"), "{why}");
    let (code, why) = refused(&["judge", "--log", "x", "--rate", "0.1"]);
    assert!(code == 2 && why.contains("--log"), "{why}");
}
