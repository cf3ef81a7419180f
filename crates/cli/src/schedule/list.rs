//! `rappel schedule list`: what there is, with a line for each.

use crate::Failure;
use clap::{Arg, ArgMatches, Command};
use rappel_schedule::{Entry, EntryKind, names};
use std::io::Write;

/// In this order, and what stands above each.
const KINDS: [(EntryKind, &str); 5] = [
    (EntryKind::Shape, "Shapes"),
    (EntryKind::Combinator, "Combinators"),
    (EntryKind::Adaptive, "Adaptive rules"),
    (EntryKind::Importer, "Importers"),
    (EntryKind::Recipe, "Recipes"),
];

/// A longer signature has its line below.
const WIDE: usize = 44;

pub(super) fn command() -> Command {
    Command::new("list")
        .about("Name the shapes, combinators, adaptive rules, importers and recipes, with a line for each")
        .arg(Arg::new("word").value_name("WORD").help("Only those with this word in their name or line"))
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let word = matches.get_one::<String>("word").map_or(String::new(), |word| word.to_lowercase());
    let fits = |entry: &Entry| [entry.name(), entry.line()].iter().any(|text| text.to_lowercase().contains(&word));
    let entries: Vec<Entry> = names().filter(fits).collect();
    if entries.is_empty() {
        return Err(Failure::Refused(format!("no name and no line has {word:?} in it; `list` alone shows all")));
    }
    let mut first = true;
    for (kind, title) in KINDS {
        let mut of_kind = entries.iter().filter(|entry| entry.kind() == kind).peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        writeln!(out, "{}{title}", if first { "" } else { "\n" })?;
        first = false;
        for entry in of_kind {
            let (signature, line) = (entry.signature(), entry.line());
            if signature.chars().count() > WIDE {
                writeln!(out, "  {signature}\n      {line}")?;
            } else {
                writeln!(out, "  {signature:WIDE$}  {line}")?;
            }
        }
    }
    Ok(())
}
