//! A cooldown that is steep at first.

use super::{Curve, Shape, Sum, between, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A cooldown that is steep at first: when `z` of the way is gone, `to + (from - to) (1 - sqrt(z))`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two. Its slope at the very start is infinite.
///
/// Source: Hägele et al., *Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations*, arXiv:2405.18392.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct OneMinusSqrt<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
}

/// From `from` to `to` over `length`, by one minus the square root of the way.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, one_minus_sqrt};
///
/// let plan = one_minus_sqrt(1.0, 0.0, 100).bind(&Clock::new())?;
/// assert_eq!([0, 25, 100].map(|k| plan.at_step(k)), [1.0, 0.5, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn one_minus_sqrt(from: impl Into<Value>, to: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(
        Shape::OneMinusSqrt(OneMinusSqrt { from: from.into(), to: to.into() }),
        length.into(),
        Reach::Next,
    )
}

impl<V: Clone> Curve<V> for OneMinusSqrt<V> {
    const NAME: &'static str = "one_minus_sqrt";
    type Over<L> = OneMinusSqrt<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> OneMinusSqrt<L> {
        OneMinusSqrt { from: f(&self.from), to: f(&self.to) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        // At the start the square root has no derivative in the position: none is taken.
        let root = if z.re() <= 0.0 { z.lit(0.0) } else { z.sqrt() };
        between(self.from, self.to, root)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to) = (self.from.re(), self.to.re());
        let powers = powers(first, whole, 0.5, count);
        let starts = Sum::level(from, count);
        Some(starts.beside(powers.times(to - from)).within(f64::EPSILON * 8.0 * count as f64 * (from.abs() + to.abs())))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}
