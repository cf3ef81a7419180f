//! A power of the way gone.

use super::{Curve, Shape, Sum, between, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A power of the way gone: when `z` of the way is gone, `from + (to - from) z^power`.
///
/// Exactly `from` at 0 and `to` at 1. The power is above 0. Where [`Polynomial`](crate::Polynomial) has a power of what is
/// left, and so its steep part at the start, this has it at the end. Below power 1 there is no derivative at the start: none
/// is taken.
///
/// Source: `SchedPoly` of fastai.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Power<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
    /// The power, above 0.
    pub power: V,
}

/// From `from` to `to` over `length`, along a power of the way gone.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, power};
///
/// let plan = power(1.0, 0.0, 2, 10).bind(&Clock::new())?;
/// assert_eq!([0, 5, 10].map(|k| plan.at_step(k)), [1.0, 0.75, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn power(
    from: impl Into<Value>,
    to: impl Into<Value>,
    power: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    let shape = Power { from: from.into(), to: to.into(), power: power.into() };
    Schedule::segment(Shape::Power(shape), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Power<V> {
    const NAME: &'static str = "power";
    const CONTINUES: bool = true;
    type Over<L> = Power<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Power<L> {
        Power { from: f(&self.from), to: f(&self.to), power: f(&self.power) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.power, "the power of the way gone must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        between(self.from, self.to, super::bent(z, self.power))
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to, power) = (self.from.re(), self.to.re(), self.power.re());
        let powers = powers(first.max(0.0), whole, power, count).rougher(f64::EPSILON * 4.0 * (1.0 + power));
        let start = Sum::level(from, count);
        Some(start.beside(powers.times(to - from)).within(f64::EPSILON * 8.0 * count as f64 * (from.abs() + to.abs())))
    }
}
