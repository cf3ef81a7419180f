//! A straight line.

use super::{Curve, Shape, Sum, between};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A straight line: when `z` of the way is gone, `from + (to - from) z`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two, and exactly `from` everywhere if they are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Linear<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
}

/// A straight line from `from` at step 0 to `to` at step `length`, where the next piece begins.
///
/// With `from == to` it holds a value for a while, which [`constant`](crate::constant) does for ever.
///
/// # Examples
///
/// ```
/// use rappel_schedule::linear;
///
/// let plan = linear(0.0, 1.0, 4).bind(&Default::default())?;
/// assert_eq!([0, 1, 2, 3, 4, 5].map(|k| plan.at_step(k)), [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]);
///
/// // The end value on the last of the four steps.
/// let plan = linear(0.0, 1.0, 4).inclusive().bind(&Default::default())?;
/// assert_eq!([0, 3, 4].map(|k| plan.at_step(k)), [0.0, 1.0, 1.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn linear(from: impl Into<Value>, to: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Linear(Linear { from: from.into(), to: to.into() }), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Linear<V> {
    const NAME: &'static str = "linear";
    const CONTINUES: bool = true;
    type Over<L> = Linear<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Linear<L> {
        Linear { from: f(&self.from), to: f(&self.to) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        between(self.from, self.to, z)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        Some(line(self.from.re(), self.to.re(), first, whole, count))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}

/// The sum of values on a line: so many times the middle one of them.
pub(super) fn line(from: f64, to: f64, first: f64, whole: f64, count: u64) -> Sum {
    let n = count as f64;
    let (start, end) = (first / whole, (first + (n - 1.0)) / whole);
    let most = [start, end].map(|z| from.abs() * (1.0 - z).abs() + to.abs() * z.abs());
    let middle = (first + (n - 1.0) / 2.0) / whole;
    Sum::closed(n * (from * (1.0 - middle) + to * middle), count, most[0].max(most[1]) + from.abs())
}
