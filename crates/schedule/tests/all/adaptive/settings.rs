//! What rules are set to.

use rappel_schedule::{
    Mode, Schedule, ScheduleError, Threshold, greedy, hold, plateau, plateau_keras, plateau_optax, stable,
};

#[test]
fn a_rule_prints_what_differs_from_what_it_is_at_first() {
    let until = |rule: rappel_schedule::Stable| hold(1.0, 9).until(rule);
    for (schedule, text) in [
        (Schedule::from(plateau()), "plateau()"),
        (plateau().factor(0.5).patience(3).into(), "plateau(factor=0.5, patience=3)"),
        (
            plateau().threshold(1e-5).threshold_mode(Threshold::Abs).mode(Mode::Max).into(),
            r#"plateau(threshold=1e-05, threshold_mode="abs", mode="max")"#,
        ),
        (plateau().cooldown(2).min_factor(0.01).eps(1e-6).into(), "plateau(cooldown=2, min_factor=0.01, eps=1e-06)"),
        (plateau_keras().min_delta(0.0).mode(Mode::Max).into(), r#"plateau_keras(min_delta=0, mode="max")"#),
        (plateau_optax().rtol(0.0).accumulation_size(4).into(), "plateau_optax(rtol=0, accumulation_size=4)"),
        (0.1 * greedy().warmup(3).window(5), "0.1 * greedy(warmup=3, window=5)"),
        (until(stable()), "hold(1, 9).until(stable())"),
        (
            until(stable().window(5).tolerance(0.1).tolerance_mode(Threshold::Abs)),
            r#"hold(1, 9).until(stable(window=5, tolerance=0.1, tolerance_mode="abs"))"#,
        ),
    ] {
        assert_eq!(schedule.to_string(), text);
        assert_eq!(schedule.check(), Ok(()));
        assert_eq!(text.parse::<Schedule>().unwrap(), schedule);
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_with_the_reason() {
    let refused: [(Schedule, &str); 18] = [
        (plateau().factor(1.0).into(), "`factor`"),
        (plateau().factor(-0.1).into(), "`factor`"),
        (plateau().threshold(-1e-4).into(), "`threshold`"),
        (plateau().threshold(1.0).into(), "`threshold`"),
        (plateau().min_factor(-1.0).into(), "lowest factor"),
        (plateau().eps(-1e-9).into(), "`eps`"),
        (plateau_keras().factor(2.0).into(), "`factor`"),
        (plateau_optax().rtol(1.0).into(), "`rtol`"),
        (plateau_optax().atol(-1.0).into(), "`atol`"),
        (plateau_optax().accumulation_size(0).into(), "`accumulation_size`"),
        (greedy().factor(0.0).into(), "`factor`"),
        (greedy().min_factor(2.0).max_factor(1.0).into(), "`max_factor`"),
        (greedy().window(0).into(), "`window`"),
        (greedy().reset(0).into(), "`reset`"),
        (hold(1.0, 9).until(stable().window(1)), "`window`"),
        (hold(1.0, 9).until(stable().tolerance(-1.0)), "`tolerance`"),
        (hold(1.0, 9).until(greedy()), "never says"),
        (0.1 * plateau().threshold_mode(Threshold::Abs).threshold(-1.0), "`threshold`"),
    ];
    for (schedule, words) in refused {
        match schedule.check() {
            Err(ScheduleError::Rule { reason, .. }) => assert!(reason.contains(words), "{schedule}: {reason}"),
            other => panic!("{schedule}: {other:?}"),
        }
    }
    for schedule in [plateau().factor(f64::NAN), plateau().min_factor(f64::INFINITY)] {
        assert!(matches!(Schedule::from(schedule).check(), Err(ScheduleError::Value { .. })));
    }
    assert_eq!(Schedule::from(plateau().threshold(1.5).threshold_mode(Threshold::Abs)).check(), Ok(()));
}

#[test]
fn a_text_may_say_them_in_order_and_is_told_what_is_wrong() {
    let by_place: Schedule = "plateau(0.5, 3)".parse().unwrap();
    let (by_name, plan) = (plateau().factor(0.5).patience(3), |s: Schedule| s.bind(&Default::default()).unwrap());
    assert_eq!(plan(by_place.clone()), plan(by_name.into()));
    assert_eq!(by_place.to_string(), "plateau(0.5, 3)");
    for (text, words) in [
        ("plateau(factor=2)", "`factor` is at least 0"),
        ("plateau(factor=\"a\")", "`factor` is a number"),
        ("plateau(patience=1.5)", "`patience` is a whole number"),
        ("plateau(patience=-1)", "`patience` is a whole number"),
        ("plateau(mode=\"up\")", "\"min\" or \"max\""),
        ("plateau(wait=3)", "none of its settings, which are factor, patience"),
        ("plateau(0.5, factor=0.5)", "`factor` is given twice"),
        (r#"stable(9, 2, "abs", 4)"#, "none of its settings"),
    ] {
        let text = if text.starts_with("stable") { format!("hold(1, 9).until({text})") } else { text.into() };
        let error = text.parse::<Schedule>().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn the_rules_are_among_the_names() {
    let entries: Vec<_> =
        rappel_schedule::names().filter(|e| e.kind() == rappel_schedule::EntryKind::Adaptive).collect();
    let names: Vec<_> = entries.iter().map(|entry| entry.name()).collect();
    assert_eq!(names, ["plateau", "plateau_keras", "plateau_optax", "greedy", "stable"]);
    assert_eq!(entries[4].signature(), r#"stable(window=10, tolerance=0.05, tolerance_mode="rel")"#);
}
