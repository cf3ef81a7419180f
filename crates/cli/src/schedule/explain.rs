//! `rappel schedule explain`: the way through the tree to the value of a step.

use crate::{Failure, clock, steps, text};
use clap::{Arg, ArgMatches, Command};
use std::io::Write;

pub(super) fn command() -> Command {
    Command::new("explain")
        .about("Print the parts that are at work at a step, each with its own time and value")
        .allow_missing_positional(true)
        .args(text::one())
        .arg(Arg::new("step").value_name("STEP").help("The step, from 0").value_parser(steps::step).required(true))
        .arg(text::in_normal())
        .args(clock::arguments())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let step = *matches.get_one::<u64>("step").expect("it is required");
    let plan = text::schedule(matches)?.bind(&clock::clock(matches)?)?;
    plan.try_at_step(step, &plan.state())?;
    Ok(writeln!(out, "{}", plan.explain(step))?)
}
