//! A number of a run that can be learned.

use std::fmt;

/// A number that a run's hyperparameters are made of: a value of a schedule, or a length in steps.
///
/// A constant has one, a schedule as many as it is written with. It is printed as it is chosen: `lr` where that is one number, `lr.2`
/// where it is the third of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Tunable {
    pub(super) quantity: usize,
    pub(super) name: &'static str,
    pub(super) index: usize,
    pub(super) of: usize,
    pub(super) value: f64,
    pub(super) length: bool,
}

impl Tunable {
    /// The hyperparameter it belongs to.
    pub fn hyperparameter(&self) -> &'static str {
        self.name
    }

    /// Which number of that hyperparameter's schedule it is, in the order of its text, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The number; of a length the steps.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Whether it is a length, in steps.
    pub fn is_length(&self) -> bool {
        self.length
    }

    /// Whether it is among those that a name chooses.
    pub(super) fn is(&self, name: &str) -> bool {
        name == self.name || name == self.to_string()
    }
}

impl fmt::Display for Tunable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            1 => f.pad(self.name),
            _ => f.pad(&format!("{}.{}", self.name, self.index)),
        }
    }
}
