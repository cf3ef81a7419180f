//! A constant ratio from step to step.

use super::{Curve, Shape, Sum};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A constant ratio from step to step: when `z` of the way is gone, `from (to / from)^z`, a line in the logarithm.
///
/// Exactly `from` at 0 and `to` at 1. Both have the same sign and neither is 0: an exponential never gets through zero.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exponential<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
}

/// From `from` to `to` over `length` by a constant ratio; a sweep of learning rates is `exponential(1e-7, 10.0, 100)`.
///
/// Without an end, as a ratio every so many steps, it is [`exponential_decay`](crate::exponential_decay).
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, exponential};
///
/// let plan = exponential(1.0, 1e-4, 4).bind(&Clock::new())?;
/// assert!((plan.at_step(1) - 0.1).abs() < 1e-15);
/// assert_eq!(plan.at_step(4), 1e-4);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn exponential(from: impl Into<Value>, to: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Exponential(Exponential { from: from.into(), to: to.into() }), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Exponential<V> {
    const NAME: &'static str = "exponential";
    const CONTINUES: bool = true;
    type Over<L> = Exponential<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Exponential<L> {
        Exponential { from: f(&self.from), to: f(&self.to) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::one_sign(self.from, self.to)
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        if z.re() == 1.0 {
            return self.to;
        }
        let ratio = self.to / self.from;
        if ratio.re() == 0.0 || !ratio.re().is_finite() {
            // Too far apart for their ratio to be a float: each to its part of the way.
            let sign = z.lit(self.from.re().signum());
            return sign * (self.from * sign).powf(z.lit(1.0) - z) * (self.to * sign).powf(z);
        }
        self.from * ratio.powf(z)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to) = (self.from.re(), self.to.re());
        Some(super::exponential_decay::series(from, to / from, first, whole, count))
    }
}
