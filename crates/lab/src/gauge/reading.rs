//! What is known of one step.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::sums::Sums;
use super::{Line, number};

/// The name of all parameters together.
pub(super) const ALL: &str = "net";

/// What is known of one step.
///
/// Shown, it is one line for a terminal: step, loss, rate, size of the update over that of the weights as a power of ten, cosine, alpha.
///
/// ```
/// use rappel_lab::gauge::{GroupReading, Reading};
///
/// let all = GroupReading { name: "net".into(), lr: 0.1, gradient: 2.0, update: 0.2, weights: 20.0, cosine: Some(0.5) };
/// let reading = Reading { step: 7, loss: 0.25, alpha: Some(-0.5), line: None, pull: None, all, groups: vec![] };
/// assert_eq!(reading.to_string(), "step 7       loss 2.500e-1   lr 1.000e-1   update/weights 10^-2.0  cosine +0.50  alpha -0.50");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The step, counted from 0.
    pub step: u64,
    /// The loss before it.
    #[serde(with = "number")]
    pub loss: f64,
    /// Where the step ended along the true update: -1 is its start, 0 the minimum, +1 as high as the start on the other side;
    /// [`Line::alpha`] says how it is found. `None` where it is not known: at the last step, where loss or slope are no numbers, and
    /// where there is no minimum ahead.
    pub alpha: Option<f64>,
    /// What alpha was found from; `None` at the last step, and where something in it is not finite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// The slope of the loss along the way from the average of about the last 30 weights to the weights before this step. Negative in
    /// steady descent, where the average lags behind. Positive where steps swing around the average; half of it is then about what the
    /// loss would be lower there. `None` at the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<f64>,
    /// All parameters together.
    pub all: GroupReading,
    /// Each group, in the order of the net; empty where there is only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupReading>,
}

impl Reading {
    /// Of a step that was not made, as the loss before it is no number: nothing else is known. It tells a log or a
    /// [`Judge`](crate::verdict::Judge) how the run ended.
    ///
    /// ```
    /// use rappel_lab::gauge::Reading;
    ///
    /// let lost = Reading::lost(7, f64::INFINITY);
    /// assert!(lost.step == 7 && lost.loss.is_infinite() && lost.all.lr.is_nan() && lost.all.gradient.is_nan());
    /// ```
    pub fn lost(step: u64, loss: f64) -> Reading {
        let [lr, gradient, update, weights] = [f64::NAN; 4];
        let all = GroupReading { name: ALL.into(), lr, gradient, update, weights, cosine: None };
        Reading { step, loss, all, ..Reading::default() }
    }
}

/// What is known of one step of a group of parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupReading {
    /// The group's name.
    pub name: String,
    /// The learning rate that was applied; NaN where it was not told.
    #[serde(with = "number")]
    pub lr: f64,
    /// The norm of the gradient.
    #[serde(with = "number")]
    pub gradient: f64,
    /// The norm of the update, the difference of the weights after and before.
    #[serde(with = "number")]
    pub update: f64,
    /// The norm of the weights before.
    #[serde(with = "number")]
    pub weights: f64,
    /// The cosine of the gradient with that of the step before; `None` at the first, and where one of them is zero or not finite.
    pub cosine: Option<f64>,
}

impl GroupReading {
    /// What is known before the step, from the reading of the one before.
    pub(super) fn begin(&mut self, sums: &Sums, lr: f64, before: Option<&GroupReading>) {
        (self.lr, self.gradient) = (lr, sums.gg.sqrt());
        let cosine = before.map(|before| sums.gg_old / (self.gradient * before.gradient));
        self.cosine = cosine.filter(|c| c.is_finite());
    }

    /// What is known after it.
    pub(super) fn complete(&mut self, sums: &Sums) {
        (self.update, self.weights) = (sums.uu.sqrt(), sums.ww.sqrt());
    }

    /// The size of the update over that of the weights: about 1e-3 in many healthy runs. Infinite where all weights were zero.
    pub fn ratio(&self) -> f64 {
        self.update / self.weights
    }

    /// The size of the update over that of the gradient: the rate of plain gradient descent that would have gone as far.
    pub fn effective_lr(&self) -> f64 {
        self.update / self.gradient
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = &self.all;
        write!(f, "step {:<6}  loss {:<9}  lr {:<9}", self.step, Short(self.loss), Short(all.lr))?;
        match all.ratio().log10() {
            power if power.is_finite() => write!(f, "  update/weights 10^{power:.1}")?,
            _ => write!(f, "  update/weights {:<7}", Short(all.ratio()))?,
        }
        match all.cosine {
            Some(cosine) => write!(f, "  cosine {cosine:+.2}")?,
            None => f.write_str("  cosine     -")?,
        }
        match (self.alpha, self.line) {
            (Some(alpha), _) => write!(f, "  alpha {alpha:+.2}"),
            (None, Some(line)) if line.fit()[0] > 0.0 => f.write_str("  alpha uphill"),
            (None, _) => f.write_str("  alpha     -"),
        }
    }
}

/// A number with four digits, in as much room as such numbers take.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.3e}", self.0))
    }
}
