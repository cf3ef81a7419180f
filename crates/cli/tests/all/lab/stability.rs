use super::{printed, refused};
use std::fs;

#[test]
fn looks_are_lines() {
    let run = ["stability", "--problem", "chebyshev", "--rate", "0.4169", "--steps", "20", "--every", "10"];
    let text = printed(&[&run[..], &["--critical", "--top", "2"]].concat());
    let lines: Vec<Vec<&str>> = text.lines().take(4).map(|l| l.split_whitespace().collect()).collect();
    let head =
        ["step", "loss", "lambda", "1", "lambda", "2", "threshold", "margin", "phase", "HVPs", "critical", "rate"];
    assert_eq!(lines[0], head);
    assert_eq!([&lines[1][..3], &lines[1][4..7]].concat(), ["0", "0.30712", "6.90215", "4.79731", "1.439", "catapult"]);
    assert_eq!((lines[2][0], lines[2][6]), ("10", "lazy"));
    assert!((lines[1][8].parse::<f64>().unwrap() / 0.2977 - 1.0).abs() < 0.01);
    assert_eq!(lines[3][0], "20");
    assert!(text.contains("products with the Hessian in 3 looks"));
    assert!(text.contains("* threshold") && text.contains("eigenvalue 2"), "{text}");
}

#[test]
fn a_run_that_leaves_says_so() {
    let run = ["stability", "--problem", "quadratic", "--rate", "10", "--steps", "400", "--every", "50"];
    let text = printed(&run);
    assert!(text.contains("diverging") && text.contains("the loss is no number any more"), "{text}");
}

#[test]
fn the_picture_has_eigenvalue_and_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stability.svg");
    let run =
        ["stability", "--problem", "chebyshev", "--rate", "0.2", "--steps", "40", "--svg", file.to_str().unwrap()];
    printed(&run);
    let svg = fs::read_to_string(file).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("threshold") && svg.contains("largest eigenvalue"));
}

#[test]
fn bad_command_lines_are_refused() {
    let run = ["stability", "--problem", "quadratic", "--rate", "0.01"];
    for (arguments, code, why) in [
        (&["--every", "0"][..], 2, "--every"),
        (&["--top", "0"], 2, "--top"),
        (&["--rule", "nope"], 2, "there is no rule `nope`"),
    ] {
        let (found, message) = refused(&[&run[..], arguments].concat());
        assert!(found == code && message.contains(why), "{arguments:?}: {found} {message}");
    }
}
