//! Why the program ends without a result.

use clap::error::ErrorKind;
use rappel_file::CannotWrite;
use rappel_lab::LabError;
use rappel_schedule::{ParseError, PlotError, ScheduleError, Unit};
use std::path::PathBuf;
use std::{fmt, io};

/// Why the program ends without a result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A text is no schedule.
    Text(ParseError),
    /// A schedule cannot be used on this clock, or not at this step.
    Schedule(ScheduleError),
    /// What was asked for does not hold, or cannot be done with this schedule.
    Refused(String),
    /// A file, or without one the standard input, cannot be read.
    Read(Option<PathBuf>, io::Error),
    /// A file cannot be written.
    Write(CannotWrite),
    /// A tool of the lab has no result.
    Lab(LabError),
    /// The standard output cannot be written.
    Output(io::Error),
}

impl Failure {
    /// What clap has to say, in one line.
    pub(crate) fn usage(error: &clap::Error) -> Failure {
        let text = error.to_string();
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Failure::Usage(format!("a command is missing\n\n{text}"));
        }
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        // The paragraphs after the first are tips and the usage, which the help has.
        let words: Vec<&str> = text.split("\n\n").next().unwrap_or(text).split_whitespace().collect();
        Failure::Usage(format!("{} (--help says what there is)", words.join(" ")))
    }

    /// Whether whoever reads the output has had enough.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The code the program ends with, as the table in `main.rs` says.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Schedule(_) | Failure::Refused(_) => 1,
            Failure::Usage(_) | Failure::Text(_) => 2,
            Failure::Read(..) | Failure::Write(_) | Failure::Output(_) => 74,
            Failure::Lab(
                LabError::Unknown { .. }
                | LabError::Setting { .. }
                | LabError::Start { .. }
                | LabError::Range { .. }
                | LabError::Text(_),
            ) => 2,
            Failure::Lab(LabError::File { .. } | LabError::Write(_)) => 74,
            Failure::Lab(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(why) | Failure::Refused(why) => f.write_str(why),
            Failure::Text(error) => error.fmt(f),
            Failure::Schedule(error) => {
                error.fmt(f)?;
                match flag(error) {
                    Some(flag) => write!(f, "; here: {flag}"),
                    None => Ok(()),
                }
            }
            Failure::Read(Some(path), error) => write!(f, "{}: cannot be read: {}", path.display(), error.kind()),
            Failure::Read(None, error) => write!(f, "standard input cannot be read: {}", error.kind()),
            Failure::Write(error) => error.fmt(f),
            Failure::Lab(error) => error.fmt(f),
            Failure::Output(error) => write!(f, "standard output cannot be written: {}", error.kind()),
        }
    }
}

/// What says to this program what the clock does not know.
fn flag(error: &ScheduleError) -> Option<&'static str> {
    match error {
        ScheduleError::Clock { unit, .. } => match unit {
            Unit::Epochs => Some("--epoch-steps"),
            Unit::Samples => Some("--batch"),
            Unit::Tokens => Some("--tokens"),
            _ => Some("--total"),
        },
        _ => None,
    }
}

/// All output goes to one place; files have errors of their own.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Failure {
        Failure::Text(error)
    }
}

impl From<ScheduleError> for Failure {
    fn from(error: ScheduleError) -> Failure {
        Failure::Schedule(error)
    }
}

impl From<CannotWrite> for Failure {
    fn from(error: CannotWrite) -> Failure {
        Failure::Write(error)
    }
}

impl From<LabError> for Failure {
    fn from(error: LabError) -> Failure {
        Failure::Lab(error)
    }
}

impl From<PlotError> for Failure {
    fn from(error: PlotError) -> Failure {
        match error {
            PlotError::NoValues { .. } => Failure::Refused(error.to_string()),
            _ => Failure::Usage(error.to_string()),
        }
    }
}
