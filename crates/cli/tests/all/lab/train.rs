use super::{printed, refused};
use std::fs;

#[test]
fn a_run_is_drawn() {
    let text = printed(&["train", "--problem", "quadratic", "--rate", "0.01", "--steps", "40"]);
    assert!(text.starts_with("step      0  loss 55.5"), "{text}");
    assert!(text.contains("whole loss: ") && text.contains("* loss"), "{text}");
    // The run is what it says: the valley's three directions, each with its own factor.
    let whole: f64 =
        text.lines().find_map(|l| l.strip_prefix("whole loss: ")).and_then(|l| l.parse().ok()).expect("a number");
    let exact: f64 = [1.0, 10.0, 100.0].iter().map(|l: &f64| 0.5 * l * (1.0 - 0.01 * l).powi(80)).sum();
    assert!((whole - exact).abs() < 1e-5, "{whole} {exact}");
}

#[test]
fn a_rate_may_be_a_schedule() {
    let arguments = ["train", "--problem", "quadratic", "--rate", "linear(0.01, 0, 100%)", "--steps", "10"];
    assert!(printed(&arguments).contains("rate 5.000e-3"));
}

#[test]
fn a_run_that_leaves_says_so() {
    let text = printed(&["train", "--problem", "quadratic", "--rate", "1e10", "--steps", "40"]);
    assert!(text.contains("the run has diverged"), "{text}");
}

#[test]
fn the_picture_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loss.svg");
    let text = printed(&["train", "--problem", "quadratic", "--rate", "0.01", "--svg", file.to_str().unwrap()]);
    assert!(!text.contains("* loss"));
    assert!(fs::read_to_string(file).unwrap().starts_with("<svg"));
}

#[test]
fn bad_command_lines_are_refused() {
    for (arguments, code, why) in [
        (&["train"][..], 2, "--rate"),
        (&["train", "--rate", "0.1 *"], 2, "expected a schedule"),
        (&["train", "--rate", "0.1", "--problem", "nope"], 2, "there is no problem `nope`; there are"),
        (&["train", "--problem", "quadratic", "--rate", "0.1", "--rule", "nope"], 2, "there is no rule `nope`"),
        (&["train", "--rate", "0.1", "--steps", "0"], 2, "one step at least"),
        (&["train", "--rate", "0.1", "--steps", "100_000_000"], 2, "16777216 steps at most"),
        (&["train", "--rate", "-1", "--problem", "quadratic"], 2, "-1"),
        (&["train", "--rate=-1", "--problem", "quadratic"], 1, "lr is -1 at step 0"),
        (&["train", "--problem", "quadratic", "--rate", "0.1", "--svg", "/no/such/folder/x.svg"], 74, "x.svg"),
    ] {
        let (found, message) = refused(arguments);
        assert!(found == code && message.contains(why), "{arguments:?}: {found} {message}");
    }
}
