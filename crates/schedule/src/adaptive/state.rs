//! What the adaptive rules of a plan remember.

use super::Adaptive;
use std::sync::Arc;

/// What the adaptive rules of a plan remember: it is passed to [`Plan::at_with`](crate::Plan::at_with), and a new one comes
/// out of [`Plan::observe`](crate::Plan::observe). A schedule without such rules has an empty one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(crate) rules: Vec<Memory>,
}

/// What one rule remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    pub(crate) numbers: Vec<f64>,
    /// The local time at which the piece it stands behind was done.
    pub(crate) done: Option<f64>,
}

impl State {
    /// Before anything is observed.
    pub(crate) fn of(rules: &[Arc<dyn Adaptive>]) -> State {
        State { rules: rules.iter().map(|rule| Memory { numbers: rule.start(), done: None }).collect() }
    }
}
