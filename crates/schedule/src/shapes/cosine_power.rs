//! Half a period of a cosine, to a power.

use super::{Curve, Shape, Sum, between, cosines};
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

/// Up to here the sum of a whole power is taken as that of its waves.
const MOST_EXPONENT: f64 = 16.0;

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

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let (from, to, exponent) = (self.from.re(), self.to.re(), self.exponent.re());
        if exponent.fract() != 0.0 || exponent > MOST_EXPONENT || whole <= exponent {
            return None;
        }
        // cos^2p(x / 2) is the mean of cos(k x), k from -p to p, weighted by the binomials of 2p.
        let p = exponent as u32;
        let mut weight = (1..=p).fold(1.0, |w, k| w * f64::from(p + k) / f64::from(k) / 4.0);
        let mut weights = weight * count as f64;
        for k in 1..=p {
            weight *= f64::from(p - k + 1) / f64::from(p + k);
            weights += 2.0 * weight * cosines(first, whole, f64::from(k), count);
        }
        let most = from.abs() + to.abs();
        Some(Sum::closed(to * count as f64 + (from - to) * weights, count, most * f64::from(p)))
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
