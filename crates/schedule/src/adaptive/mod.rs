//! Schedules that follow what is observed: rules with explicit state.

mod state;

#[cfg(feature = "serde")]
pub(crate) use state::Memory;
pub use state::State;

use crate::text::{Call, Entry};
use std::fmt;

/// A rule that follows a metric: what it remembers is a list of numbers, and it changes that and nothing else.
///
/// A rule gives a factor, as a plateau does, or says when a piece is done, as a warm-up that waits for stability. Register
/// your own with [`Registry::adaptive`](crate::Registry::adaptive).
pub trait Adaptive: Send + Sync + fmt::Debug {
    /// What it remembers before anything has been observed.
    fn start(&self) -> Vec<f64>;

    /// Takes one observation into account. Nothing but `memory` and `metric` may matter, so that a log replays to the same
    /// values.
    fn observe(&self, memory: &mut [f64], metric: f64);

    /// The factor.
    fn factor(&self, memory: &[f64]) -> f64 {
        let _ = memory;
        1.0
    }

    /// Whether the piece it stands behind is done.
    fn done(&self, memory: &[f64]) -> bool {
        let _ = memory;
        false
    }
}

/// The rule a call means, if it is one of ours.
pub(crate) fn built_in(call: &Call) -> Option<Result<std::sync::Arc<dyn Adaptive>, String>> {
    let _ = call;
    None
}

/// The names of our rules.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    std::iter::empty()
}
