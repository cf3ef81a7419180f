//! A bound duration.

use crate::Ratio;

/// How long a piece of a plan lasts, in steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span<K> {
    steps: K,
    /// The length as bound, which `steps` is the float of unless it was changed.
    exact: Ratio,
    rest: bool,
}

impl Span<f64> {
    pub(crate) fn new(exact: Ratio, rest: bool) -> Span<f64> {
        Span { steps: exact.to_f64(), exact, rest }
    }

    /// The exact length: as bound, or that of the float it was replaced by.
    pub(crate) fn exact(&self) -> Ratio {
        if self.exact.to_f64() == self.steps { self.exact } else { Ratio::from(self.steps) }
    }
}

impl<K: Copy> Span<K> {
    /// The length in steps.
    pub fn steps(&self) -> K {
        self.steps
    }

    /// The span with another number of steps.
    pub(crate) fn with<L>(&self, steps: L) -> Span<L> {
        Span { steps, exact: self.exact, rest: self.rest }
    }

    /// Whether it is what the other pieces leave of the run, and hence follows from their lengths.
    pub fn is_rest(&self) -> bool {
        self.rest
    }
}
