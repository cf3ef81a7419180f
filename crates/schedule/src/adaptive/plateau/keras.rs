//! Keras' convention.

use super::{BEST, FACTOR, Patience, Watch, better, checked, start};
use crate::adaptive::Adaptive;
use crate::adaptive::settings::{Mode, Threshold, factor, rule, within};

rule! {
    /// A factor that begins at 1 and falls when a metric has stopped getting better, as Keras' `ReduceLROnPlateau`: with bad
    /// metric number `patience`, one earlier than [`Plateau`](crate::Plateau).
    ///
    /// A metric is good if it is better than the best so far by more than `min_delta`, a difference. The first always is, and
    /// if it is NaN no later one is. The last metric of a cooldown is counted again. A `patience` of 0 is one of 1.
    ///
    /// | setting | at first | range |
    /// |---|---|---|
    /// | `factor` | 0.1 | 0 to below 1 |
    /// | `patience` | 10 | metrics, from 0 |
    /// | `min_delta` | 1e-4 | finite |
    /// | `mode` | `Min` | |
    /// | `cooldown` | 0 | metrics, from 0 |
    /// | `min_factor` | 0 | from 0; Keras' `min_lr` divided by the rate |
    ///
    /// Source: `keras.callbacks.ReduceLROnPlateau`, Keras 3.
    ///
    /// # Examples
    ///
    /// ```
    /// use rappel_schedule::{Clock, plateau_keras};
    ///
    /// let plan = (0.1 * plateau_keras().factor(0.5).patience(2)).bind(&Clock::new())?;
    /// let state = (0..3).fold(plan.state(), |state, step| plan.observe(&state, step, 1.0));
    /// assert_eq!(plan.at_with(3.0, &state), 0.05); // one good metric, two bad ones
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    KerasPlateau, plateau_keras, factor: true, done: true,
    /// What the factor is multiplied by when it falls.
    factor: f64 = 0.1,
    /// The bad metric in a row that makes the factor fall.
    patience: u32 = 10,
    /// By how much a metric must be better than the best so far to be good.
    min_delta: f64 = 1e-4,
    /// Which metrics are better.
    mode: Mode = Mode::Min,
    /// How many metrics after a fall are let pass; the last of them is counted again.
    cooldown: u32 = 0,
    /// The factor does not fall below this; if that is above 1 it does not fall.
    min_factor: f64 = 0.0,
}
factor!(KerasPlateau);

/// Where it remembers whether there has been a metric.
const ANY: usize = 4;

impl KerasPlateau {
    pub(in crate::adaptive) fn checked(&self) -> Result<(), &'static str> {
        checked(self.factor, self.min_factor)?;
        within(self.min_delta.is_finite(), "`min_delta` is finite")
    }
}

impl Adaptive for KerasPlateau {
    fn start(&self) -> Vec<f64> {
        let mut memory = start(self.mode);
        memory.push(0.0);
        memory
    }

    fn observe(&self, memory: &mut [f64], metric: f64) {
        let first = memory[ANY] == 0.0;
        memory[ANY] = 1.0;
        let better = first || better(self.mode, Threshold::Abs, self.min_delta, metric, memory[BEST]);
        let watch = Watch {
            factor: self.factor,
            patience: Patience::Over(self.patience.max(1) - 1),
            cooldown: self.cooldown,
            last_counts: true,
        };
        watch.take(memory, metric, better, |last, next| next.max(self.min_factor).min(last));
    }

    fn factor(&self, memory: &[f64]) -> f64 {
        memory[FACTOR]
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((self.min_factor.min(1.0), self.min_factor.max(1.0)))
    }

    fn done(&self, memory: &[f64]) -> bool {
        memory[FACTOR] < 1.0
    }
}
