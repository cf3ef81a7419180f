//! `rappel problems`: what there is to train, and with what.

use crate::Failure;
use clap::{ArgMatches, Command};
use rappel_lab::{problems, rules};
use std::io::Write;

pub(super) fn command() -> Command {
    Command::new("problems").about("Name the problems and the rules that the lab's commands take")
}

pub(super) fn run(_matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    for (title, names) in [("problem", problems::NAMES), ("rule", &rules::NAMES[..])] {
        writeln!(out, "{title}")?;
        for (name, what) in names {
            writeln!(out, "  {name:16} {what}")?;
        }
    }
    Ok(())
}
