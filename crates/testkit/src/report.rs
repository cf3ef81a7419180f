//! What a gradient check says.

use std::error::Error;
use std::fmt;

/// A gradient check that passed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradReport {
    /// How many partial derivatives were compared.
    pub checked: usize,
    /// The largest error, as a fraction of what is allowed: 0 to 1.
    pub worst: f64,
}

/// A partial derivative on which the backward pass and the difference quotient disagree.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradError {
    /// Which input: `input 0`, `the cotangent` (of a second-order check), or `parameter fc1.weight`.
    pub place: String,
    /// Where in that input.
    pub index: Vec<usize>,
    /// What the backward pass says.
    pub analytic: f64,
    /// What the five-point difference says.
    pub difference: f64,
    /// How far apart they may be.
    pub allowed: f64,
}

impl fmt::Display for GradError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GradError { place, index, analytic, difference, allowed } = self;
        write!(
            f,
            "gradient in {place} at {index:?}: backward says {analytic:.17e}, the five-point difference {difference:.17e}; \
             they are {:.1e} apart, {allowed:.1e} is allowed",
            (analytic - difference).abs()
        )
    }
}

impl Error for GradError {}

/// Collects comparisons and stops at the first that fails.
pub(crate) struct Tally {
    tolerance: f64,
    report: GradReport,
}

impl Tally {
    pub(crate) fn new(tolerance: f64) -> Self {
        Tally { tolerance, report: GradReport { checked: 0, worst: 0.0 } }
    }

    /// Compares one partial derivative; `place` and the flat position in `shape` say which.
    pub(crate) fn compare(
        &mut self,
        place: impl Fn() -> String,
        (flat, shape): (usize, &[usize]),
        analytic: f64,
        (difference, rounding): (f64, f64),
    ) -> Result<(), GradError> {
        let allowed = self.tolerance * analytic.abs().max(difference.abs()).max(1.0) + rounding;
        let error = (analytic - difference).abs();
        // A NaN on either side fails.
        if error <= allowed {
            self.report.checked += 1;
            self.report.worst = self.report.worst.max(error / allowed);
            return Ok(());
        }
        Err(GradError { place: place(), index: unravel(flat, shape), analytic, difference, allowed })
    }

    pub(crate) fn done(self) -> GradReport {
        self.report
    }
}

/// The index of a position in row-major order.
pub(crate) fn unravel(mut flat: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (i, &n) in index.iter_mut().zip(shape).rev() {
        *i = flat % n;
        flat /= n;
    }
    index
}
