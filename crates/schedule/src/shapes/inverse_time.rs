//! One over time.

use super::{Curve, Shape, Sum, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// One over time: at `z` units of time, `value / (1 + z)`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct InverseTime<V> {
    /// The value at the start.
    pub value: V,
}

/// `value / (1 + t / timescale)` at step `t`.
///
/// It has no end: nothing can follow it unless it is cut by [`take`](Schedule::take).
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, inverse_time};
///
/// let plan = inverse_time(1.0, 100).bind(&Clock::new())?;
/// assert_eq!([0, 100, 300].map(|k| plan.at_step(k)), [1.0, 0.5, 0.25]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn inverse_time(value: impl Into<Value>, timescale: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::InverseTime(InverseTime { value: value.into() }), timescale.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for InverseTime<V> {
    const NAME: &'static str = "inverse_time";
    const ENDLESS: bool = true;
    type Over<L> = InverseTime<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> InverseTime<L> {
        InverseTime { value: f(&self.value) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.value / (z.lit(1.0) + z)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        Some(powers(whole + first, whole, -1.0, count).times(self.value.re()))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}
