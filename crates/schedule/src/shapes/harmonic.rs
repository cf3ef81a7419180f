//! A line in the reciprocal.

use super::{Curve, Shape, Sum, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A line in the reciprocal: when `z` of the way is gone, `1 / ((1 - z) / from + z / to)`.
///
/// Exactly `from` at 0 and `to` at 1. Both have the same sign and neither is 0.
///
/// Source: the decay of WSD-S, Wen et al., arXiv:2410.05192, section 4.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Harmonic<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
}

/// From `from` to `to` over `length`, on a line in the reciprocal: steep at first.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, harmonic};
///
/// let plan = harmonic(1.0, 0.25, 3).bind(&Clock::new())?;
/// assert_eq!([0, 1, 2, 3].map(|k| plan.at_step(k)), [1.0, 0.5, 1.0 / 3.0, 0.25]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn harmonic(from: impl Into<Value>, to: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Harmonic(Harmonic { from: from.into(), to: to.into() }), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Harmonic<V> {
    const NAME: &'static str = "harmonic";
    type Over<L> = Harmonic<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Harmonic<L> {
        Harmonic { from: f(&self.from), to: f(&self.to) }
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
        let one = z.lit(1.0);
        one / ((one - z) / self.from + z / self.to)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to) = (self.from.re(), self.to.re());
        if from == to {
            return Some(Sum::level(from, count).rougher(4.0 * f64::EPSILON));
        }
        // One over a line, from - to units of way per unit, that would be 0 before the start or after the end.
        let zero = whole * to / (from - to);
        let low = if zero > 0.0 { zero + first } else { -zero - first - (count - 1) as f64 };
        let once = from * zero.abs() / whole;
        let near = f64::EPSILON * 8.0 * (1.0 + zero.abs() / low);
        Some(powers(low, whole, -1.0, count).times(once).rougher(near))
    }
}
