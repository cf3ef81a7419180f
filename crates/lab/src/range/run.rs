//! What a range test gives.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Curve, Judgement, Other, others};
use crate::LabError;

/// The curve of a range test, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RangeRun {
    /// The loss before the step with each value.
    pub curve: Curve,
    /// How the walk ended.
    pub end: End,
}

/// How the walk through a range ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// At the end of the range.
    Reached,
    /// The averaged loss had risen too far above its best.
    Rose {
        /// The step, counted from 0.
        step: u64,
        /// The value of the hyperparameter there.
        rate: f64,
        /// The averaged loss.
        loss: f64,
        /// The lowest averaged loss before.
        best: f64,
    },
    /// The loss was no number; it is not on the curve.
    NotFinite {
        /// The step, counted from 0.
        step: u64,
        /// The value of the hyperparameter there.
        rate: f64,
        /// The loss.
        loss: f64,
    },
}

impl RangeRun {
    /// Judges the curve, with the defaults of [`Judge`](super::Judge).
    ///
    /// # Errors
    /// [`LabError::Setting`] when the walk ended after too few steps.
    pub fn judge(&self) -> Result<Judgement, LabError> {
        self.curve.judge()
    }

    /// What other libraries' rules suggest: on the averaged losses, as those record them.
    pub fn others(&self) -> [Other; 6] {
        others(&self.curve.averaged(0.98).expect("a fixed average forgets"))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Reached => f.write_str("the whole range was walked"),
            End::Rose { step, rate, loss, best } => {
                write!(
                    f,
                    "stopped at step {step}, at {rate:.3e}: the averaged loss is {loss:.4}, its best was {best:.4}"
                )
            }
            End::NotFinite { step, rate, loss } => {
                write!(f, "stopped at step {step}, at {rate:.3e}: the loss is {loss}")
            }
        }
    }
}
