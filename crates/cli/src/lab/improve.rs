//! `rappel improve`: the last-iterate bound descended from a schedule.

use super::picture::{self, Picture};
use super::{norms, tolerance};
use crate::{Failure, text};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_lab::LabError;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::improve::{Descent, Norms, Tuning};
use rappel_schedule::{BestRate, LastIterate, Plan, steps};
use std::io::Write;
use std::path::PathBuf;

/// Every rate of the run is a variable of each step of the descent.
const MOST_STEPS: u64 = 20_000;

const WHAT: &str = "\
The bound is that of the last iterate of gradient descent on a convex function (`rappel schedule
compare`), for a start at distance 1. It is descended in every rate of the run, from the schedule at
its best base rate, and what is found is printed as lines from value to value; with --knobs, in the
numbers of the schedule. A constant rate becomes linear decay.";

pub(super) fn command() -> Command {
    Command::new("improve")
        .about("Descend the last-iterate bound from a schedule, and draw what it finds")
        .after_help(WHAT)
        .args(text::one())
        .arg(
            Arg::new("steps")
                .long("steps")
                .value_name("N")
                .help("The steps of the run")
                .required(true)
                .value_parser(value_parser!(u64).range(2..=MOST_STEPS)),
        )
        .arg(
            Arg::new("descent")
                .long("descent")
                .value_name("N")
                .help("The steps of the descent; 800, or with --knobs 300")
                .value_parser(value_parser!(u64).range(1..=1_000_000)),
        )
        .arg(
            Arg::new("knobs")
                .long("knobs")
                .help("Move the schedule's own numbers instead of every rate")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("as-written")
                .long("as-written")
                .help("Begin from the rates as they are written, not at their best height")
                .action(ArgAction::SetTrue)
                .conflicts_with("knobs"),
        )
        .arg(norms::file())
        .arg(tolerance::argument())
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let picture = Picture::new(matches)?;
    let run = *matches.get_one::<u64>("steps").expect("it is required") as usize;
    let norms = match matches.get_one::<PathBuf>("norms") {
        Some(path) => Norms::of_numbers(path)?.values,
        None => vec![1.0; run],
    };
    if let Some(at) = norms.iter().position(|norm| !(*norm > 0.0 && norm.is_finite())) {
        return Err(LabError::Norm { at, norm: norms[at] }.into());
    }
    let schedule = text::schedule(matches)?;
    let start = schedule.over(steps(run))?;
    start.try_at_step(run as u64 - 1, &start.state())?;
    let descent = matches.get_one::<u64>("descent").copied();
    let rates = |plan: &Plan| (0..run as u64).map(|k| plan.at_step(k)).collect::<Vec<f64>>();
    let (before, after, found) = if matches.get_flag("knobs") {
        let tuning = descent.map_or_else(Tuning::new, |n| Tuning::new().steps(n)).norms(norms);
        let tuned = tuning.run(&start, run)?;
        (tuned.start, tuned.best, tuned.schedule)
    } else {
        let descent = descent.map_or_else(Descent::new, |n| Descent::new().steps(n)).norms(norms.clone());
        let of = |rates: &[f64]| -> Result<BestRate, LabError> {
            match norms.len() == rates.len() {
                true => Ok(LastIterate::with_norms(rates, |k| norms[k], 1.0)?.best()),
                false => Ok(LastIterate::new(rates)?.best()),
            }
        };
        let before = of(&rates(&start))?;
        let base = if matches.get_flag("as-written") { 1.0 } else { before.rate };
        let descended = descent.run(&(schedule.clone() * base).over(steps(run))?, run)?;
        writeln!(out, "descent   {} to {}", six(descended.bounds[0]), six(descended.bound))?;
        let found = descended.schedule(tolerance::value(matches))?;
        (before, of(&rates(&found.over(steps(run))?))?, found)
    };
    for (name, best, of) in [("before", before, &schedule), ("after", after, &found)] {
        writeln!(out, "{name:8}  bound {} at base rate {}: {of}", six(best.bound), six(best.rate))?;
    }
    let line = |rates: Vec<f64>, base: f64| {
        (0_u32..).zip(rates).map(move |(k, rate)| (f64::from(k), rate * base)).collect::<Vec<_>>()
    };
    let chart = Chart::new("at the best base rate", Scale::linear("step"), Scale::linear("rate"))
        .line("before", line(rates(&start), before.rate))
        .line("after", line(rates(&found.over(steps(run))?), after.rate));
    picture.draw(&chart, out)
}

/// Six digits.
fn six(value: f64) -> String {
    format!("{value:.6}")
}
