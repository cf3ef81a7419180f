use crate::{golden, printed, run};

#[test]
fn what_is_said_of_a_schedule() {
    let cases: [&[&str]; 6] = [
        &["warmup(1e-3, 100) >> cosine(1e-3, 0, rest)", "--total", "1000"],
        &["linear(0, 1e-3, 500)", "--total", "400"],
        &["table(10, [1, 0.1, 0.01, 1])", "--total", "100"],
        &["linear(1, 0, 10).repeat(30)"],
        &["inverse_sqrt(1, 10)"],
        &["cosine(1, 0, 1000000)", "--decay", "0.99"],
    ];
    let text = cases.map(|arguments| printed(&[&["check"], arguments].concat())).join("\n");
    golden("check.txt", &text.lines().map(|line| rounded(line) + "\n").collect::<String>());
}

/// Sums to nine digits, and not how certain they are: both may become better.
fn rounded(line: &str) -> String {
    let sum = line.strip_prefix('S').and_then(|_| line.split_once(',')).and_then(|(head, rest)| {
        let (name, value) = head.split_once(' ')?;
        let rest = rest.split_once(", within ").map_or(rest, |(rest, _)| rest);
        Some(format!("{name} {:.8e},{rest}", value.trim().parse::<f64>().ok()?))
    });
    sum.unwrap_or(line.to_owned())
}

#[test]
fn what_fails() {
    for text in ["linear(0, nan, 5)", "0.1 >> 0.2", "linear(0, 1, 60%) >> linear(1, 0, 60%)", "empty"] {
        let run = run(&["check", text, "--total", "100"]);
        assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (1, "", 1), "{text}: {}", run.err);
    }
    assert_eq!(run(&["check", "linear(0, 1, 5) >>"]).code, 2);
    assert_eq!(run(&["check", "1", "--decay", "1"]).code, 2);
}

#[test]
fn a_run_beyond_a_strict_end() {
    let run = run(&["check", "linear(0, 1, 5).after(error)", "--total", "6"]);
    assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (1, "", 1), "{}", run.err);
}
