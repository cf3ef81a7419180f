//! When a walk has gone too far.

use super::curve::Average;

/// Whether the averaged loss has risen too far.
pub(super) struct Watch {
    average: Average,
    best: f64,
    factor: f64,
}

impl Watch {
    pub(super) fn new(factor: f64) -> Watch {
        Watch { average: Average::new(0.98).expect("a fixed average forgets"), best: f64::INFINITY, factor }
    }

    /// The average and its best when it has.
    pub(super) fn rose(&mut self, loss: f64) -> Option<(f64, f64)> {
        let average = self.average.take(loss);
        let rose = average > self.best + (self.factor - 1.0) * self.best.abs();
        self.best = self.best.min(average);
        rose.then_some((average, self.best))
    }
}
