//! One over the square root of time.

use super::{Curve, Shape, Sum, powers};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// One over the square root of time: at `z` units of time, `value / sqrt(1 + z)`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct InverseSqrt<V> {
    /// The value at the start.
    pub value: V,
}

/// `value / sqrt(1 + t / timescale)` at step `t`.
///
/// It has no end: nothing can follow it unless it is cut by [`take`](Schedule::take).
///
/// The usual `peak / sqrt(step)` after a warm-up of `w` steps is `linear(0, peak, w) >> inverse_sqrt(peak, w)`: Vaswani et al.,
/// arXiv:1706.03762, equation 3.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, inverse_sqrt};
///
/// let plan = inverse_sqrt(1.0, 100).bind(&Clock::new())?;
/// assert_eq!([0, 300, 800].map(|k| plan.at_step(k)), [1.0, 0.5, 1.0 / 3.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn inverse_sqrt(value: impl Into<Value>, timescale: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::InverseSqrt(InverseSqrt { value: value.into() }), timescale.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for InverseSqrt<V> {
    const NAME: &'static str = "inverse_sqrt";
    const ENDLESS: bool = true;
    type Over<L> = InverseSqrt<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> InverseSqrt<L> {
        InverseSqrt { value: f(&self.value) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.value / (z.lit(1.0) + z).sqrt()
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        Some(powers(whole + first, whole, -0.5, count).times(self.value.re()))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}
