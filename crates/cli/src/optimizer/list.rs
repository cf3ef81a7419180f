//! `rappel optimizer list`: what there is, with a line for each.

use super::{stage, word};
use crate::Failure;
use clap::{Arg, ArgMatches, Command};
use rappel_lab::optim::{EntryKind, catalogue};
use std::io::Write;

/// What groups are written as, and what each does.
const GROUPS: [(&str, &str); 6] = [
    ("freeze(\"features.*\")", "leaves the parameters of a pattern as they are"),
    ("group(\"*.bias\", weight_decay=0)", "gives the parameters of a pattern other hyperparameters"),
    ("layer_decay(0.8)", "lowers the rate from layer to layer, the last having the whole"),
    ("no_decay()", "spares vectors and numbers, which are biases and norms, the decay; or what a pattern says"),
    ("scale(\"head.*\", lr=10)", "multiplies hyperparameters of the parameters of a pattern"),
    ("unfreeze(\"features.3.*\")", "trains what an earlier part had frozen"),
];

pub(super) fn command() -> Command {
    Command::new("list")
        .about("Name the rules, adapters and groups, with their defaults, a line and the source of each")
        .arg(Arg::new("word").value_name("WORD").help("Only those with this word in their name, line or source"))
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let asked = matches.get_one::<String>("word").map_or(String::new(), |word| word.to_lowercase());
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for entry in catalogue() {
        let title = match entry.kind {
            EntryKind::Adapter(at) => format!("Adapters, {}", stage(at)),
            _ => "Rules".to_owned(),
        };
        let source = entry.source.map_or(String::new(), |source| format!(" ({source})"));
        rows.push((title, word::signature(&entry), format!("{}{source}", entry.about)));
    }
    rows.extend(GROUPS.map(|(text, about)| ("Groups".to_owned(), text.to_owned(), about.to_owned())));
    rows.retain(|(_, text, about)| [text, about].iter().any(|part| part.to_lowercase().contains(&asked)));
    if rows.is_empty() {
        return Err(Failure::Refused(format!("no name and no line has {asked:?} in it; `list` alone shows all")));
    }
    for (i, of_kind) in rows.chunk_by(|a, b| a.0 == b.0).enumerate() {
        writeln!(out, "{}{}", if i == 0 { "" } else { "\n" }, of_kind[0].0)?;
        for (_, text, about) in of_kind {
            writeln!(out, "  {text}\n      {about}")?;
        }
    }
    Ok(())
}
