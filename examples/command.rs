//! The command lines of the examples: what a wrong one is told, and with which code a program ends.

use std::io::{self, ErrorKind};
use std::process::ExitCode;
use std::str::FromStr;

/// A command line that cannot be followed. The program ends with code 2 and has done nothing.
#[derive(Debug, thiserror::Error)]
pub enum Usage {
    /// A flag's value is none it can have.
    #[error("{flag} {value}: expected {expected}")]
    Value {
        /// The flag, dashes included.
        flag: &'static str,
        /// The value as it was given.
        value: String,
        /// What it takes, in words.
        expected: &'static str,
    },

    /// Two flags that exclude each other.
    #[error("{first} and {second} exclude each other: {why}")]
    Both {
        /// One flag.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// What each of them asks for.
        why: &'static str,
    },

    /// An argument that is read elsewhere, which says what is wrong with it.
    #[error("{0}")]
    Input(Box<dyn std::error::Error + Send + Sync>),

    /// An unknown flag, a flag without its value, or an argument that belongs to no flag.
    #[error("{0} (--help lists the flags)")]
    Arguments(#[from] lexopt::Error),
}

impl Usage {
    /// What another reader says of an argument.
    pub fn input(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Usage {
        Usage::Input(why.into())
    }
}

/// Reads the value of the flag that was met last, when it parses and `fits`.
///
/// # Errors
/// [`Usage::Value`] names the flag, the value and what was `expected`; [`Usage::Arguments`] when no value follows.
///
/// ```
/// use rappel_examples::value;
///
/// let mut arguments = lexopt::Parser::from_args(["--lr", "nan"]);
/// arguments.next()?;
/// let e = value(&mut arguments, "--lr", "a number above 0", |lr: &f64| *lr > 0.0).unwrap_err();
/// assert_eq!(e.to_string(), "--lr nan: expected a number above 0");
/// # Ok::<(), lexopt::Error>(())
/// ```
pub fn value<T: FromStr>(
    arguments: &mut lexopt::Parser,
    flag: &'static str,
    expected: &'static str,
    fits: impl FnOnce(&T) -> bool,
) -> Result<T, Usage> {
    let given = arguments.value()?;
    let parsed = given.to_str().and_then(|text| text.parse().ok()).filter(fits);
    parsed.ok_or_else(|| Usage::Value { flag, value: shown(&given.to_string_lossy()), expected })
}

/// A value as it is shown in a message: in quotes when it would not be seen otherwise.
fn shown(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic());
    if plain { value.to_owned() } else { format!("{value:?}") }
}

/// Says on standard error why a program failed, and with which code it ends: 2 for [`Usage`], 1 for all else.
///
/// A reader that has had enough (`three_rates --rate 0.2 | head`) is no failure.
pub fn exit(program: &str, result: anyhow::Result<()>) -> ExitCode {
    let Err(e) = result else { return ExitCode::SUCCESS };
    match e.downcast_ref::<io::Error>() {
        // All other files have errors of their own, with their path.
        Some(output) if output.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Some(output) => eprintln!("{program}: standard output cannot be written: {output}"),
        None => eprintln!("{program}: {e}"),
    }
    ExitCode::from(if e.is::<Usage>() { 2 } else { 1 })
}
