//! Tests of the lab's commands, a module for each.

mod closed;
mod gauge;
mod improve;
mod judge;
mod learn;
mod range;
mod refine;
mod stability;
mod sweep;
mod train;

use crate::{Run, finished, rappel};
use std::process::Stdio;

/// `rappel ..`.
fn lab(arguments: &[&str]) -> Run {
    finished(rappel().args(arguments).stdin(Stdio::null()).output().expect("the program runs"))
}

/// What is printed, of a run that succeeds.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let run = lab(arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{arguments:?}");
    run.out
}

/// The code and the message of a run that fails.
#[track_caller]
fn refused(arguments: &[&str]) -> (i32, String) {
    let run = lab(arguments);
    assert!(run.code != 0 && run.err.starts_with("rappel: "), "{arguments:?}: {run:?}");
    (run.code, run.err)
}

#[test]
fn problems_and_rules_are_named() {
    let names = printed(&["problems"]);
    for name in ["problem", "quadratic", "rule", "sgd", "momentum", "nesterov", "adam", "muon"] {
        assert!(names.contains(name), "{name} in {names}");
    }
}
