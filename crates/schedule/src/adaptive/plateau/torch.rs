//! PyTorch's convention.

use super::{FACTOR, Patience, Watch, better, checked, start};
use crate::adaptive::Adaptive;
use crate::adaptive::settings::{Mode, Threshold, factor, rule, within};

rule! {
    /// A factor that begins at 1 and falls when a metric has stopped getting better, as PyTorch's `ReduceLROnPlateau`: with the
    /// bad metric after `patience` bad ones in a row.
    ///
    /// A metric is good if it is better than the best so far by more than the threshold; the first is, unless it is NaN. NaN
    /// is always bad, and so is an infinity in the wrong direction. Metrics of the cooldown may be the best so far, but no bad
    /// one is counted.
    ///
    /// The learning rate is not its business: it is a factor, to be multiplied with any schedule. PyTorch's `min_lr` and `eps`
    /// are `min_factor` and `eps` here, divided by the rate.
    ///
    /// | setting | at first | range |
    /// |---|---|---|
    /// | `factor` | 0.1 | 0 to below 1 |
    /// | `patience` | 10 | metrics, from 0 |
    /// | `threshold` | 1e-4 | from 0; below 1 if relative |
    /// | `threshold_mode` | `Rel` | |
    /// | `mode` | `Min` | |
    /// | `cooldown` | 0 | metrics, from 0 |
    /// | `min_factor` | 0 | from 0 |
    /// | `eps` | 0 | from 0 |
    ///
    /// Source: `torch.optim.lr_scheduler.ReduceLROnPlateau`, PyTorch 2.
    ///
    /// # Examples
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, plateau};
    ///
    /// let lr = cosine(1.0, 0.0, 1000) * plateau().factor(0.5).patience(1);
    /// assert_eq!(lr.to_string(), "cosine(1, 0, 1000) * plateau(factor=0.5, patience=1)");
    ///
    /// let plan = lr.bind(&Clock::new())?;
    /// let losses = [0.9, 0.8, 0.8, 0.8]; // the second bad one is one more than its patience
    /// let state = (0..).zip(losses).fold(plan.state(), |state, (step, loss)| plan.observe(&state, step, loss));
    /// assert_eq!(plan.at_with(500.0, &state), 0.5 * plan.at(500.0));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    Plateau, plateau, factor: true, done: true,
    /// What the factor is multiplied by when it falls.
    factor: f64 = 0.1,
    /// How many bad metrics in a row are borne; the next makes the factor fall.
    patience: u32 = 10,
    /// By how much a metric must be better than the best so far to be good.
    threshold: f64 = 1e-4,
    /// Whether the threshold is a part of the best so far or a difference. Relative to a best below zero it points the wrong
    /// way, as in PyTorch: a constant of -1 gets better each time.
    threshold_mode: Threshold = Threshold::Rel,
    /// Which metrics are better.
    mode: Mode = Mode::Min,
    /// For how many metrics after a fall no bad one is counted.
    cooldown: u32 = 0,
    /// The factor does not fall below this; if that is above 1 it does not fall.
    min_factor: f64 = 0.0,
    /// A fall by this or less is not made.
    eps: f64 = 0.0,
}
factor!(Plateau);

impl Plateau {
    pub(in crate::adaptive) fn checked(&self) -> Result<(), &'static str> {
        checked(self.factor, self.min_factor)?;
        let most = if self.threshold_mode == Threshold::Rel { 1.0 } else { f64::INFINITY };
        within((0.0..most).contains(&self.threshold), "`threshold` is 0 or above, finite, and below 1 if relative")?;
        within(self.eps >= 0.0 && self.eps.is_finite(), "`eps` is 0 or above, and finite")
    }
}

impl Adaptive for Plateau {
    fn start(&self) -> Vec<f64> {
        start(self.mode)
    }

    fn observe(&self, memory: &mut [f64], metric: f64) {
        let better = better(self.mode, self.threshold_mode, self.threshold, metric, memory[super::BEST]);
        let watch = Watch {
            factor: self.factor,
            patience: Patience::Over(self.patience),
            cooldown: self.cooldown,
            last_counts: false,
        };
        watch.take(memory, metric, better, |last, next| {
            let next = next.max(self.min_factor);
            if last - next > self.eps { next } else { last }
        });
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
