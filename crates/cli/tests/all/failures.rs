use crate::{Run, run, run_with};

/// Wrong command lines, wrong texts, schedules that cannot be used: the code, and all that is said.
#[test]
fn what_is_said() {
    let cases: [(&[&str], i32, &str); 28] = [
        (&["eval"], 2, "the following required arguments were not provided: <TEXT> (--help says what there is)\n"),
        (&["evil", "1"], 2, "unrecognized subcommand 'evil' (--help says what there is)\n"),
        (&["eval", "1", "--stpes", "1"], 2, "unexpected argument '--stpes' found (--help says what there is)\n"),
        (&["eval", ""], 2, "expected a schedule or a number, found the end\n  \n  ^\n"),
        (&["eval", "linear(0, 1, 5"], 2, "expected `,` or `)`, found the end\n  linear(0, 1, 5\n                ^\n"),
        (&["eval", "cosin(0, 1, 5)"], 2, "there is no `cosin`; did you mean `cosine`?\n  cosin(0, 1, 5)\n  ^^^^^\n"),
        (&["eval", "1"], 2, "the schedule has no end; --steps or --total says how far\n"),
        (
            &["eval", "1", "--steps", "5..3"],
            2,
            "invalid value '5..3' for '--steps <A..B>': there is no step in it (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "3..3"],
            2,
            "invalid value '3..3' for '--steps <A..B>': there is no step in it (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "0..1e18"],
            2,
            "invalid value '0..1e18' for '--steps <A..B>': a step is a whole number, 0 or more (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "0..1000000000000000000"],
            2,
            "invalid value '0..1000000000000000000' for '--steps <A..B>': that is beyond 2^53, up to which steps are exact \
             (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "0..99999999999999999999999999"],
            2,
            "invalid value '0..99999999999999999999999999' for '--steps <A..B>': that is beyond 2^53, up to which steps are exact \
             (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps=-1..5"],
            2,
            "invalid value '-1..5' for '--steps <A..B>': a step is a whole number, 0 or more (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "0..5/0"],
            2,
            "invalid value '0..5/0' for '--steps <A..B>': every 0 steps is never (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--steps", "0..1000000000"],
            2,
            "1000000000 rows are more than are printed, 100000000; a stride, as in 0..100/10, skips some\n",
        ),
        (
            &["eval", "1", "--total", "10%"],
            2,
            "invalid value '10%' for '--total <LENGTH>': a run cannot be a part of itself (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--total", "0"],
            2,
            "invalid value '0' for '--total <LENGTH>': a run takes some time (--help says what there is)\n",
        ),
        (
            &["eval", "1", "--epoch-steps", "2ep"],
            2,
            "invalid value '2ep' for '--epoch-steps <N>': expected a number of steps above 0 (--help says what there is)\n",
        ),
        (
            &["eval", "linear(0, 1, 0)"],
            1,
            "linear(0, 1, 0): a piece cannot last 0; a duration must be finite and above zero\n",
        ),
        (
            &["eval", "linear(0, 1, 50%)"],
            1,
            "linear(0, 1, 50%): a part of the run needs the run's length: bind with `.over(steps)`; here: --total\n",
        ),
        (
            &["eval", "linear(0, 1, 3ep)"],
            1,
            "linear(0, 1, 3ep): epochs need the number of steps in one: bind with `Clock::new().epoch(steps)`; here: --epoch-steps\n",
        ),
        (
            &["eval", "linear(0, 1, 3sp)", "--batch", "cosin(1, 5)"],
            2,
            "there is no `cosin`; did you mean `cosine`?\n  cosin(1, 5)\n  ^^^^^\n",
        ),
        (
            &["eval", "linear(0, 1, 3ep)", "--epoch-steps", "1", "--epoch-samples", "2"],
            2,
            "the argument '--epoch-steps <N>' cannot be used with '--epoch-samples <N>' (--help says what there is)\n",
        ),
        (
            &["eval", "linear(0, 1, 5).after(error)", "--steps", "0..6"],
            1,
            "linear(0, 1, 5).after(error) ends after 5 steps and was asked for step 5; lengthen it, or say what follows its end, as \
             `after(repeat)`\n",
        ),
        (
            &["plot", "1", "--steps", "0..100000000"],
            2,
            "100000000 steps are more than a picture shows, which is 16777216; draw a part of them\n",
        ),
        (&["plot", "-1"], 2, "unexpected argument '-1' found (--help says what there is)\n"),
        (&["plot", "1", "--steps", "0..100/2"], 2, "a picture shows every step; --steps of a plot has no stride\n"),
        (&["plot", "--log", "--", "-1"], 1, "no value is above zero, so a logarithmic scale shows nothing\n"),
    ];
    for (arguments, code, err) in cases {
        let expected = Run { code, out: String::new(), err: format!("rappel: {err}") };
        assert_eq!(run(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("lr").display().to_string();
    let expected = format!("rappel: {missing}: cannot be read: entity not found\n");
    assert_eq!(run(&["eval", "--file", &missing]), Run { code: 74, out: String::new(), err: expected });
    let run = run(&["eval", "--file", &folder.path().display().to_string()]);
    assert_eq!((run.code, run.err.ends_with("cannot be read: is a directory\n")), (74, true), "{}", run.err);
}

/// Nothing that is fed to it makes it fail otherwise than by saying so.
#[test]
fn hostile_input() {
    let deep = "(".repeat(1_000_000);
    let long = "1 + ".repeat(500_000) + "1";
    let endless = vec![b'1'; 8 << 20];
    let inputs: [(&[u8], i32); 8] = [
        (b"", 2),
        (b"\xff\xfe\x00", 74),
        (b"\0", 2),
        (b"linear(0, 1, 5)\x1b[2J", 2),
        (deep.as_bytes(), 2),
        (long.as_bytes(), 1),
        (&endless, 2),
        ("cosine(1e-3, 0, ∞)".as_bytes(), 2),
    ];
    for (input, code) in inputs {
        let start = String::from_utf8_lossy(&input[..input.len().min(20)]).into_owned();
        let run = run_with(&["eval", "-", "--steps", "0..3"], input);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{start}: {}", run.err);
        assert!(run.err.starts_with("rappel: ") && run.err.len() < 1000, "{start}: {}", run.err.len());
        assert!(!run.err.contains('\x1b') && !run.err.contains('\0'), "{start}: {:?}", run.err);
    }
}
