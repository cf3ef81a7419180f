//! `rappel problems`: what there is to train, and with what.

use crate::Failure;
use clap::{ArgMatches, Command};
use rappel_lab::optim::{EntryKind, catalogue};
use rappel_lab::{problems, rules};
use std::io::Write;

pub(super) fn command() -> Command {
    Command::new("problems").about("Name the problems and the rules that the lab's commands take")
}

pub(super) fn run(_matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let presets = rules::PRESETS.iter().map(|(name, _, what)| (*name, *what));
    let known = catalogue().into_iter().filter(|entry| !matches!(entry.kind, EntryKind::Adapter(_)));
    let rules: Vec<_> = known.map(|entry| (entry.name, entry.about)).chain(presets).collect();
    for (title, names) in [("problem", problems::NAMES), ("rule", &rules)] {
        writeln!(out, "{title}")?;
        for (name, what) in names {
            writeln!(out, "  {name:20} {what}")?;
        }
    }
    Ok(())
}
