use crate::{printed, run};
use rappel_schedule::{Clock, Schedule, to_optax, to_torch};

const RATE: &str = "let p = 1e-3 in warmup(p, 10%) >> cosine(p, 1e-5, rest).min(5e-4)";

#[test]
fn in_other_languages() {
    let schedule: Schedule = RATE.parse().expect("valid");
    let plan = schedule.over(1000).expect("valid");
    for (to, program) in [("torch", to_torch(&plan)), ("optax", to_optax(&plan))] {
        let printed = printed(&["convert", RATE, "--total", "1000", "--to", to]);
        assert_eq!(printed.trim_end(), program.expect("expressible").trim_end());
        assert!(printed.contains("\ndef schedule(") && printed.ends_with('\n'), "{printed}");
    }
}

#[test]
fn as_a_tree() {
    let tree = printed(&["convert", RATE, "--to", "json"]);
    assert!(tree.starts_with("{\n  \"let\": \"p\",\n  \"be\": 0.001,\n  \"in\": {\n"), "{tree}");
    assert_eq!(serde_json::from_str::<Schedule>(&tree).expect("a schedule"), RATE.parse().expect("valid"));
}

#[test]
fn in_its_own_words() {
    let text = "torch::StepLR(lr=0.1, step_size=30) * 1";
    let own = printed(&["convert", text, "--to", "normal"]);
    assert!(!own.contains("::") && !own.contains("* 1"), "{own}");
    let bind = |text: &str| text.parse::<Schedule>().expect("valid").bind(&Clock::new()).expect("valid");
    assert!((0..200).all(|k| bind(text).at_step(k) == bind(own.trim_end()).at_step(k)));
    // And so it is explained and checked, if that is asked.
    for command in [&["explain", text, "40"][..], &["check", text]] {
        let (as_written, normal) = (printed(command), printed(&[command, &["--normal"]].concat()));
        assert!(as_written.contains("torch::") && !normal.contains("torch::"), "{as_written}\n{normal}");
    }
}

#[test]
fn what_cannot_be_said() {
    let cases: [(&[&str], i32); 6] = [
        (&["linear(0, 1, 10)"], 2),
        (&["linear(0, 1, 10)", "--to", "keras"], 2),
        (&["linear(0, 1, 10", "--to", "json"], 2),
        (&["linear(0, nan, 10)", "--to", "json"], 1),
        (&["linear(0, 1, 10%)", "--to", "torch"], 1),
        (&["0.1 * plateau()", "--to", "torch"], 1),
    ];
    for (arguments, code) in cases {
        let run = run(&[&["convert"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
    }
}
