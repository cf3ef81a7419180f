//! `rappel schedule compare`: which of several schedules a convex problem would rather have.

use crate::lab::picture::{self, Picture};
use crate::{Failure, clock, text};
use clap::{Arg, ArgAction, ArgMatches, Command};
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::improve;
use rappel_schedule::{BestRate, Clock, LastIterate, Number, Plan, Schedule};
use std::io::Write;

/// Every rate of a run is held in memory.
const MOST_STEPS: u64 = 1 << 24;

/// The bound after each step takes a time that is quadratic in the steps.
const MOST_DRAWN: u64 = 20_000;

const BOUND: &str = "\
The bound is that of the last iterate of gradient descent on a convex function (Defazio et al.,
arXiv:2310.07831, theorem 10; Schaipp et al., arXiv:2501.18965), at the base rate that makes it lowest.
The base rate multiplies the schedule as it is written; the peak is the highest rate then.
With --from there is a factor: what a base rate that was tuned for that schedule is multiplied by.";

pub(super) fn command() -> Command {
    let positive = |text: &str| match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a number above 0"),
    };
    let number = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("X").help(help).value_parser(positive).default_value("1")
    };
    Command::new("compare")
        .about("Rank schedules by the last-iterate bound, each at its best base rate")
        .after_help(BOUND)
        .args(text::several())
        .arg(number("distance", "How far the start is from the best point"))
        .arg(number("gradient", "The norm of the gradients"))
        .arg(Arg::new("from").long("from").value_name("TEXT").help("The schedule whose base rate is known"))
        .arg(Arg::new("curves").long("curves").help("Draw the bound after each step").action(ArgAction::SetTrue))
        .arg(picture::argument().requires("curves"))
        .args(clock::arguments().map(|arg| if arg.get_id() == "total" { arg.required(true) } else { arg }))
}

/// A schedule, what is best for it, and its highest rate as written.
struct Row {
    schedule: Schedule,
    plan: Plan,
    best: BestRate,
    highest: f64,
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let number = |name| *matches.get_one::<f64>(name).expect("it has a default");
    let clock = clock::clock(matches)?;
    let run = clock::run(&clock, matches)?.expect("it is required");
    if run > MOST_STEPS {
        return Err(Failure::Usage(format!("a run of {run} steps is longer than is compared, {MOST_STEPS}")));
    }
    let drawn = match matches.get_flag("curves") {
        true if run > MOST_DRAWN => {
            return Err(Failure::Usage(format!("a run of {run} steps is longer than is drawn, {MOST_DRAWN}")));
        }
        true => Some(Picture::new(matches)?),
        false => None,
    };
    let (distance, norm) = (number("distance"), number("gradient"));
    let mut rates = vec![0.0; run as usize];
    let mut row = |schedule: Schedule| -> Result<Row, Failure> {
        let plan = bound(&schedule, &clock, run)?;
        plan.fill(&mut rates, 0);
        let bound = LastIterate::with_norms(&rates, |_| norm, distance);
        let best = bound.map_err(|error| Failure::Refused(format!("{schedule}: {error}")))?.best();
        Ok(Row { schedule, plan, best, highest: rates.iter().copied().fold(0.0, f64::max) })
    };
    let from = match matches.get_one::<String>("from") {
        Some(text) => Some(row(text.parse()?)?.best.rate),
        None => None,
    };
    let mut rows = text::schedules(matches)?.into_iter().map(row).collect::<Result<Vec<Row>, Failure>>()?;
    rows.sort_by(|a, b| a.best.bound.total_cmp(&b.best.bound));
    let factor = |text: &str| if from.is_some() { format!("  {text:>12}") } else { String::new() };
    let title = factor("factor");
    writeln!(out, "{:>4}  {:>12}  {:>12}  {:>12}{title}  schedule", "rank", "bound", "base rate", "peak")?;
    for (i, Row { schedule, best: BestRate { rate, bound }, highest, .. }) in rows.iter().enumerate() {
        let factor = factor(&from.map_or_else(String::new, |from| digits(rate / from)));
        let [bound, rate, peak] = [*bound, *rate, rate * highest].map(digits);
        writeln!(out, "{:>4}  {bound:>12}  {rate:>12}  {peak:>12}{factor}  {schedule}", i + 1)?;
    }
    if let Some(picture) = drawn {
        let mut chart = Chart::new("the bound after each step", Scale::linear("step"), Scale::log("bound"));
        for Row { schedule, plan, .. } in &rows {
            let curve = improve::predicted(plan, run as usize)?.into_iter().map(|bound| distance * norm * bound);
            chart = chart.line(schedule.to_string(), (1_u32..).map(f64::from).zip(curve));
        }
        picture.draw(&chart, out)?;
    }
    Ok(())
}

/// On the clock, and not asked after its end.
fn bound(schedule: &Schedule, clock: &Clock, run: u64) -> Result<Plan, Failure> {
    let plan = schedule.bind(clock)?;
    plan.try_at_step(run - 1, &plan.state())?;
    Ok(plan)
}

/// Eight significant digits.
fn digits(value: f64) -> String {
    let rounded = format!("{value:.7e}").parse().expect("a number");
    Number(rounded).to_string()
}
