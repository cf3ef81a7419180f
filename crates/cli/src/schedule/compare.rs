//! `rappel schedule compare`: which of several schedules a convex problem would rather have.

use crate::{Failure, clock, text};
use clap::{Arg, ArgMatches, Command};
use rappel_schedule::{BestRate, LastIterate, Number, Schedule};
use std::io::Write;

/// Every rate of a run is held in memory.
const MOST_STEPS: u64 = 1 << 24;

const BOUND: &str = "\
The bound is that of the last iterate of gradient descent on a convex function (Defazio et al.,
arXiv:2310.07831, theorem 10; Schaipp et al., arXiv:2501.18965), at the base rate that makes it lowest.
The base rate multiplies the schedule as it is written; the peak is the highest rate then.";

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
        .args(clock::arguments().map(|arg| if arg.get_id() == "total" { arg.required(true) } else { arg }))
}

/// A schedule, what is best for it, and its highest rate as written.
struct Row {
    schedule: Schedule,
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
    let mut rates = vec![0.0; run as usize];
    let mut rows = Vec::new();
    for schedule in text::schedules(matches)? {
        let plan = schedule.bind(&clock)?;
        plan.try_at_step(run - 1, &plan.state())?;
        plan.fill(&mut rates, 0);
        let bound = LastIterate::with_norms(&rates, |_| number("gradient"), number("distance"));
        let best = bound.map_err(|error| Failure::Refused(format!("{schedule}: {error}")))?.best();
        rows.push(Row { schedule, best, highest: rates.iter().copied().fold(0.0, f64::max) });
    }
    rows.sort_by(|a, b| a.best.bound.total_cmp(&b.best.bound));
    writeln!(out, "{:>4}  {:>12}  {:>12}  {:>12}  schedule", "rank", "bound", "base rate", "peak")?;
    for (i, Row { schedule, best: BestRate { rate, bound }, highest }) in rows.iter().enumerate() {
        let [bound, rate, peak] = [*bound, *rate, rate * highest].map(digits);
        writeln!(out, "{:>4}  {bound:>12}  {rate:>12}  {peak:>12}  {schedule}", i + 1)?;
    }
    Ok(())
}

/// Eight significant digits.
fn digits(value: f64) -> String {
    let rounded = format!("{value:.7e}").parse().expect("a number");
    Number(rounded).to_string()
}
