//! Schedules as programs: the text of each, and the values that the libraries print when they run it.

use crate::importers::cases;
use rappel_schedule::{Clock, Plan, Registry, Schedule, linear, steps, to_optax, to_torch, user};

/// The name of the program, and its schedule in a run of 300 steps.
const PROGRAMS: &[(&str, &str)] = &[
    ("constant", "0.001"),
    ("warmup", "linear(0, 1e-3, 50) >> cosine(1e-3, 1e-5, 250)"),
    ("stable", "warmup(1e-3, 1%) >> hold(1e-3, rest) >> one_minus_sqrt(1e-3, 0, 20%)"),
    (
        "shapes",
        "cosine_power(1, 0.1, 2, 30) >> polynomial(1, 0.1, 3, 30) >> exponential(1, 0.1, 30).inclusive() \
               >> harmonic(1, 0.1, 30) >> power(1, 0.1, 2, 30) >> k_cosine(1, 0.1, 2, 30) >> k_polynomial(1, 0.1, 2, 3, 30) \
               >> tanh(1, 0.1, -4, 4, 30) >> inverse_power(1, 0.7, 20)",
    ),
    ("endless", "inverse_sqrt(1, 10) + 0.5 * inverse_time(1, 20) + exponential_decay(0.1, 0.9, 7)"),
    ("combined", "(linear(0, 2, 100) * 0.5 + 0.1).min(linear(1, 0, 300)).max(0.05).clamp(0.06, 0.9)"),
    ("restarts", "cosine(1, 0, 20).repeat(3, grow=2, decay=0.5)"),
    ("cycles", "(linear(0, 1, 7/2) >> linear(1, 0, 4)).repeat(forever, decay=0.8)"),
    ("stairs", "linear(1, 0, 100).hold_every(7) >> linear(0, 1, 50).take(20) >> cosine(1, 0, 40).skip(10)"),
    ("moving", "cosine(linear(1, 0.5, 100), 0, 100)"),
    ("backwards", "(linear(0, 1, 40) >> hold(3, 25) >> linear(1, 2, 10).repeat(3, decay=0.5)).take(80).reverse()"),
    ("bert", "recipe::bert(peak=1, warmup=30, total=300)"),
    ("torch", "torch::CosineAnnealingLR(lr=0.1, T_max=50, eta_min=0.01)"),
    ("thirds", "table(100/3%, [1, 1.52, 1.73]) * linear(1, 0, 60%).stretch(1.5)"),
    ("held", "cosine(0, linear(0, 1, 20), 10)"),
    ("turned", "linear(0, 1, 10).skip(5).reverse() + (hold(1, 5) >> hold(3, 5)).skip(5).reverse()"),
    ("unwarmed", "warmup(2, 10).take(20).reverse()"),
    ("unheld", "linear(0, 1, 20).hold_every(3).reverse()"),
    ("steep", "linear(1e-3, 0, 1000000).min(exponential_decay(1, 2, 1e-9))"),
    ("far", "exponential(1e-200, 1e200, 10)"),
    ("ends", "cosine_power(0, 1, 0.2, 10) + tanh(1, 0, -400, 400, 20) + linear(0.5, 1, 1).inclusive().reverse()"),
    ("noise", "1 + noise(0.1, 7, 10)"),
];

/// The program that was run.
fn program(name: &str, library: &str) -> String {
    let path = format!("{}/tests/golden/export/{name}.{library}.py", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn plan(text: &str) -> Plan {
    let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
    schedule.bind(&Clock::new().total(steps(300))).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn programs_are_the_ones_that_were_run() {
    for (name, text) in PROGRAMS {
        let plan = plan(text);
        assert_eq!(to_torch(&plan), Ok(program(name, "torch")));
        match *name {
            "noise" => assert_eq!(to_optax(&plan).expect_err("64 bits").what(), "noise(0.1, 7, 10)"),
            name => assert_eq!(to_optax(&plan), Ok(program(name, "optax"))),
        }
    }
}

#[test]
fn programs_print_the_plans_values() {
    let mut seen = 0;
    for case in cases(include_str!("../golden/exports.txt")) {
        let (library, name) = case.head.split_once(' ').expect("a library and a name");
        let (_, text) = PROGRAMS.iter().find(|(other, _)| *other == name).expect("one of ours");
        let plan = plan(text);
        let largest = case.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        assert!(case.steps.len() > 50);
        for (step, value) in case.steps.iter().zip(&case.values) {
            let ours = plan.at_step(*step);
            assert!(
                (ours - value).abs() <= 1e-14 * largest,
                "{library} {name}, step {step}: {ours}, and there {value}"
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 2 * PROGRAMS.len() - 1);
}

#[test]
fn what_no_program_can_say_is_named() {
    let lr = linear(0.0, 1.0, 10).bind(&Clock::new()).expect("valid");
    let registry = Registry::new().function("wave", |t, _| t.sin()).link("lr", lr);
    let bound = |schedule: Schedule| schedule.bind_with(&Clock::new(), &registry).expect("valid");
    let linked: Schedule = "0.95 + -1 * @lr".parse().expect("valid");
    for (schedule, what, why) in [
        (linear(0.0, 1.0, 5).then(user("wave", [1.0], 10)), "user::wave(1, length=10)", "of your own"),
        (linked, "@lr", "another quantity"),
    ] {
        let plan = bound(schedule);
        for error in [to_torch(&plan).expect_err("not in torch"), to_optax(&plan).expect_err("not in optax")] {
            assert_eq!(error.what(), what);
            assert!(error.why().contains(why), "{error}");
        }
    }
}
