//! Where the texts of schedules come from: the command line, a file, the standard input.

use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use rappel_schedule::Schedule;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Of a file so much is read: more than a text can have.
const MOST_BYTES: u64 = 5 << 20;

/// The arguments that name one text.
pub(crate) fn one() -> [Arg; 2] {
    let text = Arg::new("text").value_name("TEXT").help("The schedule; `-` reads it from the standard input");
    let file = Arg::new("file").long("file").value_name("FILE").help("Read the schedule from a file, in place of TEXT");
    [text.required_unless_present("file"), file.value_parser(value_parser!(PathBuf)).conflicts_with("text")]
}

/// The arguments that name several.
pub(crate) fn several() -> [Arg; 2] {
    let text = Arg::new("text").value_name("TEXT").help("The schedules; `-` reads one from the standard input");
    let file = Arg::new("file").long("file").value_name("FILE").help("Read one more from a file; can be repeated");
    [
        text.num_args(1..).action(ArgAction::Append).required_unless_present("file"),
        file.value_parser(value_parser!(PathBuf)).action(ArgAction::Append),
    ]
}

/// The argument that asks for what other libraries' names mean.
pub(crate) fn in_normal() -> Arg {
    let help = "Write importers and recipes in the language's own words first";
    Arg::new("normal").long("normal").help(help).action(ArgAction::SetTrue)
}

/// The schedules that are named, in order, those from files last.
pub(crate) fn schedules(matches: &ArgMatches) -> Result<Vec<Schedule>, Failure> {
    let mut texts = Vec::new();
    for text in matches.get_many::<String>("text").into_iter().flatten() {
        texts.push(if text == "-" { read(io::stdin().lock(), None)? } else { text.clone() });
    }
    for path in matches.get_many::<PathBuf>("file").into_iter().flatten() {
        let file = File::open(path).map_err(|error| Failure::Read(Some(path.clone()), error))?;
        texts.push(read(file, Some(path))?);
    }
    texts.iter().map(|text| Ok(text.parse()?)).collect()
}

/// The schedule that is named; in its own words, if [`in_normal`] was there and says so.
pub(crate) fn schedule(matches: &ArgMatches) -> Result<Schedule, Failure> {
    let schedule = schedules(matches)?.swap_remove(0);
    match matches.try_get_one("normal") {
        Ok(Some(true)) => Ok(normal(&schedule)),
        _ => Ok(schedule),
    }
}

/// The schedule in the language's own words, and in as few as have the same values.
pub(crate) fn normal(schedule: &Schedule) -> Schedule {
    schedule.normal().simplify()
}

fn read(from: impl Read, path: Option<&Path>) -> Result<String, Failure> {
    let failed = |error| Failure::Read(path.map(Path::to_owned), error);
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::Usage(format!("a text of more than {MOST_BYTES} bytes is more than a schedule can have")));
    }
    String::from_utf8(bytes).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())))
}
