//! A linear warm-up whose first step counts.

use super::{Curve, Shape, Sum};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A straight line from zero whose first step counts: when `z` of the way is gone, `peak z`.
///
/// A segment draws it [`Counted`](Reach::Counted), so `z` is `(t + 1) / n` at step `t`: never zero, all of it on the last
/// step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Warmup<V> {
    /// The value at the end.
    pub peak: V,
}

/// A linear warm-up: `peak * (t + 1) / length` at step `t`, so the first step already moves and the last has the peak.
///
/// These are the values of `linear(peak / n, peak, n).inclusive()`, where `n` is the length in steps. Followed by a piece
/// that begins at `peak`, the steps `n - 1` and `n` both have it. A warm-up that wastes its first step at zero is
/// `linear(0.0, peak, length)`. The peak is one knob and the length another, in whatever unit.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{cosine, warmup};
///
/// let plan = warmup(1.0, 4).then(cosine(1.0, 0.0, 100)).bind(&Default::default())?;
/// assert_eq!([0, 1, 2, 3, 4].map(|k| plan.at_step(k)), [0.25, 0.5, 0.75, 1.0, 1.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn warmup(peak: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Warmup(Warmup { peak: peak.into() }), length.into(), Reach::Counted)
}

impl<V: Clone> Curve<V> for Warmup<V> {
    const NAME: &'static str = "warmup";
    type Over<L> = Warmup<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Warmup<L> {
        Warmup { peak: f(&self.peak) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.peak * z
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        Some(super::linear::line(0.0, self.peak.re(), first, whole, count))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}
