//! A negative power of time.

use super::{Curve, Shape, Sum, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A negative power of time: at `z` units of time, `value (1 + z)^-power`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct InversePower<V> {
    /// The value at the start.
    pub value: V,
    /// The power, above 0.
    pub power: V,
}

/// `value (1 + t / timescale)^-power` at step `t`.
///
/// It has no end: nothing can follow it unless it is cut by [`take`](Schedule::take).
///
/// Source: the power schedule of Shen et al., arXiv:2408.13359.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, inverse_power};
///
/// let plan = inverse_power(1.0, 2, 100).bind(&Clock::new())?;
/// assert_eq!([0, 100, 300].map(|k| plan.at_step(k)), [1.0, 0.25, 0.0625]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn inverse_power(value: impl Into<Value>, power: impl Into<Value>, timescale: impl Into<Length>) -> Schedule {
    Schedule::segment(
        Shape::InversePower(InversePower { value: value.into(), power: power.into() }),
        timescale.into(),
        Reach::Next,
    )
}

impl<V: Clone> Curve<V> for InversePower<V> {
    const NAME: &'static str = "inverse_power";
    const ENDLESS: bool = true;
    type Over<L> = InversePower<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> InversePower<L> {
        InversePower { value: f(&self.value), power: f(&self.power) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.power, "the power must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.value * (z.lit(1.0) + z).powf(-self.power)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let power = self.power.re();
        Some(powers(whole + first, whole, -power, count).times(self.value.re()).rougher(f64::EPSILON * 4.0 * power))
    }
}
