//! A factor that rises while a metric gets better and falls while it does not.

use super::Adaptive;
use super::plateau::better;
use super::settings::{Mode, Threshold, factor, rule, within};

rule! {
    /// A factor that begins at 1, rises when a metric keeps getting better, and falls when it does not: GreedyLR.
    ///
    /// It is divided by `factor` with the good metric after `patience` good ones in a row, and multiplied by it with the bad
    /// one after as many bad ones. A metric is good if it is better than the best so far by more than the threshold; NaN is
    /// bad. After a rise `warmup` metrics are not looked at, after a fall `cooldown` of them. With a `window` above 1 it is
    /// the mean of so many metrics that is judged, at first of those there are; a NaN in the mean stays there until a reset.
    ///
    /// When it would fall and is at `min_factor`, `reset` times without a rise between, it begins anew: at 1, without a best.
    ///
    /// | setting | at first | range |
    /// |---|---|---|
    /// | `factor` | 0.95 | above 0, below 1 |
    /// | `patience` | 10 | metrics, from 0 |
    /// | `threshold` | 1e-6 | from 0; below 1 if relative |
    /// | `threshold_mode` | `Abs` | |
    /// | `mode` | `Min` | |
    /// | `cooldown`, `warmup` | 0 | metrics, from 0 |
    /// | `min_factor` | 0.01 | from 0 |
    /// | `max_factor` | 10 | from `min_factor` |
    /// | `eps` | 0 | from 0 |
    /// | `window` | 1 | metrics, 1 to 65536 |
    /// | `reset` | 500 | falls, from 1 |
    ///
    /// Source: GreedyLR, arXiv:2512.14527, as transformers 5 has it, whose bounds are learning rates (0.001 and 1) where these
    /// are factors.
    ///
    /// # Examples
    ///
    /// ```
    /// use rappel_schedule::{Clock, greedy};
    ///
    /// let plan = (0.1 * greedy().factor(0.5).patience(1)).bind(&Clock::new())?;
    /// let observe = |state, (step, loss)| plan.observe(&state, step, loss);
    /// let better = (0..).zip([0.9, 0.8]).fold(plan.state(), observe);
    /// assert_eq!(plan.at_with(2.0, &better), 0.2);
    /// let worse = (2..).zip([1.0, 1.1]).fold(better, observe);
    /// assert_eq!(plan.at_with(4.0, &worse), 0.1);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    Greedy, greedy, factor: true, done: false,
    /// What the factor is multiplied by when it falls, and divided by when it rises.
    factor: f64 = 0.95,
    /// How many good, or bad, metrics in a row are borne; the next moves the factor.
    patience: u32 = 10,
    /// By how much a metric must be better than the best so far to be good.
    threshold: f64 = 1e-6,
    /// Whether the threshold is a part of the best so far or a difference.
    threshold_mode: Threshold = Threshold::Abs,
    /// Which metrics are better.
    mode: Mode = Mode::Min,
    /// How many metrics after a fall are not looked at.
    cooldown: u32 = 0,
    /// How many metrics after a rise are not looked at.
    warmup: u32 = 0,
    /// The factor does not fall below this.
    min_factor: f64 = 0.01,
    /// The factor does not rise above this.
    max_factor: f64 = 10.0,
    /// A move by this or less is not made.
    eps: f64 = 0.0,
    /// Of how many metrics the mean is judged.
    window: u32 = 1,
    /// How many falls from the lowest factor make it begin anew.
    reset: u32 = 500,
}
factor!(Greedy);

const FACTOR: usize = 0;
const BEST: usize = 1;
const GOOD: usize = 2;
const BAD: usize = 3;
const COOLING: usize = 4;
const WARMING: usize = 5;
const RESET: usize = 6;
/// The metrics of the window, how many there are so far, and their sum, if means are judged.
const COUNT: usize = 7;
const SUM: usize = 8;
const WINDOW: usize = 9;

impl Greedy {
    pub(in crate::adaptive) fn checked(&self) -> Result<(), &'static str> {
        within(self.factor > 0.0 && self.factor < 1.0, "`factor` is above 0 and below 1")?;
        let most = if self.threshold_mode == Threshold::Rel { 1.0 } else { f64::INFINITY };
        within((0.0..most).contains(&self.threshold), "`threshold` is 0 or above, finite, and below 1 if relative")?;
        within(self.min_factor >= 0.0, "`min_factor` is 0 or above")?;
        within(
            self.max_factor >= self.min_factor && self.max_factor.is_finite(),
            "`max_factor` is `min_factor` or above",
        )?;
        within(self.eps >= 0.0 && self.eps.is_finite(), "`eps` is 0 or above, and finite")?;
        within((1..=65_536).contains(&self.window), "`window` is from 1 to 65536")?;
        within(self.reset > 0, "`reset` is 1 or above")
    }

    /// What is judged: the metric, or the mean of the window.
    fn smooth(&self, memory: &mut [f64], metric: f64) -> f64 {
        if self.window == 1 {
            return metric;
        }
        let count = memory[COUNT] as usize;
        let window = &mut memory[WINDOW..];
        let (sum, count) = if count < window.len() {
            window[count] = metric;
            (memory[SUM] + metric, count + 1)
        } else {
            let oldest = window[0];
            window.rotate_left(1);
            window[count - 1] = metric;
            // In this order, as the library has it: what is added and what is taken off round separately.
            (memory[SUM] + metric - oldest, count)
        };
        memory[SUM] = sum;
        memory[COUNT] = count as f64;
        sum / count as f64
    }
}

impl Adaptive for Greedy {
    fn start(&self) -> Vec<f64> {
        let worst = if self.mode == Mode::Min { f64::INFINITY } else { f64::NEG_INFINITY };
        let mut memory = vec![1.0, worst, 0.0, 0.0, 0.0, 0.0, f64::from(self.reset)];
        if self.window > 1 {
            memory.resize(WINDOW + self.window as usize, 0.0);
        }
        memory
    }

    fn observe(&self, memory: &mut [f64], metric: f64) {
        let metric = self.smooth(memory, metric);
        for waiting in [COOLING, WARMING] {
            if memory[waiting] > 0.0 {
                memory[waiting] -= 1.0;
                memory[GOOD] = 0.0;
                memory[BAD] = 0.0;
                return;
            }
        }
        if better(self.mode, self.threshold_mode, self.threshold, metric, memory[BEST]) {
            memory[BEST] = metric;
            memory[GOOD] += 1.0;
            memory[BAD] = 0.0;
        } else {
            memory[BAD] += 1.0;
            memory[GOOD] = 0.0;
        }
        let last = memory[FACTOR];
        if memory[GOOD] > f64::from(self.patience) {
            let next = (last / self.factor).min(self.max_factor);
            if next - last > self.eps {
                memory[FACTOR] = next;
            }
            memory[RESET] = f64::from(self.reset);
            memory[WARMING] = f64::from(self.warmup);
            memory[GOOD] = 0.0;
        } else if memory[BAD] > f64::from(self.patience) {
            let next = (last * self.factor).max(self.min_factor);
            if last - next > self.eps {
                memory[FACTOR] = next;
            }
            memory[COOLING] = f64::from(self.cooldown);
            memory[BAD] = 0.0;
            if memory[FACTOR] <= self.min_factor {
                memory[RESET] -= 1.0;
                if memory[RESET] <= 0.0 {
                    memory.copy_from_slice(&self.start());
                    // The fall that resets still has its cooldown.
                    memory[COOLING] = f64::from(self.cooldown);
                }
            }
        }
    }

    fn factor(&self, memory: &[f64]) -> f64 {
        memory[FACTOR]
    }

    fn range(&self) -> Option<(f64, f64)> {
        Some((self.min_factor.min(1.0), self.max_factor.max(1.0)))
    }
}
