//! What is said of the library where it is left out.

use crate::Schedule;
use crate::text::{Args, Entry, ParseError};

pub(crate) fn read(args: &mut Args<'_>) -> Result<Schedule, ParseError> {
    let name = args.call().name();
    Err(args.wrong(format!("`{name}` is read by rappel-schedule's feature `library`, which is not turned on")))
}

pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    std::iter::empty()
}
