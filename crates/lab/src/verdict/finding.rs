//! What is found about a run.

use std::fmt;

use serde::Serialize;

use crate::digits::{Digits, rounded};

/// What is found about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// There are too few steps to say anything of the rate.
    TooEarly,
    /// The loss is no number, or has left.
    Diverging,
    /// The rate is too high.
    TooHigh,
    /// The rate is too low.
    TooLow,
    /// The rate is as high as the curvature lets it be.
    EdgeOfStability,
    /// The loss has stopped falling, at a height that the rate's own noise makes.
    NoiseFloor,
    /// Nothing speaks against the rate.
    Fine,
    /// What is learned holds for the training data only.
    Overfitting,
    /// The net does not learn the training data either, and the rate is not why.
    Underfitting,
    /// Units of a layer give zero for every sample, or sit at the end of their range for every sample.
    DyingUnits,
    /// The predictions do not depend on the input.
    ConstantPredictions,
    /// The labels have nothing to do with the inputs.
    ShuffledLabels,
}

impl Kind {
    /// Whether it is about the learning rate: of these a run has one.
    pub fn is_about_rate(self) -> bool {
        use Kind::{Diverging, EdgeOfStability, Fine, NoiseFloor, TooEarly, TooHigh, TooLow};
        matches!(self, TooEarly | Diverging | TooHigh | TooLow | EdgeOfStability | NoiseFloor | Fine)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::TooEarly => "too early to say",
            Kind::Diverging => "diverging",
            Kind::TooHigh => "rate too high",
            Kind::TooLow => "rate too low",
            Kind::EdgeOfStability => "at the edge of stability",
            Kind::NoiseFloor => "noise floor",
            Kind::Fine => "rate fine",
            Kind::Overfitting => "overfitting",
            Kind::Underfitting => "underfitting",
            Kind::DyingUnits => "dying units",
            Kind::ConstantPredictions => "constant predictions",
            Kind::ShuffledLabels => "shuffled labels",
        })
    }
}

/// On which side of a bound a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Above it, or at it.
    Above,
    /// Below it.
    Below,
}

/// A number that a verdict rests on, and what it was held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// What it is.
    pub name: String,
    /// The number.
    pub value: f64,
    /// The bound; `None` where the number stands by itself.
    pub bound: Option<f64>,
}

impl Evidence {
    /// A number held against a bound.
    pub(super) fn held(name: impl Into<String>, value: f64, bound: f64) -> Evidence {
        Evidence { name: name.into(), value, bound: Some(bound) }
    }

    /// A number that stands by itself.
    pub(super) fn noted(name: impl Into<String>, value: f64) -> Evidence {
        Evidence { name: name.into(), value, bound: None }
    }

    /// On which side of its bound the number is; `None` without a bound, and where one of them is NaN.
    ///
    /// ```
    /// use rappel_lab::verdict::{Evidence, Side};
    ///
    /// let gl = Evidence { name: "GL".into(), value: 12.0, bound: Some(5.0) };
    /// assert_eq!((gl.side(), &gl.to_string()[..]), (Some(Side::Above), "GL: 12.00 (above 5.000)"));
    /// ```
    pub fn side(&self) -> Option<Side> {
        let order = self.value.partial_cmp(&self.bound?)?;
        Some(if order.is_lt() { Side::Below } else { Side::Above })
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, Digits(self.value))?;
        match (self.side(), self.bound) {
            (Some(Side::Above), Some(bound)) => write!(f, " (above {})", Digits(bound)),
            (Some(Side::Below), Some(bound)) => write!(f, " (below {})", Digits(bound)),
            _ => Ok(()),
        }
    }
}

/// A verdict: what it is, in plain words, on what it rests, and what to try.
///
/// Shown, it is a paragraph: the words, a line for each number, and the advice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What it is.
    pub kind: Kind,
    /// What it is, in plain words.
    pub sentence: String,
    /// The numbers it rests on.
    pub evidence: Vec<Evidence>,
    /// What to try.
    pub advice: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.kind, self.sentence)?;
        for evidence in &self.evidence {
            writeln!(f, "  {evidence}")?;
        }
        write!(f, "  try: {}", self.advice)
    }
}

/// A rate to try: two digits are as much as is known.
pub(super) struct Rate(pub(super) f64);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = rounded(self.0, 2);
        if (1e-3..1e4).contains(&rounded) { write!(f, "{rounded}") } else { write!(f, "{rounded:e}") }
    }
}
