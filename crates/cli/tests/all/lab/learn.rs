use super::{printed, refused};
use std::fs;

/// The derivative of the mean loss of a valley: each direction is multiplied by its own factor.
#[test]
fn the_derivative_is_printed() {
    let text = printed(&[
        "learn",
        "--problem",
        "quadratic",
        "--rate",
        "0.005",
        "--steps",
        "10",
        "--outer",
        "2",
        "--outer-rate",
        "1e-7",
    ]);
    let slope = |lr: f64| -> f64 {
        let of = |l: f64, k: i32| -l * l * f64::from(k) * (1.0 - lr * l).powi(2 * k - 1);
        (0..10).map(|k| [1.0, 10.0, 100.0].iter().map(|l| of(*l, k)).sum::<f64>() / 10.0).sum()
    };
    assert!(text.starts_with("step   0  mean "), "{text}");
    assert!(text.contains(&format!("  lr 0.005000 ({:+.2e})\n", slope(0.005))), "{text}");
    let next = 0.005 - 1e-7 * slope(0.005);
    assert!(text.contains(&format!("  lr {next:.6} ({:+.2e})\n", slope(next))), "{text}");
    assert!(text.contains("learned: lr = 0.005") && text.contains("* rate"), "{text}");
}

#[test]
fn a_schedule_is_learned_and_drawn_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("learned.svg");
    let arguments = [
        "learn",
        "--problem",
        "quadratic",
        "--rate",
        "linear(0.005, 0.001, 8) >> 0.001",
        "--steps",
        "10",
        "--outer",
        "3",
        "--outer-rate",
        "1e-8",
        "--length-rate",
        "1e-3",
        "--rule",
        "momentum",
        "--tune",
        "lr,momentum",
        "--svg",
    ];
    let text = printed(&[&arguments[..], &[file.to_str().unwrap()]].concat());
    for part in
        ["lr.0 0.005", "lr.2 8.00", "lr.3 0.001", "momentum 0.9", "learned: lr = linear(0.005", "learned: momentum = "]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    let picture = fs::read_to_string(file).unwrap();
    assert!(picture.contains("before") && picture.contains("learned"));
}

#[test]
fn every_rule_learns() {
    for rule in ["sgd", "momentum", "nesterov", "adam"] {
        let text = printed(&[
            "learn",
            "--problem",
            "moons",
            "--rule",
            rule,
            "--rate",
            "0.01",
            "--steps",
            "20",
            "--outer",
            "3",
            "--outer-rate",
            "1e-3",
            "--objective",
            "last",
        ]);
        let lasts: Vec<f64> = text
            .lines()
            .filter_map(|line| line.split_once("  last ")?.1.split_whitespace().next()?.parse().ok())
            .collect();
        assert!(lasts.len() == 3 && lasts[2] < lasts[0], "{rule}: {text}");
    }
}

#[test]
fn bad_command_lines_are_refused() {
    let of = |arguments: &[&'static str]| refused(&[&["learn", "--problem", "quadratic"], arguments].concat());
    for (arguments, code, why) in [
        (&[][..], 2, "--rate"),
        (&["--rate", "0.1", "--tune", "lr,rate"], 2, "there is no number to tune `rate`; there are lr, momentum"),
        (&["--rate", "0.1", "--objective", "best"], 2, "best"),
        (
            &["--rate", "0.1", "--rule", "sgd | clip_norm(1)"],
            2,
            "the rule is `sgd | clip_norm(1)`: a run is differentiated",
        ),
        (&["--rate", "0.1", "--rule", "muon"], 2, "there is no rule to learn with `muon`; there are sgd, adam"),
        (&["--rate", "0.1", "--outer-rate", "nan"], 2, "expected a number, 0 or more"),
        (&["--rate", "0.1", "--length-rate=-1"], 2, "expected a number, 0 or more"),
        // A run longer than any memory fails where it diverges, not before it begins.
        (&["--rate", "1e30", "--steps", "16777216"], 1, "the loss is inf at step 5"),
        (&["--rate", "1e30"], 1, "the loss is inf at step 5, inside the run that is differentiated"),
        (&["--rate", "0.019", "--outer-rate", "1"], 1, "lr is -"),
    ] {
        let (found, message) = of(arguments);
        assert!(found == code && message.contains(why), "{arguments:?}: {found} {message}");
    }
}
