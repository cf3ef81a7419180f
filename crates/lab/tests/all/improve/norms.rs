//! Gradient norms from logs.

use std::fs;

use rappel_lab::LabError;
use rappel_lab::gauge::{GroupReading, Reading};
use rappel_lab::improve::Norms;

fn reading(step: u64, gradient: f64) -> Reading {
    let group = |name: &str, gradient| GroupReading { name: name.into(), gradient, ..GroupReading::default() };
    Reading { step, all: group("all", gradient), groups: vec![group("head", 2.0 * gradient)], ..Reading::default() }
}

#[test]
fn a_log_is_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.jsonl");
    let log: Vec<String> =
        [(5, 3.0), (10, 2.0), (15, 0.1)].map(|(k, g)| serde_json::to_string(&reading(k, g)).expect("data")).to_vec();
    fs::write(&path, log.join("\n") + "\n").expect("a file");
    assert_eq!(Norms::of_log(&path, None).expect("a log"), Norms { values: vec![3.0, 2.0, 0.1], every: 5 });
    assert_eq!(Norms::of_log(&path, Some("head")).expect("a log").values, [6.0, 4.0, 0.2]);
    let refused = Norms::of_log(&path, Some("tail")).expect_err("refused").to_string();
    assert_eq!(refused, "there is no group `tail`; there are head");

    fs::write(&path, log[0].clone() + "\n{\"step\": 1").expect("a file");
    let refused = Norms::of_log(&path, None).expect_err("refused");
    assert!(matches!(refused, LabError::Line { line: 2, .. }), "{refused}");
    let refused = Norms::of_log(&folder.path().join("none"), None).expect_err("refused");
    assert!(matches!(refused, LabError::File { .. }), "{refused}");
}

#[test]
fn numbers_are_read_one_per_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("norms.txt");
    fs::write(&path, "1.5\n\n 2e-3 \n7").expect("a file");
    assert_eq!(Norms::of_numbers(&path).expect("numbers"), Norms { values: vec![1.5, 2e-3, 7.0], every: 1 });
    fs::write(&path, "1.5\n2.0 3.0\n").expect("a file");
    let refused = Norms::of_numbers(&path).expect_err("refused").to_string();
    assert!(refused.ends_with("norms.txt:2: expected one norm, a number, and found `2.0 3.0`"), "{refused}");
}

#[test]
fn readings_are_evenly_spaced() {
    let norms = |steps: &[u64]| {
        let readings: Vec<Reading> = steps.iter().map(|step| reading(*step, 1.0)).collect();
        Norms::of_readings(&readings, None)
    };
    assert_eq!(norms(&[]).expect("none").values, [0.0; 0]);
    assert_eq!(norms(&[7]).expect("one").every, 1);
    assert_eq!(norms(&[7, 9, 11]).expect("even").every, 2);
    for steps in [&[0, 1, 3][..], &[0, 0], &[3, 2], &[0, 1, 2, 2], &[0, 10, 20, 0], &[0, u64::MAX, 3]] {
        let refused = norms(steps);
        assert!(matches!(refused, Err(LabError::Setting { what: "a reading's step", .. })), "{refused:?}");
    }
}
