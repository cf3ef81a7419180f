//! The rules of ours by name.

use super::settings::{self, Settings};
use super::{Adaptive, Greedy, KerasPlateau, OptaxPlateau, Plateau, Stable};
use crate::text::{Call, Entry, EntryKind};
use std::sync::Arc;

/// A rule that a call can name.
struct Row {
    name: &'static str,
    /// What it does, in a line.
    line: &'static str,
    /// Whether it gives a factor.
    factor: bool,
    /// Whether it can say that a piece is done.
    done: bool,
    /// The call with every setting as it is at first.
    signature: fn() -> String,
    read: fn(&Call) -> Result<Arc<dyn Adaptive>, String>,
}

const fn row<R: Settings>(line: &'static str) -> Row {
    Row {
        name: R::NAME,
        line,
        factor: R::FACTOR,
        done: R::DONE,
        signature: settings::signature::<R>,
        read: settings::read::<R>,
    }
}

/// One row per rule: this is all a new one adds outside its own file.
static ROWS: [Row; 5] = [
    row::<Plateau>("A factor that falls when a metric stops getting better, as PyTorch's."),
    row::<KerasPlateau>("A factor that falls when a metric stops getting better, as Keras'."),
    row::<OptaxPlateau>("A factor that falls when a metric stops getting smaller, as optax's."),
    row::<Greedy>("A factor that rises while a metric gets better and falls while it does not."),
    row::<Stable>("In `until(..)`: a piece is done when a metric has settled."),
];

/// The names of our rules.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    let entry =
        |row: &'static Row| Entry::new(EntryKind::Adaptive, row.name.into(), (row.signature)().into(), row.line.into());
    ROWS.iter().map(entry)
}

/// The rule a call means, if it is one of ours.
pub(crate) fn built_in(call: &Call) -> Option<Result<Arc<dyn Adaptive>, String>> {
    find(call).map(|row| (row.read)(call))
}

/// What is wrong with a call that stands where a factor does, or in `until(..)`. Of a rule that is not one of ours that is
/// known when it is bound.
pub(crate) fn check(call: &Call, until: bool) -> Result<(), String> {
    let Some(row) = find(call) else { return Ok(()) };
    match until {
        false if !row.factor => {
            return Err(format!("`{}` gives no factor; it says when a piece is done, in `until(..)`", row.name));
        }
        true if !row.done => return Err(format!("`{}` never says that a piece is done", row.name)),
        _ => {}
    }
    (row.read)(call).map(drop)
}

fn find(call: &Call) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == call.name())
}
