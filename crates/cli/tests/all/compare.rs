use crate::{printed, run};

/// The optimal base rate and bound of each for T = 100, 400 and 1000, as computed with the published code
/// (github.com/fabian-sp/lr-scheduling), which builds a schedule for T + 1 steps and evaluates it at T.
const TABLE: [(&str, [(f64, f64); 3]); 7] = [
    ("1", [(0.040234, 0.248543), (0.018176, 0.137545), (0.010856, 0.092111)]),
    ("inverse_sqrt(1, 1)", [(0.238750, 0.225314), (0.212086, 0.122264), (0.199089, 0.081275)]),
    ("cosine(1, 0, rest)", [(0.094695, 0.209114), (0.048242, 0.103386), (0.030624, 0.065243)]),
    ("hold(1, 80%) >> linear(1, 0, 20%)", [(0.049544, 0.223028), (0.025374, 0.109323), (0.016163, 0.068707)]),
    ("hold(1, 80%) >> one_minus_sqrt(1, 0, 20%)", [(0.052427, 0.218713), (0.026846, 0.107288), (0.017079, 0.067518)]),
    ("hold(1, 60%) >> linear(1, 0, 40%)", [(0.058957, 0.210703), (0.030070, 0.103762), (0.019121, 0.065331)]),
    ("linear(1, 0, rest)", [(0.097255, 0.203608), (0.049563, 0.100630), (0.031497, 0.063434)]),
];

/// Rank, bound, base rate, peak and text of each row.
fn rows(out: &str) -> Vec<(usize, f64, f64, f64, String)> {
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("rank         bound     base rate          peak  schedule"));
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let mut number = || words.next().and_then(|word| word.parse::<f64>().ok()).expect("a number");
        let (rank, bound, rate, peak) = (number(), number(), number(), number());
        (rank as usize, bound, rate, peak, line[48..].to_owned())
    };
    lines.map(row).collect()
}

#[test]
fn the_published_table() {
    for (column, total) in ["100", "400", "1000"].into_iter().enumerate() {
        let mut arguments = vec!["compare", "--total", total];
        arguments.extend(TABLE.iter().map(|(text, _)| *text));
        let rows = rows(&printed(&arguments));
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
        assert!(rows.windows(2).all(|pair| pair[0].1 <= pair[1].1), "best first");
        for (text, expected) in TABLE {
            let (_, bound, rate, peak, _) = rows.iter().find(|row| row.4 == text).expect("a row for each");
            // The table has six decimals.
            let (expected_rate, expected_bound) = expected[column];
            assert!((bound - expected_bound).abs() < 5.1e-7, "{text} over {total}: {bound}");
            assert!((rate - expected_rate).abs() < 5.1e-7, "{text} over {total}: {rate}");
            assert_eq!(rate, peak, "{text} has its highest value, 1, in the run");
        }
    }
}

#[test]
fn scale_does_not_count() {
    let out = printed(&["compare", "linear(1, 0, rest)", "linear(1e-3, 0, rest)", "--total", "100"]);
    let rows = rows(&out);
    assert_eq!((rows[0].1, rows[0].3), (rows[1].1, rows[1].3));
    assert_eq!((rows[0].2 * 1000.0).round(), rows[1].2.round());
}

#[test]
fn what_is_not_compared() {
    let cases: [(&[&str], i32); 5] = [
        (&["1"], 2),
        (&["--total", "100", "--", "-1"], 1),
        (&["linear(0, 1, 100).scale(0)", "--total", "100"], 1),
        (&["1", "--total", "100000000"], 2),
        (&["1", "--total", "100", "--distance", "0"], 2),
    ];
    for (arguments, code) in cases {
        let run = run(&[&["compare"], arguments].concat());
        assert_eq!((run.code, run.out.as_str(), run.err.lines().count()), (code, "", 1), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_tuned_rate_is_carried_over() {
    let arguments = ["compare", "--total", "400", "--from", "cosine(1, 0, rest)", "cosine(1, 0, rest)", TABLE[3].0];
    let text = printed(&arguments);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("rank         bound     base rate          peak        factor  schedule"));
    for expected in [1.0, 0.025374 / 0.048242] {
        let line = lines.next().expect("a row");
        let factor: f64 = line.split_whitespace().nth(4).and_then(|word| word.parse().ok()).expect("a number");
        assert!((factor - expected).abs() < 2e-5, "{line}");
    }
}

#[test]
fn the_bound_after_each_step_is_drawn() {
    let text = printed(&["compare", "--total", "100", "1", "linear(1, 0, rest)", "--curves"]);
    assert!(text.contains("the bound after each step") && text.contains("* linear(1, 0, rest)"), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("curves.svg");
    printed(&["compare", "--total", "100", "1", "--curves", "--svg", file.to_str().expect("UTF-8")]);
    assert!(std::fs::read_to_string(file).expect("a picture").starts_with("<svg"));
    assert_eq!(run(&["compare", "--total", "30000", "1", "--curves"]).code, 2);
}
