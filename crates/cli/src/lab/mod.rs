//! The lab's commands: a file for each, and what they share.

mod gauge;
mod improve;
mod judge;
mod learn;
mod norms;
pub(crate) mod picture;
mod problems;
mod range;
mod refine;
mod stability;
mod subject;
mod sweep;
mod tolerance;
mod train;

use crate::Failure;
use clap::{ArgMatches, Command};
use std::io::Write;

/// What is said of all of them.
const SUBJECT: &str = "\
`rappel problems` names the problems, `rappel optimizer list` what an optimizer is made of. A rate is
a number, or a schedule as `rappel schedule` takes it: --rate 'warmup(0.1, 5%) >> cosine(0.1, 0, rest)'.";

/// Runs a command.
type Run = fn(&ArgMatches, &mut dyn Write) -> Result<(), Failure>;

/// Each command and what runs it, in the order of the help.
fn all() -> Vec<(Command, Run)> {
    vec![
        (problems::command(), problems::run),
        (train::command(), train::run),
        (gauge::command(), gauge::run),
        (judge::command(), judge::run),
        (range::command(), range::run),
        (sweep::command(), sweep::run),
        (stability::command(), stability::run),
        (learn::command(), learn::run),
        (improve::command(), improve::run),
        (refine::command(), refine::run),
    ]
}

/// The commands. Those that say nothing after their help say what a problem and a rate are.
pub(crate) fn commands() -> impl Iterator<Item = Command> {
    all().into_iter().map(|(command, _)| match command.get_after_help() {
        Some(_) => command,
        None => command.after_help(SUBJECT),
    })
}

/// Runs a command, if it is one of these.
pub(crate) fn run(name: &str, matches: &ArgMatches, out: &mut dyn Write) -> Option<Result<(), Failure>> {
    let (_, run) = all().into_iter().find(|(command, _)| command.get_name() == name)?;
    Some(run(matches, out))
}
