use std::fs;

use crate::optimizers_program::run;

/// What the program prints, or why it failed; then it has printed nothing.
fn program(arguments: &[&str]) -> Result<String, String> {
    let mut out = Vec::new();
    let end = run(lexopt::Parser::from_args(arguments), &mut out);
    let out = String::from_utf8(out).unwrap();
    match end {
        Ok(()) => Ok(out),
        Err(error) => {
            assert_eq!(out, "", "{error}");
            Err(error.to_string())
        }
    }
}

fn losses(text: &str, rest: &[&str]) -> Vec<f64> {
    let out = program(&[&[text], rest].concat()).unwrap();
    let row = |(i, line): (usize, &str)| {
        let (step, loss) = line.split_once(',').expect("step,loss");
        assert_eq!(step.parse(), Ok(i));
        let value: f64 = loss.parse().expect("a number");
        let mantissa = loss.split_once('e').map_or("", |parts| parts.0);
        assert_eq!(
            mantissa.bytes().filter(u8::is_ascii_digit).count(),
            if value.is_finite() { 17 } else { 0 },
            "{line}"
        );
        value
    };
    out.lines().enumerate().map(row).collect()
}

/// PyTorch's own optimizers on the same functions, five steps in `f64`.
#[test]
fn losses_are_those_of_torch() {
    for (text, problem, published) in [
        (
            "adam(lr=0.003)",
            &["--problem", "sphere", "--start", "1,2,3"][..],
            [14.0, 13.964027000089834, 13.928109416197573, 13.892248182687599, 13.856444224250366, 13.820698453840055],
        ),
        (
            "sgd(lr=1e-3, momentum=0.9, nesterov=true)",
            &["--problem", "rosenbrock"],
            [24.2, 32.63938516453697, 6.254373322903939, 4.8816420525953435, 3.8712452132107167, 3.805248435474228],
        ),
        (
            "adamw(lr=0.01, weight_decay=0.1)",
            &["--problem", "beale"],
            [
                14.203125,
                13.902282692138805,
                13.606228165842179,
                13.314256710638785,
                13.02621306922107,
                12.742024035231939,
            ],
        ),
        (
            "rmsprop(lr=0.01)",
            &["--problem", "rastrigin", "--start", "2.3,-1.4"],
            [
                38.430339887498924,
                26.530000025663345,
                16.981942073203545,
                11.035877140507115,
                7.856665000499209,
                6.300443005082393,
            ],
        ),
        (
            "adagrad(lr=0.1)",
            &["--problem", "quadratic", "--spectrum", "0.5,4"],
            [2.25, 1.822500000018, 1.5616383444906512, 1.3705016647872232, 1.2195551273931058, 1.09531356464228],
        ),
        (
            "adam(lr=0.01, betas=[0.8, 0.99])",
            &["--problem", "matrix"],
            [
                3.9322381596853937,
                3.873544400617501,
                3.8205473089595205,
                3.7730764177892686,
                3.730513072384611,
                3.691921134947932,
            ],
        ),
        (
            "sgd(lr=linear(0.1, 0, 5))",
            &["--start=1,2,3"],
            [14.0, 8.96, 6.322176000000001, 4.8958930944, 4.14388391510016, 3.819003416156307],
        ),
    ] {
        let found = losses(text, &[problem, &["--steps", "5"]].concat());
        assert_eq!(found.len(), published.len(), "{text}");
        for (found, published) in found.into_iter().zip(published) {
            assert!((found - published).abs() <= 1e-13 * published, "{text}: {found} and {published}");
        }
    }
}

/// What the docstrings of optax print of the same start, to three digits.
#[test]
fn losses_are_those_of_optax() {
    for (text, published) in [
        ("adam(lr=0.003)", "1.40e1 1.40e1 1.39e1 1.39e1 1.39e1 1.38e1"),
        ("sgd(lr=0.003)", "1.40e1 1.38e1 1.37e1 1.35e1 1.33e1 1.32e1"),
        ("lion(lr=0.003)", "1.40e1 1.40e1 1.39e1 1.39e1 1.39e1 1.38e1"),
        ("adagrad(lr=1.0, initial_accumulator_value=0.1, eps=1e-7)", "1.40e1 5.01e0 2.40e0 1.25e0 6.86e-1 3.85e-1"),
    ] {
        let found = losses(text, &["--start", "1,2,3", "--steps", "5"]);
        let found: Vec<String> = found.into_iter().map(|loss| format!("{loss:.2e}")).collect();
        assert_eq!(found.join(" "), published, "{text}");
    }
}

#[test]
fn several_texts_are_a_table() {
    let texts = ["sgd(lr=0.5)", "adam(lr=0.003)", "sgd(lr=2.0)"];
    let out = program(&[&texts[..], &["--steps", "2000"]].concat()).unwrap();
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["optimizer", "final", "loss", "best", "loss", "at", "step", "to", "1e-6", "evaluations"]);
    assert_eq!(lines[1], ["sgd(lr=0.5)", "0.000000e0", "0.000000e0", "1", "1", "2000"]);
    assert_eq!((lines[2][0], lines[2][5]), ("adam(lr=0.003)", "2000"));
    // Each step multiplies the point by -3, until the loss is no finite number, and the run ends there.
    let steps: usize = lines[3][5].parse().unwrap();
    assert_eq!(lines[3][..5], ["sgd(lr=2.0)", "inf", "1.400000e1", "0", "-"]);
    assert_eq!(steps, losses("sgd(lr=2.0)", &["--steps", "2000"]).len() - 1);
    assert!(steps < 700);
    let unknown = program(&["sgd(lr=0.1)", "adam(lr=0.1)", "--problem", "chebyshev", "--steps", "1"]).unwrap();
    assert!(unknown.contains("unknown, as is the lowest loss"), "{unknown}");
    let near = program(&["sgd(lr=0.1)", "sgd(lr=0.2)", "--within", "1", "--steps", "40"]).unwrap();
    assert!(near.lines().next().unwrap().contains("to 1e0"), "{near}");
    // (1 - 2 lr)^(2 t) 14 <= 1
    let column = |line: usize| near.lines().nth(line).unwrap().split_whitespace().nth(4).unwrap().to_owned();
    assert_eq!([column(1), column(2)], ["6", "3"]);
}

#[test]
fn pictures_have_paths_where_there_are_two_dimensions() {
    let folder = tempfile::tempdir().unwrap();
    for (problem, start, paths) in [("rosenbrock", "-1.2,1", true), ("sphere", "1,2,3", false), ("sphere", "3,4", true)]
    {
        let file = folder.path().join("picture.svg");
        let path = file.to_str().unwrap();
        let out = program(&[
            "sgd(lr=1e-3)",
            "adam(lr=0.01)",
            "--problem",
            problem,
            "--start",
            start,
            "--steps",
            "30",
            "--svg",
            path,
        ]);
        assert!(out.unwrap().contains("adam(lr=0.01)"));
        let svg = fs::read_to_string(&file).unwrap();
        assert!(svg.contains("sgd(lr=1e-3)") && svg.contains(problem) && !svg.contains("NaN"), "{problem}");
        assert_eq!(svg.matches("<svg").count(), if paths { 3 } else { 1 }, "{problem}");
        // Where each path ends.
        assert_eq!(svg.matches("<circle").count(), if paths { 2 } else { 0 }, "{problem}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    // From the optimum, where there is nowhere to go, and of a run that leaves.
    for text in ["sgd(lr=0.1)", "sgd(lr=3.0)"] {
        for start in ["0,0", "1,2"] {
            let file = folder.path().join("other.svg");
            program(&[text, "--start", start, "--steps", "900", "--svg", file.to_str().unwrap()]).unwrap();
            assert!(!fs::read_to_string(&file).unwrap().contains("NaN"), "{text} {start}");
        }
    }
}

#[test]
fn bad_input_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.svg");
    let nowhere = folder.path().join("missing").join("picture.svg");
    let nowhere = nowhere.to_str().unwrap();
    for (arguments, why) in [
        (&[][..], "an optimizer is missing"),
        (&["--problem", "sphere"], "an optimizer is missing"),
        (&["adm(lr=0.1)"], "there is no rule `adm`; did you mean `adam`?"),
        (&["adam(lr=0.1"], "expected"),
        (
            &["adam(lr=0.1)", "sgd(lr=0.1, mometum=0.9)"],
            "`sgd` has no hyperparameter `mometum`; did you mean `momentum`?",
        ),
        (&["adam(lr=-1)"], "`lr` is -1; required is 0 <= lr"),
        (&["adam(lr=0.1)", "--problem", "spere"], "there is no problem `spere`; did you mean `sphere`?"),
        (
            &["adam(lr=0.1)", "--problem", "beale", "--start", "1,2,3"],
            "the start of `beale` has 2 numbers, and 3 are given",
        ),
        (&["adam(lr=0.1)", "--start", "1,two"], "a number of a list is `two`"),
        (&["adam(lr=0.1)", "--start", "1,nan"], "a number of a list is `nan`"),
        (&["adam(lr=0.1)", "--spectrum", "1,2"], "the spectrum is [1.0, 2.0]: only `quadratic`"),
        (&["adam(lr=0.1)", "--steps", "-1"], "--steps -1: expected a whole number, 16777216 at most"),
        (&["adam(lr=0.1)", "--steps", "99999999"], "--steps 99999999: expected"),
        (&["adam(lr=0.1)", "--within", "nan"], "--within nan: expected a number, 0 or more"),
        (&["adam(lr=0.1)", "--seed", "x"], "--seed x: expected"),
        (&["adam(lr=0.1)", "--quick"], "invalid option '--quick'"),
        (&["adam(lr=0.1)", "--start"], "missing argument"),
        (&["adam(lr=0.1)", "--svg", nowhere], "cannot be written: there is no folder"),
    ] {
        // The picture is asked for first, so that a flag at the end may lack its value.
        let arguments = [&["--steps=3", "--svg", file.to_str().unwrap()], arguments].concat();
        let error = program(&arguments).unwrap_err();
        assert!(error.contains(why), "{arguments:?}: {error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
    let help = program(&["--help"]).unwrap();
    assert!(help.contains("--start X,Y,..") && help.contains("rastrigin"));
    assert_eq!(program(&["sgd(lr=0.1)", "--steps", "0"]).unwrap(), "0,1.4000000000000000e1\n");
}
