use std::fs;

use rappel_examples::Usage;

use crate::moons_program::{Fixture, FixtureError, PUBLISHED, descend, run};

/// What the program prints, or why it failed.
fn program(arguments: &[&str]) -> anyhow::Result<String> {
    let mut out = Vec::new();
    run(lexopt::Parser::from_args(arguments), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn published(steps: u64) -> Vec<(f64, f64)> {
    let mut shown = Vec::new();
    let fixture = Fixture::parse("published", PUBLISHED.as_bytes()).unwrap();
    descend(fixture, steps, |step, loss, accuracy| {
        assert_eq!(step, shown.len() as u64);
        shown.push((loss, accuracy));
        Ok(())
    })
    .unwrap();
    shown
}

/// Losses and accuracies from micrograd's own arithmetic, scalar by scalar.
#[test]
fn published_losses_to_ten_digits_and_more() {
    let shown = published(100);
    for (step, loss, accuracy) in [
        (0, 0.8958441028683222, 0.5),
        (1, 1.7235905336972022, 0.81),
        (2, 0.7429006313851133, 0.77),
        (3, 0.7705641260584202, 0.82),
        (49, 0.04829139382390309, 0.99),
        (50, 0.09875114765619628, 0.96),
        (99, 0.010978370135492717, 1.0),
    ] {
        assert!((shown[step].0 - loss).abs() < 1e-12, "step {step}: {} instead of {loss}", shown[step].0);
        assert_eq!(shown[step].1, accuracy, "step {step}");
    }
}

#[test]
fn printed_losses_have_17_digits_and_read_back_as_the_same_bits() {
    let out = program(&[]).unwrap();
    let shown = published(100);
    assert_eq!(out.lines().count(), shown.len());
    for ((i, line), (loss, accuracy)) in out.lines().enumerate().zip(shown) {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, index, _, text, _, percent] = words[..] else { panic!("{line}") };
        assert_eq!(line, format!("step {i} loss {text} accuracy {:.2}", 100.0 * accuracy), "{index} {percent}");
        assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(loss.to_bits()), "{line}");
        assert_eq!(text.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count(), 17, "{line}");
    }
    assert_eq!(program(&["--steps", "0"]).unwrap(), "");
    assert_eq!(program(&["--steps=3"]).unwrap().lines().count(), 3);
}

/// Writes a fixture and runs the program on it.
fn with_fixture(content: &[u8], steps: &str) -> anyhow::Result<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fixture.json");
    fs::write(&file, content).unwrap();
    program(&["--fixture", file.to_str().unwrap(), "--steps", steps])
}

#[test]
fn a_fixture_replaces_points_and_weights() {
    assert_eq!(with_fixture(PUBLISHED.as_bytes(), "5").unwrap(), program(&["--steps", "5"]).unwrap());
    // By hand: scores 0.5 and -1, short of the margin by 0.5 and 0; then half the first point is added, and weights decay.
    let one_layer = br#"{"x": [[1, 0], [0, 1]], "y": [1, -1], "weights": [[[0.5, -1]]], "biases": [[0]], "note": 1}"#;
    let out = with_fixture(one_layer, "2").unwrap();
    let losses: Vec<f64> = out.lines().map(|line| line.split(' ').nth(3).unwrap().parse().unwrap()).collect();
    assert!((losses[0] - (0.25 + 1e-4 * 1.25)).abs() < 1e-15, "{out}");
    let (w, v, b) = (0.5 + 0.5 - 1e-4, -1.0 + 2e-4, 0.5_f64);
    let hinge = (f64::max(1.0 - (w + b), 0.0) + f64::max(1.0 + (v + b), 0.0)) / 2.0;
    assert!((losses[1] - (hinge + 1e-4 * (w * w + v * v + b * b))).abs() < 1e-15, "{out}");
    // Four layers, from 2 to 3 to 1 to 2 to 1.
    let deep = br#"{"x": [[1, 2]], "y": [1], "weights": [[[1, 1], [1, 1], [1, 1]], [[1, 1, 1]], [[1], [1]], [[1, 1]]],
        "biases": [[0, 0, 0], [0], [0, 0], [0]]}"#;
    assert_eq!(with_fixture(deep, "1").unwrap(), "step 0 loss 0.0013000000000000002 accuracy 100.00\n");
}

#[test]
fn bad_fixtures_are_told_where_and_what_was_expected() {
    let fixture = |x: &str, y: &str, weights: &str, biases: &str| {
        format!(r#"{{"x": {x}, "y": {y}, "weights": {weights}, "biases": {biases}}}"#)
    };
    let good = ["[[1, 2], [3, 4]]", "[1, -1]", "[[[1, 2], [3, 4]], [[1, 2]]]", "[[0, 0], [0]]"];
    let but = |part: usize, text: &str| {
        let mut parts = good;
        parts[part] = text;
        fixture(parts[0], parts[1], parts[2], parts[3])
    };
    assert!(with_fixture(but(0, good[0]).as_bytes(), "1").is_ok());
    for (content, expected) in [
        (String::new(), "is not JSON: EOF while parsing a value at line 1 column 0"),
        ("x = 1".to_owned(), "is not JSON: expected value at line 1 column 1"),
        (but(0, "[[1, NaN]]"), "is not JSON: expected value at line 1 column 12"),
        (but(0, "[[1, 1e999]]"), "is not JSON: number out of range at line 1 column 16"),
        ("{}".to_owned(), "`x` is missing; expected a list: [n, 2]"),
        ("[1, 2]".to_owned(), "`x` is missing; expected a list: [n, 2]"),
        (r#"{"x": [[1, 2]]}"#.to_owned(), "`y` is missing; expected a list: a label for each point in `x`"),
        (but(0, "3"), "`x` is a number; expected a list: [n, 2]"),
        (but(0, "[]"), "`x` is empty; expected [n, 2]"),
        (but(0, "[[1, 2], [3, 4, 5]]"), "`x[1]` has length 3; expected 2: [n, 2]"),
        (but(0, "[[1, 2], []]"), "`x[1]` is empty; expected [n, 2]"),
        (but(0, "[[1, null]]"), "`x[0][1]` is null; expected a number"),
        (but(1, "[1]"), "`y` has length 1; expected 2: a label for each point in `x`"),
        (but(1, "[1, 0]"), "`y[1]` is 0; expected -1 or 1"),
        (but(1, "[1, true]"), "`y[1]` is a truth value; expected a number"),
        (but(2, "[]"), "`weights` is empty; expected a matrix [out, in] per layer"),
        (but(2, "{}"), "`weights` is an object; expected a list: a matrix [out, in] per layer"),
        (
            but(2, "[[[1, 2], [3, 4]], [[1, 2, 3]]]"),
            "`weights[1][0]` has length 3; expected 2: [out, in], where `in` is what the layer before gives, 2 at first",
        ),
        (but(2, "[[[1, 2], [3, 4]], [[1, \"2\"]]]"), "`weights[1][0][1]` is a string; expected a number"),
        (
            fixture(good[0], good[1], "[[[1, 2], [3, 4]]]", "[[0, 0]]"),
            "`weights[0]` has 2 rows; expected 1: the last layer gives the score",
        ),
        (but(3, "[[0, 0]]"), "`biases` has length 1; expected 2: a list for each layer in `weights`"),
        (but(3, "[[0], [0]]"), "`biases[0]` has length 1; expected 2: a number for each row of the layer's weights"),
        (but(3, "[[0, 0], [[0]]]"), "`biases[1][0]` is a list; expected a number"),
    ] {
        let e = with_fixture(content.as_bytes(), "1").unwrap_err();
        assert!(e.is::<FixtureError>());
        let message = e.to_string();
        assert!(message.ends_with(&format!("fixture.json: {expected}")), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    let e = with_fixture(b"\"\xff\"", "1").unwrap_err().to_string();
    assert!(e.contains("is not JSON: invalid unicode code point"), "{e}");
    let e = program(&["--fixture", "no/such/file"]).unwrap_err().to_string();
    assert_eq!(e, "no/such/file: cannot be read: entity not found; expected a fixture as JSON");
}

#[test]
fn a_run_that_diverges_says_so() {
    let far = br#"{"x": [[1, 2]], "y": [1], "weights": [[[1, 1e300]]], "biases": [[0]]}"#;
    let e = with_fixture(far, "1").unwrap_err().to_string();
    assert_eq!(e, "the loss is inf at step 0: the run has diverged; start from smaller weights");
}

#[test]
fn bad_command_lines_are_told_what_was_expected() {
    let whole = "expected a whole number, 0 or more";
    for (arguments, expected) in [
        (&["--steps", "-1"][..], format!("--steps -1: {whole}")),
        (&["--steps", "1.5"], format!("--steps 1.5: {whole}")),
        (&["--steps", ""], format!("--steps \"\": {whole}")),
        (&["--fixture"], "missing argument for option '--fixture' (--help lists the flags)".to_owned()),
        (&["--rate", "1"], "invalid option '--rate' (--help lists the flags)".to_owned()),
        (&["moons"], "unexpected argument \"moons\" (--help lists the flags)".to_owned()),
    ] {
        let e = program(arguments).unwrap_err();
        assert!(e.is::<Usage>());
        assert_eq!(e.to_string(), expected, "{arguments:?}");
    }
    assert!(program(&["--help"]).unwrap().contains("--fixture FILE"));
}
