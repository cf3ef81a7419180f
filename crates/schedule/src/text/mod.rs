//! Schedules as text: the same expression that builds them.

mod args;
mod duration;
mod error;
mod expr;
mod names;
mod near;
mod number;
mod parse;
mod print;
mod read;
mod token;
mod write;

pub(crate) use args::Args;
pub use error::ParseError;
pub use expr::{Arg, Call, Expr, Infix, Kind};
pub use names::{Entry, EntryKind, names};
pub use near::did_you_mean;
pub use number::Number;
#[cfg(feature = "serde")]
pub(crate) use parse::MOST_HIGH;
#[cfg(feature = "library")]
pub(crate) use read::{FromExpr, Map, Scope};
pub(crate) use write::plain;

use crate::{Length, Schedule, Value};
use std::fmt;

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::from(self).fmt(f)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::from(self).fmt(f)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::from(self).fmt(f)
    }
}

/// The words of the language, which cannot name anything else.
const WORDS: [&str; 17] = [
    "let", "in", "here", "there", "rest", "forever", "empty", "true", "false", "none", "True", "False", "None", "inf",
    "nan", "hold", "error",
];

/// Whether a text can name a shared value, a quantity or a function.
pub(crate) fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&text)
        && token::not_finite(text).is_none()
}

impl Call {
    /// Its arguments, if they are numbers without names.
    pub(crate) fn numbers(&self) -> Result<Vec<f64>, String> {
        self.args
            .iter()
            .map(|arg| match (&arg.name, &arg.value.kind) {
                (None, Kind::Number(v, _)) => Ok(*v),
                _ => Err(format!("{arg} is not a number, which is all a rule of one's own takes")),
            })
            .collect()
    }
}
