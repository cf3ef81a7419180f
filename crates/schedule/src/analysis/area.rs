//! The sum of the values over steps.

use super::Sum;
use super::window::Window;
use crate::Plan;
use std::ops::Range;

/// So many steps are not worth a closed form.
const FEW: u64 = 32;

/// The sum of a schedule's values over some steps: what [`Plan::area`] gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The sum.
    pub value: f64,
    /// How far the exact sum of the values can be from `value`, at most.
    pub error: f64,
}

impl Plan {
    /// The area under the schedule: the sum of the values of the steps `steps.start` to `steps.end - 1`, each as
    /// [`at_step`](Plan::at_step) gives it, added without rounding. It is a sum over updates and not an integral over time,
    /// so it counts what an optimizer sees, and `area(a..b) + area(b..c)` is `area(a..c)` up to the errors.
    ///
    /// The result is within [`Area::error`] of that sum, always. The proof, piece by piece:
    ///
    /// - a held value, a line, a whole power of a cosine and an exponential have closed forms (Gauss, Dirichlet's kernel, the
    ///   geometric series); all other powers of time, as one over its square root, are summed by Euler and Maclaurin's
    ///   formula, whose remainder is bounded by its last term as their derivatives keep their sign. The error counts the
    ///   roundings of these forms, and those of the evaluation they stand for;
    /// - sequences, cuts and repetitions add their parts, and a period that is a whole number of steps is summed once;
    /// - `+` adds and a factor that is level multiplies; `min`, `max` and `clamp` are taken period by
    ///   period where one side is periodic, and else halved until one side is the smaller all the way;
    /// - what is left (a product of two that move, noise, functions of one's own, knobs that move) is evaluated step by
    ///   step, up to 16 million steps of a piece; beyond, blocks of steps are bounded by their [`range`](Plan::range).
    ///
    /// So it takes the time of the pieces and not that of the steps, save for the last. Adaptive rules count as they are
    /// before anything is observed. An empty range has area 0.
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, warmup};
    ///
    /// let plan = warmup(1.0, 100).then(cosine(1.0, 0.0, 900)).bind(&Clock::new())?;
    /// let area = plan.area(0..1000);
    /// assert!((area.value - (50.5 + 450.5)).abs() <= area.error && area.error < 1e-10, "{area:?}");
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn area(&self, steps: Range<u64>) -> Area {
        let sum = self.piece().area(Window::of(&steps));
        Area { value: sum.value, error: sum.error }
    }

    /// After how many steps, counted from step 0, the area first reaches `area`: `area(0..n)` is at least that, and less
    /// for every smaller `n`, as far as [`Area::error`] can tell. `None` if `within` steps do not suffice.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(1.0, 0.0, 4).bind(&Clock::new())?; // 1, 0.75, 0.5, 0.25, 0, ..
    /// assert_eq!(plan.step_at_area(1.75, 100), Some(2));
    /// assert_eq!(plan.step_at_area(2.5, 100), Some(4));
    /// assert_eq!(plan.step_at_area(2.6, 1 << 50), None);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn step_at_area(&self, area: f64, within: u64) -> Option<u64> {
        if area <= 0.0 {
            return Some(0);
        }
        if area.is_nan() {
            return None;
        }
        let (mut from, mut width, mut sum) = (0, 64, Sum::default());
        while from < within {
            let to = within.min(from + width);
            match self.reach(from..to, &mut sum, area) {
                Some(step) => return Some(step),
                None => (from, width) = (to, width.saturating_mul(2)),
            }
        }
        None
    }

    /// The first step count in `steps` at which `sum`, the area before them, reaches `area`; else `sum` has grown by theirs.
    fn reach(&self, steps: Range<u64>, sum: &mut Sum, area: f64) -> Option<u64> {
        let window = Window::of(&steps);
        let count = window.count();
        if count <= FEW {
            for step in steps {
                *sum = sum.plus(Sum::level(self.at_step(step), 1));
                if sum.value >= area {
                    return Some(step + 1);
                }
            }
            return None;
        }
        let (low, high) = self.piece().range(window);
        let all = sum.plus(self.piece().area(window));
        // Where nothing falls the end is the highest; where something does, this is how high it can get.
        let reached = if low >= 0.0 { all.value } else { sum.value + high.max(0.0) * count as f64 };
        if reached < area {
            *sum = all;
            return None;
        }
        let middle = steps.start + count / 2;
        self.reach(steps.start..middle, sum, area).or_else(|| self.reach(middle..steps.end, sum, area))
    }

    /// The factor by which every value has to be multiplied for the steps to have the area `area`: of a schedule whose peak
    /// is 1, the peak. `None` if their area is 0, or cannot be told from 0.
    ///
    /// ```
    /// use rappel_schedule::{Clock, hold, linear};
    ///
    /// // The peak with which a linear decay has the area of 1,000 steps at 0.1.
    /// let decay = linear(1.0, 0.0, 1000).bind(&Clock::new())?;
    /// let peak = decay.peak_for_area(0..1000, 100.0).expect("not flat");
    /// assert!((peak - 100.0 / 500.5).abs() < 1e-15);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn peak_for_area(&self, steps: Range<u64>, area: f64) -> Option<f64> {
        let Area { value, error } = self.area(steps);
        (value.abs() > error).then(|| area / value)
    }

    /// The annealing area S2 of the steps: how far the rate has come down, and how long ago, remembered with `decay` per step.
    ///
    /// With the rates `r_0`, `r_1`, .. of the steps it is the sum over `i` of the sum over `k` from 1 to `i` of
    /// `(r_(k-1) - r_k) decay^(i - k)`: positive if the rate comes down, negative if it rises. It is summed step by step. The
    /// area S1 of the same paper is [`area`](Plan::area).
    ///
    /// Source: Tissue, Wang and Wang, *Scaling Law with Learning Rate Annealing*, arXiv:2408.11029, equation 4; its decay is
    /// [`Plan::ANNEALING_DECAY`].
    ///
    /// ```
    /// use rappel_schedule::{Clock, Plan, linear};
    ///
    /// let plan = linear(1.0, 0.0, 2).bind(&Clock::new())?; // 1, 0.5, 0
    /// assert_eq!(plan.annealing_area(0..3, 0.5), 0.5 + (0.5 + 0.5 * 0.5));
    /// assert!(plan.annealing_area(0..100, Plan::ANNEALING_DECAY) > 90.0);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn annealing_area(&self, steps: Range<u64>, decay: f64) -> f64 {
        let mut before: Option<f64> = None;
        let (mut momentum, mut area) = (0.0, 0.0);
        self.piece().each(Window::of(&steps), &mut |rate| {
            momentum = momentum * decay + before.map_or(0.0, |before| before - rate);
            before = Some(rate);
            area += momentum;
        });
        area
    }

    /// The `decay` of the paper that defines the [annealing area](Plan::annealing_area).
    pub const ANNEALING_DECAY: f64 = 0.999;
}
