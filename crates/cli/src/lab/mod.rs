//! The lab's commands: a file for each, and what they share.

mod gauge;
mod judge;
mod picture;
mod problems;
mod subject;
mod train;

use crate::Failure;
use clap::{ArgMatches, Command};
use std::io::Write;

/// What is said of all of them.
const SUBJECT: &str = "\
`rappel problems` names the problems and the rules. A rate is a number, or a schedule as `rappel
schedule` takes it: --rate 'warmup(0.1, 5%) >> cosine(0.1, 0, rest)'.";

/// The commands.
pub(crate) fn commands() -> Vec<Command> {
    [problems::command(), train::command(), gauge::command(), judge::command()]
        .map(|command| command.after_help(SUBJECT))
        .into()
}

/// Runs a command, if it is one of these.
pub(crate) fn run(name: &str, matches: &ArgMatches, out: &mut dyn Write) -> Option<Result<(), Failure>> {
    match name {
        "problems" => Some(problems::run(matches, out)),
        "train" => Some(train::run(matches, out)),
        "gauge" => Some(gauge::run(matches, out)),
        "judge" => Some(judge::run(matches, out)),
        _ => None,
    }
}
