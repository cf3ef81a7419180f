//! A power of what is left.

use super::{Curve, Shape, Sum, between, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A power of what is left: when `z` of the way is gone, `to + (from - to) (1 - z)^power`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two. A power of 1 is a line; above 1 it leaves steeply and arrives
/// flat, below 1 the other way round. The power is above 0.
///
/// Source: DeepLab's "poly" policy, arXiv:1606.00915, section 4.1 (power 0.9).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Polynomial<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
    /// The power, above 0.
    pub power: V,
}

/// From `from` to `to` over `length`, along a `power` of what is left of the way.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, polynomial};
///
/// let plan = polynomial(1.0, 0.0, 2, 10).bind(&Clock::new())?;
/// assert_eq!([0, 5, 10, 11].map(|k| plan.at_step(k)), [1.0, 0.25, 0.0, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn polynomial(
    from: impl Into<Value>,
    to: impl Into<Value>,
    power: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    Schedule::segment(
        Shape::Polynomial(Polynomial { from: from.into(), to: to.into(), power: power.into() }),
        length.into(),
        Reach::Next,
    )
}

impl<V: Clone> Curve<V> for Polynomial<V> {
    const NAME: &'static str = "polynomial";
    type Over<L> = Polynomial<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Polynomial<L> {
        Polynomial { from: f(&self.from), to: f(&self.to), power: f(&self.power) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.power, "the power of a polynomial must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        let left = z.lit(1.0) - z;
        // At the end the power's own derivative, 0 times the logarithm of 0, is left out.
        let weight = if left.re() <= 0.0 { z.lit(0.0) } else { left.powf(self.power) };
        between(self.to, self.from, weight)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to, power) = (self.from.re(), self.to.re(), self.power.re());
        // What is left of the way, the least first.
        let left = whole - first - (count - 1) as f64;
        let powers = powers(left.max(0.0), whole, power, count).rougher(f64::EPSILON * 4.0 * (1.0 + power));
        let ends = Sum::level(to, count);
        Some(ends.beside(powers.times(from - to)).within(f64::EPSILON * 8.0 * count as f64 * (from.abs() + to.abs())))
    }

    fn range(&self, ends: [f64; 2], next: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        let (from, to) = (self.from.re(), self.to.re());
        let (low, high) = super::loose(ends, next, from.abs().max(to.abs()));
        (low.max(from.min(to)), high.min(from.max(to)))
    }
}
