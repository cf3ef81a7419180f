use rappel::optim::{Schedule, cosine, rest, warmup};
use rappel::prelude::*;
use rappel_lab::hyper::Objective;

use crate::learned_rate_program::{Run, Task, learn, run};

fn program(arguments: &[&str]) -> Result<String, String> {
    let mut out = Vec::new();
    run(lexopt::Parser::from_args(arguments), &mut out).map_err(|e| e.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

/// The numbers of a line, each after its name.
fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// Outer step, mean and last inner loss, and the rate; one unit in the last digit may differ.
#[test]
fn the_published_figures() {
    for (from, published) in [
        ("1.5", [(3, "1.808", "1.588", "1.259"), (6, "1.762", "1.508", "1.044"), (48, "1.716", "1.505", ".6243")]),
        ("0.15", [(3, "1.722", "1.555", ".4909"), (6, "1.718", "1.535", ".5407"), (48, "1.716", "1.506", ".6203")]),
    ] {
        let text = program(&["--from", from, "--outer", "49"]).unwrap();
        let lines: Vec<_> = text.lines().map(numbers).collect();
        assert_eq!(lines.len(), 49);
        for (step, mean, last, rate) in published {
            let line = &lines[step];
            assert_eq!(line[0], step as f64);
            for (found, printed) in line[1..].iter().zip([mean, last, rate]) {
                let unit = 10_f64.powi(-(printed.split_once('.').unwrap().1.len() as i32));
                let published: f64 = printed.parse().unwrap();
                assert!(
                    (found - published).abs() <= unit * 1.000_001,
                    "from {from}, step {step}: {line:?}, not {printed}"
                );
            }
        }
    }
}

#[test]
fn the_printed_derivative_is_that_of_both_modes_and_of_differences() {
    let task = Task::new().unwrap();
    let schedule = warmup(0.3, 5).then(cosine(0.3, 0.05, rest()));
    for lr in [Schedule::from(0.5), schedule.clone()] {
        let text = program(&["--lr", &lr.to_string(), "--steps", "20", "--print-grad"]).unwrap();
        let run = Run::new(&Sgd::new(lr), 20).unwrap();
        let ahead = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
        let slopes = ahead.gradient(&Objective::Mean).unwrap();
        let printed = numbers(&text);
        assert!(
            text.starts_with("loss ") && text.contains(" gradient ") && printed.len() == 1 + slopes.len(),
            "{text}"
        );
        let value = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap().value;
        assert_eq!(printed[0].to_bits(), value.to_bits(), "it reads back as the same bits");
        assert!((value - ahead.value(&Objective::Mean).unwrap()).abs() < 1e-12);
        for (i, tunable) in run.tunables().iter().enumerate() {
            assert!(
                (printed[1 + i] - slopes[i]).abs() <= 1e-9 * slopes[i].abs().max(1.0),
                "{tunable}: {text} {slopes:?}"
            );
            if tunable.is_length() {
                continue; // its seam is on a step, where the derivative is of one side
            }
            let at = |by: f64| {
                let mut values: Vec<f64> = run.tunables().iter().map(|t| t.value()).collect();
                values[i] += by;
                let run = run.with(&values).unwrap().tune(&[]).unwrap();
                let curve = run.forward(&task.net, |net, tape| task.loss(net, tape)).unwrap();
                curve.value(&Objective::Mean).unwrap()
            };
            let differences = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((printed[1 + i] - differences).abs() < 1e-8, "{tunable}: {text}, {differences} by differences");
        }
    }
}

/// The ends of a line move apart by themselves: it learns to decay.
#[test]
fn a_schedule_is_learned() {
    let text = program(&["--from", "linear(0.5, 0.5, 100)", "--steps", "100", "--outer", "12"]).unwrap();
    let means: Vec<f64> = text.lines().map(|line| numbers(line)[1]).collect();
    assert!(means.windows(2).all(|w| w[1] < w[0]), "{text}");
    let last: Schedule = text.lines().last().unwrap().split_once(" rate ").unwrap().1.parse().unwrap();
    let plan = last.over(100).unwrap();
    assert!(plan.at_step(0) > 1.2 * plan.at_step(100), "{last}");
}

#[test]
fn one_outer_step_is_a_step_of_descent() {
    let task = Task::new().unwrap();
    let run = Run::new(&Sgd::new(0.5), 10).unwrap();
    let back = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape)).unwrap();
    let next = learn(&task, &run, |_| 0.1).unwrap();
    assert_eq!(next.next.tunables()[0].value(), 0.5 - 0.1 * back.gradient[0]);
    assert_eq!(next.losses, (back.value, back.losses[9]));
}

#[test]
fn bad_command_lines_are_refused() {
    for (arguments, why) in [
        (&["--from", "fast"][..], "--from fast: expected a number or a schedule"),
        (&["--from", "1", "--lr", "1"], "--from and --lr exclude each other"),
        (&["--from", "1", "--print-grad"], "--from and --print-grad exclude each other"),
        (&["--steps", "0"], "--steps 0: expected a whole number above 0"),
        (&["--outer-rate", "nan"], "--outer-rate nan: expected a number, 0 or more"),
        (&["--lr", "1e200", "--steps", "30", "--print-grad"], "the derivative in lr of a run of 30 steps is NaN"),
        (&["--lr=-1", "--print-grad"], "sgd: lr is -1 at step 0"),
        (&["--quick"], "invalid option '--quick'"),
    ] {
        let error = program(arguments).unwrap_err();
        assert!(error.starts_with(why), "{arguments:?}: {error}");
    }
    assert!(program(&["--help"]).unwrap().contains("--print-grad"));
    let at = |arguments: &[&str]| program(&[&["--print-grad", "--steps", "2"], arguments].concat()).unwrap();
    assert_eq!(at(&[]), at(&["--lr", "1.5"]));
}
