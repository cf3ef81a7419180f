//! optax's convention.

use super::{BEST, FACTOR, Patience, Watch, checked, start};
use crate::adaptive::Adaptive;
use crate::adaptive::settings::{Mode, factor, rule, within};

rule! {
    /// A factor that begins at 1 and falls when a metric has stopped getting smaller, as optax's `reduce_on_plateau`: with bad
    /// metric number `patience`. With a patience of 0 each good metric makes it fall, and no bad one does.
    ///
    /// What is judged is the mean of `accumulation_size` metrics. It is good if it is below `(1 - rtol) best - atol`; NaN is
    /// bad. Means of the cooldown may be the best so far, but no bad one is counted.
    ///
    /// | setting | at first | range |
    /// |---|---|---|
    /// | `factor` | 0.1 | 0 to below 1 |
    /// | `patience` | 10 | means, from 0 |
    /// | `rtol` | 1e-4 | 0 to below 1 |
    /// | `atol` | 0 | from 0 |
    /// | `cooldown` | 0 | means, from 0 |
    /// | `accumulation_size` | 1 | metrics, from 1 |
    /// | `min_scale` | 0 | from 0 |
    ///
    /// Source: `optax.contrib.reduce_on_plateau`, optax 0.2.
    ///
    /// # Examples
    ///
    /// ```
    /// use rappel_schedule::{Clock, plateau_optax};
    ///
    /// let plan = (0.1 * plateau_optax().factor(0.5).patience(1).accumulation_size(2)).bind(&Clock::new())?;
    /// let losses = [1.0, 3.0, 1.5, 2.5]; // both pairs have a mean of 2
    /// let state = (0..).zip(losses).fold(plan.state(), |state, (step, loss)| plan.observe(&state, step, loss));
    /// assert_eq!(plan.at_with(4.0, &state), 0.05);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    OptaxPlateau, plateau_optax, factor: true, done: true,
    /// What the factor is multiplied by when it falls.
    factor: f64 = 0.1,
    /// The bad mean in a row that makes the factor fall.
    patience: u32 = 10,
    /// By how much of the best so far a mean must be smaller to be good.
    rtol: f64 = 1e-4,
    /// By how much, besides, a mean must be smaller to be good.
    atol: f64 = 0.0,
    /// For how many means after a fall no bad one is counted.
    cooldown: u32 = 0,
    /// How many metrics make a mean.
    accumulation_size: u32 = 1,
    /// The factor does not fall below this. If it is above 1, the first mean lifts the factor to it, as in optax.
    min_scale: f64 = 0.0,
}
factor!(OptaxPlateau);

/// Where it remembers how many metrics the mean is of, and the mean.
const COUNT: usize = 4;
const MEAN: usize = 5;

impl OptaxPlateau {
    pub(in crate::adaptive) fn checked(&self) -> Result<(), &'static str> {
        checked(self.factor, self.min_scale)?;
        within((0.0..1.0).contains(&self.rtol), "`rtol` is at least 0 and below 1")?;
        within(self.atol >= 0.0 && self.atol.is_finite(), "`atol` is 0 or above, and finite")?;
        within(self.accumulation_size > 0, "`accumulation_size` is 1 or above")
    }
}

impl Adaptive for OptaxPlateau {
    fn start(&self) -> Vec<f64> {
        let mut memory = start(Mode::Min);
        memory.extend([0.0, 0.0]);
        memory
    }

    fn observe(&self, memory: &mut [f64], metric: f64) {
        let count = memory[COUNT] + 1.0;
        let mean = (memory[COUNT] * memory[MEAN] + metric) / count;
        if count < f64::from(self.accumulation_size) {
            memory[COUNT..].copy_from_slice(&[count, mean]);
            return;
        }
        memory[COUNT..].fill(0.0);
        let better = mean < (1.0 - self.rtol) * memory[BEST] - self.atol;
        let watch = Watch {
            factor: self.factor,
            patience: Patience::Reached(self.patience),
            cooldown: self.cooldown,
            last_counts: false,
        };
        watch.take(memory, mean, better, |_, next| next);
        memory[FACTOR] = memory[FACTOR].max(self.min_scale);
    }

    fn factor(&self, memory: &[f64]) -> f64 {
        memory[FACTOR]
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((self.min_scale.min(1.0), self.min_scale.max(1.0)))
    }

    fn done(&self, memory: &[f64]) -> bool {
        memory[FACTOR] < 1.0
    }
}
