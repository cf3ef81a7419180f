//! How often, and how changed each time.

use crate::Ratio;

/// How often a schedule is repeated, and what each time is to the one before.
///
/// Made from a number, by [`times`] or [`forever`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycles {
    /// How often; `None` is for ever.
    pub(crate) count: Option<u32>,
    /// Each period to the one before.
    pub(crate) grow: Ratio,
    /// Each value to that of the period before.
    pub(crate) decay: f64,
}

/// `n` times.
///
/// ```
/// use rappel_schedule::{Clock, cosine, times};
///
/// // Three restarts, each twice as long and half as high as the one before.
/// let lr = cosine(1.0, 0.0, 10).repeat(times(3).grow(2).decay(0.5));
/// assert_eq!(lr.to_string(), "cosine(1, 0, 10).repeat(3, grow=2, decay=0.5)");
/// let plan = lr.bind(&Clock::new())?;
/// assert_eq!([0, 10, 30, 70].map(|k| plan.at_step(k)), [1.0, 0.5, 0.25, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn times(n: u32) -> Cycles {
    Cycles { count: Some(n), grow: Ratio::ONE, decay: 1.0 }
}

/// For ever.
///
/// ```
/// use rappel_schedule::{Clock, forever, linear};
///
/// let plan = linear(0.0, 1.0, 4).repeat(forever()).bind(&Clock::new())?;
/// assert_eq!([3, 4, 4_000_001].map(|k| plan.at_step(k)), [0.75, 0.0, 0.25]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn forever() -> Cycles {
    Cycles { count: None, ..times(1) }
}

impl Cycles {
    /// Each period is so many times as long as the one before: above 1 they grow, below 1 they shrink. Kept exactly: cycle
    /// boundaries are sums of fractions, so the hundredth is where it should be.
    #[must_use]
    pub fn grow(self, by: impl Into<Ratio>) -> Cycles {
        Cycles { grow: by.into(), ..self }
    }

    /// Each value is so many times that of the period before.
    #[must_use]
    pub fn decay(self, by: f64) -> Cycles {
        Cycles { decay: by, ..self }
    }

    /// How often; `None` is for ever.
    pub fn count(self) -> Option<u32> {
        self.count
    }

    /// Each period to the one before.
    pub fn growth(self) -> Ratio {
        self.grow
    }

    /// Each value to that of the period before.
    pub fn factor(self) -> f64 {
        self.decay
    }
}

impl From<u32> for Cycles {
    fn from(n: u32) -> Cycles {
        times(n)
    }
}

impl From<i32> for Cycles {
    /// A negative number is no times at all, which is refused when the schedule is checked.
    fn from(n: i32) -> Cycles {
        times(n.try_into().unwrap_or(0))
    }
}
