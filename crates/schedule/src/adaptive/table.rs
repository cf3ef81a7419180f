//! The rules of ours by name.

use super::settings::{self, Settings};
use super::{Adaptive, Greedy, KerasPlateau, OptaxPlateau, Plateau, Stable};
use crate::text::Call;
use std::sync::Arc;

/// A rule that a call can name.
pub(crate) struct Entry {
    /// The name in text.
    pub(crate) name: &'static str,
    /// What it does, in a line.
    pub(crate) about: &'static str,
    /// Whether it gives a factor.
    pub(crate) factor: bool,
    /// Whether it can say that a piece is done.
    pub(crate) done: bool,
    /// The call with every setting as it is at first.
    pub(crate) signature: fn() -> String,
    read: fn(&Call) -> Result<Arc<dyn Adaptive>, String>,
}

const fn entry<R: Settings>(about: &'static str) -> Entry {
    Entry {
        name: R::NAME,
        about,
        factor: R::FACTOR,
        done: R::DONE,
        signature: settings::signature::<R>,
        read: settings::read::<R>,
    }
}

/// One row per rule: this is all a new one adds outside its own file.
static ENTRIES: [Entry; 5] = [
    entry::<Plateau>("a factor that falls when a metric stops getting better, as PyTorch's"),
    entry::<KerasPlateau>("a factor that falls when a metric stops getting better, as Keras'"),
    entry::<OptaxPlateau>("a factor that falls when a metric stops getting smaller, as optax's"),
    entry::<Greedy>("a factor that rises while a metric gets better and falls while it does not"),
    entry::<Stable>("for `until(..)`: a piece is done when a metric has settled"),
];

/// The rules of ours, in the order of the documentation.
pub(crate) fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The rule a call means, if it is one of ours.
pub(crate) fn built_in(call: &Call) -> Option<Result<Arc<dyn Adaptive>, String>> {
    find(call).map(|entry| (entry.read)(call))
}

/// What is wrong with a call that stands where a factor does, or in `until(..)`. Of a rule that is not one of ours that is
/// known when it is bound.
pub(crate) fn check(call: &Call, until: bool) -> Result<(), String> {
    let Some(entry) = find(call) else { return Ok(()) };
    match until {
        false if !entry.factor => {
            return Err(format!("`{}` gives no factor; it says when a piece is done, in `until(..)`", entry.name));
        }
        true if !entry.done => return Err(format!("`{}` never says that a piece is done", entry.name)),
        _ => {}
    }
    (entry.read)(call).map(drop)
}

fn find(call: &Call) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.name == call.name())
}
