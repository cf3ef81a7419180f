//! Half a period of a cosine, to a power.

use super::{Curve, Shape, between};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;
use std::f64::consts::FRAC_PI_2;

/// Half a period of a cosine to a power: when `z` of the way is gone, `to + (from - to) ((1 + cos(pi z)) / 2)^exponent`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two. With exponent 1 it is [`Cosine`](crate::Cosine). The exponent
/// is above 0.
///
/// Source: `optax.cosine_decay_schedule`, its `exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CosinePower<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
    /// The exponent, above 0.
    pub exponent: V,
}

/// From `from` to `to` over `length`, along a power of half a period of a cosine.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, cosine_power};
///
/// let plan = cosine_power(1.0, 0.0, 2, 10).bind(&Clock::new())?;
/// assert!((plan.at_step(5) - 0.25).abs() < 1e-15);
/// assert_eq!([0, 10].map(|k| plan.at_step(k)), [1.0, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn cosine_power(
    from: impl Into<Value>,
    to: impl Into<Value>,
    exponent: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    Schedule::segment(
        Shape::CosinePower(CosinePower { from: from.into(), to: to.into(), exponent: exponent.into() }),
        length.into(),
        Reach::Next,
    )
}

impl<V: Clone> Curve<V> for CosinePower<V> {
    const NAME: &'static str = "cosine_power";
    type Over<L> = CosinePower<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> CosinePower<L> {
        CosinePower { from: f(&self.from), to: f(&self.to), exponent: f(&self.exponent) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.exponent, "the exponent of a cosine must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        let c = ((z.lit(1.0) - z) * z.lit(FRAC_PI_2)).sin();
        let weight = if z.re() == 1.0 { z.lit(0.0) } else { (c * c).powf(self.exponent) };
        between(self.to, self.from, weight)
    }
}
