//! A metric that has settled.

use super::Adaptive;
use super::settings::{Threshold, rule, within};

rule! {
    /// Says that a piece is done when a metric is stable: for [`Schedule::until`](crate::Schedule::until), such as a warm-up
    /// that lasts until the gradient's norm, or the sharpness, has settled.
    ///
    /// A metric is stable when each of its last `window` values lies within `tolerance` of their mean: within that part of the
    /// mean's size, or within that difference. A trend is not stable, unless the whole of it over the window is that small. A
    /// NaN or an infinity is never stable and makes the window begin anew.
    ///
    /// | setting | at first | range |
    /// |---|---|---|
    /// | `window` | 10 | metrics, 2 to 65536 |
    /// | `tolerance` | 0.05 | from 0, finite |
    /// | `tolerance_mode` | `Rel` | |
    ///
    /// # Examples
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, linear, stable};
    ///
    /// // A warm-up of 1000 steps, or until then; then the decay, from the rate that was reached.
    /// let lr = linear(0.0, 1.0, 1000).until(stable().window(3)).then_from_here(|here| cosine(here, 0.0, 100));
    /// assert_eq!(lr.to_string(), "linear(0, 1, 1000).until(stable(window=3)) >> cosine(here, 0, 100)");
    ///
    /// let plan = lr.bind(&Clock::new())?;
    /// let norms = [9.0, 4.0, 2.0, 1.01, 1.0, 0.99]; // the last three are within 5 % of 1
    /// let state = (0..).zip(norms).fold(plan.state(), |state, (step, norm)| plan.observe(&state, step, norm));
    /// assert_eq!([6.0, 106.0].map(|t| plan.at_with(t, &state)), [0.006, 0.0]);
    /// assert_eq!(plan.at(56.0), 0.056); // nothing observed
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    Stable, stable, factor: false, done: true,
    /// How many metrics must agree.
    window: u32 = 10,
    /// How far from their mean each may be.
    tolerance: f64 = 0.05,
    /// Whether the tolerance is a part of the mean's size or a difference.
    tolerance_mode: Threshold = Threshold::Rel,
}

impl Stable {
    pub(in crate::adaptive) fn checked(&self) -> Result<(), &'static str> {
        within((2..=65_536).contains(&self.window), "`window` is from 2 to 65536")?;
        within(self.tolerance >= 0.0 && self.tolerance.is_finite(), "`tolerance` is 0 or above, and finite")
    }
}

/// It remembers how many metrics the window has, then these, the oldest first.
impl Adaptive for Stable {
    fn start(&self) -> Vec<f64> {
        vec![0.0; 1 + self.window as usize]
    }

    fn observe(&self, memory: &mut [f64], metric: f64) {
        let (count, window) = memory.split_first_mut().expect("a count and a window");
        if !metric.is_finite() {
            *count = 0.0;
            return;
        }
        let n = *count as usize;
        match window.get_mut(n) {
            Some(place) => {
                *place = metric;
                *count += 1.0;
            }
            None => {
                window.rotate_left(1);
                window[n - 1] = metric;
            }
        }
    }

    fn done(&self, memory: &[f64]) -> bool {
        let (count, window) = memory.split_first().expect("a count and a window");
        if *count < window.len() as f64 {
            return false;
        }
        // Divided first, so that the sum of large ones does not overflow.
        let n = window.len() as f64;
        let mean: f64 = window.iter().map(|metric| metric / n).sum();
        let far = match self.tolerance_mode {
            Threshold::Rel => self.tolerance * mean.abs(),
            Threshold::Abs => self.tolerance,
        };
        window.iter().all(|metric| (metric - mean).abs() <= far)
    }
}
