//! One value, for a while.

use super::{Curve, Shape, Sum};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// One value, all the way.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hold<V> {
    /// The value.
    pub value: V,
}

/// `value` for `length` steps: what comes next follows it. [`constant`](crate::constant) never ends.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, hold};
///
/// let plan = hold(0.1, 30).then(hold(0.01, 30)).then(0.001).bind(&Clock::new())?;
/// assert_eq!([29, 30, 59, 60].map(|k| plan.at_step(k)), [0.1, 0.01, 0.01, 0.001]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn hold(value: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Hold(Hold { value: value.into() }), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Hold<V> {
    const NAME: &'static str = "hold";
    const CONTINUES: bool = true;
    type Over<L> = Hold<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Hold<L> {
        Hold { value: f(&self.value) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        let _ = z;
        self.value
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let _ = (first, whole);
        Some(Sum::level(self.value.re(), count))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady(ends)
    }
}
