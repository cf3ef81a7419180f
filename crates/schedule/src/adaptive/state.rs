//! What the adaptive rules of a plan remember.

use crate::piece::Rule;

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
    /// Which time the repetition around it was at: with the next, the rule begins anew.
    pub(crate) period: u64,
}

impl State {
    /// Before anything is observed.
    pub(crate) fn of(rules: &[Rule]) -> State {
        State {
            rules: rules.iter().map(|rule| Memory { numbers: rule.start.to_vec(), done: None, period: 0 }).collect(),
        }
    }
    /// How many numbers each rule remembers.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().map(|memory| memory.numbers.len())
    }

    /// What the rule of a slot remembers; `None` in the state of another schedule.
    pub(crate) fn of_rule(&mut self, slot: usize, rule: &Rule) -> Option<&mut Memory> {
        self.rules.get_mut(slot).filter(|memory| memory.numbers.len() == rule.start.len())
    }
}
