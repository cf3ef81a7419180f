//! `rappel learn`: a rate or a schedule, learned by the derivative of a run.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{Arg, ArgMatches, Command, value_parser};
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::hyper::{Objective, Unrolled};
use rappel_lab::optim::rules::{AdamRule, SgdRule};
use rappel_lab::optim::{Optimizer, Rule, Stepper};
use rappel_lab::{Cursor, LabError};
use std::cell::RefCell;
use std::io::Write;

pub(super) fn command() -> Command {
    let rate = |text: &str| match text.parse::<f64>() {
        Ok(rate) if rate >= 0.0 && rate.is_finite() => Ok(rate),
        _ => Err("expected a number, 0 or more"),
    };
    let number = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("NUMBER").help(help).default_value(default).value_parser(rate)
    };
    Command::new("learn")
        .about("Learn a rate or a whole schedule, by the derivative of a run's losses in its numbers")
        .args(subject::arguments())
        .arg(
            Arg::new("outer")
                .long("outer")
                .value_name("N")
                .help("How many outer steps: each makes the run anew and moves the numbers")
                .default_value("20")
                .value_parser(value_parser!(u64)),
        )
        .arg(number("outer-rate", "0.3", "The rate of the outer steps"))
        .arg(number("length-rate", "0", "The same for lengths, which are in steps; at 0 they stay"))
        .arg(
            Arg::new("tune")
                .long("tune")
                .value_name("NAMES")
                .help("Which numbers to learn: `lr`, `lr.2` for its third number, `momentum`; by commas")
                .value_delimiter(',')
                .default_value("lr"),
        )
        .arg(
            Arg::new("objective")
                .long("objective")
                .value_name("NAME")
                .help("What is to be low: the mean of the losses, or the last one")
                .value_parser(["mean", "last"])
                .default_value("mean"),
        )
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let (subject, picture) = (Subject::<f64>::new(matches)?, Picture::new(matches)?);
    let rule = matches.get_one::<String>("rule").expect("it has a default");
    if rule.contains('|') {
        let why = "a run is differentiated through a rule alone, with nothing around it";
        return Err(LabError::Setting { what: "the rule", value: format!("`{rule}`"), why }.into());
    }
    match subject.optimizer.name() {
        SgdRule::NAME => learn::<SgdRule>(matches, &subject, &picture, out),
        AdamRule::NAME => learn::<AdamRule>(matches, &subject, &picture, out),
        other => {
            let known = [SgdRule::NAME, AdamRule::NAME].map(str::to_owned).into();
            Err(LabError::Unknown { what: "rule to learn with", name: other.into(), known }.into())
        }
    }
}

fn learn<R: Rule>(
    matches: &ArgMatches,
    subject: &Subject<f64>,
    picture: &Picture,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let given = |name: &str| *matches.get_one::<f64>(name).expect("it has a default");
    let (rate, length_rate) = (given("outer-rate"), given("length-rate"));
    let outer = *matches.get_one::<u64>("outer").expect("it has a default");
    let objective = match matches.get_one::<String>("objective").map(String::as_str) {
        Some("last") => Objective::Last,
        _ => Objective::Mean,
    };
    let names: Vec<&str> = matches.get_many::<String>("tune").into_iter().flatten().map(String::as_str).collect();

    let problem = &*subject.problem;
    let (net, cursor) = (problem.net(subject.seed), RefCell::new(Cursor::new(subject.seed)));
    let start = Unrolled::on(problem.clock(subject.steps), &typed::<R>(&*subject.optimizer), subject.steps)?;
    let start = start.tune(&names)?.training(subject.seed);
    let (mut run, mut rates) = (start.clone(), Vec::new());
    for k in 0..outer {
        let found = run.reverse(&*net, &objective, |net, tape| {
            let mut cursor = cursor.borrow_mut();
            cursor.seek(tape.step());
            problem.loss(net, tape, &mut cursor)
        });
        let found = found.map_err(|error| match k {
            0 => Failure::from(error),
            _ => Failure::Refused(format!("{error}; outer step {} led there: lower --outer-rate", k - 1)),
        })?;
        let mean = Objective::Mean.value(&found.losses)?;
        let last = Objective::Last.value(&found.losses)?;
        write!(out, "step {k:>3}  mean {}  last {}", number(mean), number(last))?;
        for (tunable, slope) in run.tunables().iter().zip(&found.gradient) {
            write!(out, "  {tunable} {} ({slope:+.2e})", number(tunable.value()))?;
        }
        writeln!(out)?;
        rates.push((k as f64, run.rate().at_step(0)));
        run = run.descend(&found.gradient, |tunable| if tunable.is_length() { length_rate } else { rate })?;
    }
    for (name, schedule) in
        run.schedules().filter(|(name, _)| run.tunables().iter().any(|t| t.hyperparameter() == *name))
    {
        writeln!(out, "learned: {name} = {schedule}")?;
    }
    rates.push((outer as f64, run.rate().at_step(0)));
    let title = format!("{} with {}", problem.name(), subject.optimizer.name());
    let still = run.rate().schedule().number().is_some();
    let over =
        |run: &Unrolled<R, f64>| (0..=subject.steps).map(|k| (k as f64, run.rate().at_step(k))).collect::<Vec<_>>();
    let chart = match still {
        true => Chart::new(title, Scale::linear("outer step"), Scale::log("rate")).line("rate", rates),
        false => Chart::new(title, Scale::linear("step"), Scale::linear("rate"))
            .line("before", over(&start))
            .line("learned", over(&run)),
    };
    picture.draw(&chart, out)
}

/// Six digits behind the point, or in all.
fn number(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value.abs()) { format!("{value:.6}") } else { format!("{value:.6e}") }
}

/// The optimizer, with its rule known.
fn typed<R: Rule>(optimizer: &dyn Stepper<f64>) -> Optimizer<R, f64> {
    let schedules = optimizer.schedules();
    let start = Optimizer::with_rule(schedules[0].1.clone());
    schedules[1..].iter().fold(start, |optimizer, (name, schedule)| optimizer.knob(name, (*schedule).clone()))
}
