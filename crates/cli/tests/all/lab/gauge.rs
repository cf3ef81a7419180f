use super::{printed, refused};
use std::fs;

const RUN: [&str; 9] = ["gauge", "--problem", "quadratic", "--rule", "sgd", "--rate", "0.005", "--steps", "60"];

#[test]
fn each_step_is_a_line_and_all_is_drawn() {
    let text = printed(&RUN);
    let lines: Vec<_> = text.lines().filter(|l| l.starts_with("step ") && l.contains("loss")).collect();
    assert_eq!(lines.len(), 20, "{text}");
    assert!(lines[0].starts_with("step 0       loss 5.550e1    lr 5.000e-3   update/weights 10^-0.5"), "{}", lines[0]);
    assert!(lines[0].contains("cosine     -  alpha -0.50"), "of the curvature 100, mostly: {}", lines[0]);
    for label in ["alpha", "cosine", "update/weights"] {
        assert!(text.contains(label), "{text}");
    }
}

#[test]
fn the_log_has_every_step_and_the_file_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    let [log, svg] = ["run.jsonl", "run.svg"].map(|name| folder.path().join(name));
    let files = ["--log", log.to_str().unwrap(), "--svg", svg.to_str().unwrap(), "--layers", "--exact"];
    let text = printed(&[&RUN[..], &files[..]].concat());
    assert_eq!(text.lines().count(), 20, "{text}");
    let readings = rappel_lab::gauge::GaugeLog::read(&log).unwrap();
    let steps: Vec<_> = readings.readings.iter().map(|r| (r.step, r.alpha.is_some())).collect();
    assert_eq!(steps, (0..60).map(|step| (step, true)).collect::<Vec<_>>());
    assert!(fs::read_to_string(svg).unwrap().starts_with("<svg"));
}

#[test]
fn a_run_that_leaves_says_so() {
    let text = printed(&["gauge", "--problem", "quadratic", "--rate", "1e10", "--steps", "40"]);
    assert!(text.contains("the run has diverged"), "{text}");
}

#[test]
fn bad_command_lines_are_refused() {
    let (code, why) = refused(&["gauge"]);
    assert!(code == 2 && why.contains("--rate"), "{why}");
    let (code, why) = refused(&[&RUN[..], &["--log", "/nowhere/run.jsonl"]].concat());
    assert!(code == 74 && why.contains("/nowhere/run.jsonl"), "{why}");
}
