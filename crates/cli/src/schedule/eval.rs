//! `rappel schedule eval`: the value of each step.

use crate::steps::{self, Steps};
use crate::{Failure, clock, text};
use clap::{Arg, ArgAction, ArgMatches, Command};
use rappel_schedule::{Number, Plan};
use std::io::Write;

/// Nobody reads more rows; it takes a minute to write them.
const MOST_ROWS: u64 = 100_000_000;

pub(super) fn command() -> Command {
    Command::new("eval")
        .about("Print `step,value` per line, in the shortest digits that read back as the same number")
        .args(text::one())
        .arg(
            Arg::new("steps")
                .long("steps")
                .value_name("A..B")
                .help("0..100, 0..=100, every tenth 0..100/10, one 5; else all of the run, or of the schedule")
                .value_parser(steps::steps),
        )
        .arg(Arg::new("header").long("header").help("Begin with a line of names").action(ArgAction::SetTrue))
        .args(clock::arguments())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let clock = clock::clock(matches)?;
    let plan = text::schedule(matches)?.bind(&clock)?;
    let steps = match matches.get_one::<Steps>("steps") {
        Some(steps) => steps.clone(),
        None => Steps { range: 0..whole(&plan, clock::run(&clock, matches)?)?, stride: 1 },
    };
    let (rows, most) = (steps.count(), MOST_ROWS);
    if rows > most {
        let why = format!("{rows} rows are more than are printed, {most}; a stride, as in 0..100/10, skips some");
        return Err(Failure::Usage(why));
    }
    let state = plan.state();
    // Past its end a schedule may have no value: that is said before anything is printed.
    plan.try_at_step(steps.last(), &state)?;
    if matches.get_flag("header") {
        writeln!(out, "step,value")?;
    }
    for k in steps.each() {
        writeln!(out, "{k},{}", Number(plan.try_at_step(k, &state)?))?;
    }
    Ok(())
}

/// The steps of the run; if that is not known, of the schedule.
fn whole(plan: &Plan, run: Option<u64>) -> Result<u64, Failure> {
    let endless = || Failure::Usage("the schedule has no end; --steps or --total says how far".into());
    run.or(plan.steps()).ok_or_else(endless)
}
