//! Other libraries' schedules by their own names, and the recipes: behind the feature `library`.

use crate::Schedule;
use crate::text::{Args, Entry, ParseError};

/// What a call to another library's function, or to a recipe, means in the algebra's own words.
#[cfg(feature = "library")]
pub(crate) fn read(args: &mut Args<'_>) -> Result<Schedule, ParseError> {
    Err(args.wrong(format!("there is no `{}`", args.call().name())))
}

#[cfg(not(feature = "library"))]
pub(crate) fn read(args: &mut Args<'_>) -> Result<Schedule, ParseError> {
    let name = args.call().name();
    Err(args.wrong(format!("`{name}` is read by rappel-schedule's feature `library`, which is not turned on")))
}

/// The names there are.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    std::iter::empty()
}
