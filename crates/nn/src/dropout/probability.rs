//! The probability of dropping something.

use rappel_autodiff::{Float, Var};
use rappel_schedule::Schedule;

use crate::rate::Rate;

/// A probability that may follow a schedule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probability(Rate);

impl Probability {
    /// # Panics
    /// At the caller's line, unless a number is at least 0 and below 1, or when a schedule cannot be bound or follows what is observed.
    #[track_caller]
    pub(super) fn new(of: &str, p: Schedule) -> Self {
        if let Some(p) = p.number() {
            assert!((0.0..1.0).contains(&p), "{of}({p}): the probability must be at least 0 and below 1");
        }
        Probability(Rate::new(of, p))
    }

    /// The value at the step of the tape that `x` is on.
    #[track_caller]
    pub(super) fn at<T: Float>(&self, x: Var<'_, T>) -> f64 {
        self.0.at(x)
    }

    pub(super) fn schedule(&self) -> &Schedule {
        self.0.schedule()
    }
}
