//! How the values of a hyperparameter are spread over its range.

use serde::{Deserialize, Serialize};

use crate::LabError;

/// How the values of a hyperparameter are spread over its range, and so what a curve's derivative is taken in.
///
/// ```
/// use rappel_lab::range::Spacing;
///
/// let middle = |spacing: Spacing, from, to| spacing.at(from, to, 0.5);
/// assert!((middle(Spacing::Log, 1e-4, 1e-2) - 1e-3).abs() < 1e-15);
/// assert_eq!(middle(Spacing::Linear, 0.0, 0.5), 0.25);
/// assert!((middle(Spacing::NearOne, 0.9, 0.999) - 0.99).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// Equal ratios: the coordinate is ln x. Values are above 0.
    Log,
    /// Equal differences: the coordinate is x.
    Linear,
    /// Equal ratios of the distance from 1, for momentum and the betas: the coordinate is -ln(1 - x). Values are below 1.
    NearOne,
}

impl Spacing {
    /// The coordinate in which the values are evenly spread; it rises with the value.
    pub fn coordinate(self, x: f64) -> f64 {
        match self {
            Spacing::Log => x.ln(),
            Spacing::Linear => x,
            Spacing::NearOne => -(1.0 - x).ln(),
        }
    }

    /// The value at a coordinate.
    pub fn value(self, u: f64) -> f64 {
        match self {
            Spacing::Log => u.exp(),
            Spacing::Linear => u,
            Spacing::NearOne => -(-u).exp_m1(),
        }
    }

    /// The value at a share of the range, 0 being its beginning and 1 its end; these two are exact.
    pub fn at(self, from: f64, to: f64, share: f64) -> f64 {
        if share <= 0.0 {
            return from;
        }
        if share >= 1.0 {
            return to;
        }
        let (a, b) = (self.coordinate(from), self.coordinate(to));
        self.value(a + share * (b - a)).clamp(from, to)
    }

    /// What is required of the values, where one is not allowed.
    pub(super) fn refuses(self, x: f64) -> Option<&'static str> {
        match self {
            _ if !x.is_finite() => Some("both ends are numbers"),
            Spacing::Log if x <= 0.0 => {
                Some("on a logarithmic scale both ends are above 0; `RangeTest::linear` walks through 0")
            }
            Spacing::NearOne if x >= 1.0 => Some("where the distance from 1 is what shrinks, both ends are below 1"),
            _ => None,
        }
    }

    /// Checks a rate of a curve that follows another, or is the first.
    pub(super) fn follows(self, before: Option<f64>, rate: f64) -> Result<(), LabError> {
        match (before, self.refuses(rate)) {
            (Some(before), _) => self.check("a curve's neighbouring rates", before, rate),
            (None, Some(why)) => {
                Err(LabError::Range { what: "a curve's first rate".into(), from: rate, to: rate, why })
            }
            (None, None) => Ok(()),
        }
    }

    /// Checks a range.
    pub(super) fn check(self, what: &str, from: f64, to: f64) -> Result<(), LabError> {
        let why = self.refuses(from).or(self.refuses(to)).or(if from == to {
            Some("it is empty: its end must lie above its beginning")
        } else if from > to {
            Some("it is reversed: begin with the lower end")
        } else if self.coordinate(from) == self.coordinate(to) {
            Some("it is empty but for rounding: its ends must lie further apart")
        } else {
            None
        });
        match why {
            Some(why) => Err(LabError::Range { what: what.into(), from, to, why }),
            None => Ok(()),
        }
    }
}
