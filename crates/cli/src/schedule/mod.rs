//! `rappel schedule`: a file for each of its commands.

mod check;
mod compare;
mod convert;
mod eval;
mod explain;
mod list;
mod plot;

use crate::Failure;
use clap::{ArgMatches, Command};
use std::io::Write;

/// What is said of all of them.
const LANGUAGE: &str = "\
A TEXT is a schedule as the library writes it: a number, a shape as `cosine(1e-3, 1e-5, 9500)`,
one after the other with `>>`, combined by `+` and `*`, with methods as `.repeat(3)`. Lengths are
steps, or have a unit: 3ep, 1e6sp, 2e9tok, 10%, rest. `rappel schedule list` names all there is.
A TEXT that begins with a minus stands behind `--`.";

/// `rappel schedule` and its commands.
pub(crate) fn command() -> Command {
    Command::new("schedule")
        .about("Schedules as text: evaluate, draw, explain, check, convert, list, compare")
        .after_help(LANGUAGE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(
            [eval::command(), plot::command(), explain::command(), check::command(), convert::command()]
                .map(|command| command.after_help(LANGUAGE)),
        )
        .subcommands([compare::command(), list::command()])
}

pub(crate) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("eval", matches)) => eval::run(matches, out),
        Some(("plot", matches)) => plot::run(matches, out),
        Some(("explain", matches)) => explain::run(matches, out),
        Some(("check", matches)) => check::run(matches, out),
        Some(("convert", matches)) => convert::run(matches, out),
        Some(("compare", matches)) => compare::run(matches, out),
        Some(("list", matches)) => list::run(matches, out),
        _ => unreachable!("a command is required"),
    }
}
