//! What a run is judged by.

use serde::{Deserialize, Serialize};

/// What a run is judged by; less is better in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// The mean of the losses of the last tenth of the steps (rounded up), each before its step. Its start is the first loss.
    #[default]
    Tail,
    /// The loss without noise after the last step: [`Problem::whole`](crate::Problem::whole).
    Whole,
    /// The mean loss on data that is not trained on, after the last step.
    HeldOut,
    /// The share of the held-out samples whose class is wrong, after the last step: 0 to 1.
    Error,
}

impl Measure {
    /// As tables and axes name it.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Tail => "loss over the last tenth",
            Measure::Whole => "loss after the last step",
            Measure::HeldOut => "held-out loss",
            Measure::Error => "held-out error",
        }
    }

    /// Whether it is read off the losses on the way, and the net need not be asked.
    pub(crate) fn is_on_the_way(self) -> bool {
        self == Measure::Tail
    }
}

/// The mean of the losses of the last tenth of a run of `steps` steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    from: u64,
    sum: f64,
    count: u64,
}

impl Tail {
    /// Of a run that ends after `steps` steps, 1 at least.
    pub(crate) fn of(steps: u64) -> Tail {
        Tail { from: steps - steps.div_ceil(10), sum: 0.0, count: 0 }
    }

    /// Takes the loss of a step, counted from 0.
    pub(crate) fn take(&mut self, step: u64, loss: f64) {
        if step >= self.from {
            self.sum += loss;
            self.count += 1;
        }
    }

    /// The mean; none before the tail has begun.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}
