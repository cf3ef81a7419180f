//! What follows the end.

/// What follows the end of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum After {
    /// The end value, for ever: what every schedule does unless told otherwise.
    Hold,
    /// The schedule again, for ever.
    Repeat,
    /// Its formula, further: a line goes on, a cosine rises again. Of a sequence that of the last piece. An inclusive
    /// piece of one step or less is at its end at once and stays there.
    Continue,
    /// Nothing: a run that is longer is refused when it is bound, or by the step that is past the end.
    Error,
}

impl After {
    /// All of them, with their names in text.
    pub const ALL: [(&str, After); 4] =
        [("hold", After::Hold), ("repeat", After::Repeat), ("continue", After::Continue), ("error", After::Error)];

    /// The name in text.
    pub fn name(self) -> &'static str {
        After::ALL.iter().find(|(_, after)| *after == self).expect("every one has a name").0
    }
}
