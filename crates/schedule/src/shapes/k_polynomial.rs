//! A power of what is left, over a power of time.

use super::{Curve, Shape, between};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A power of what is left over a power of time: when `z` of the way is gone, `to + (from - to) (1 - z^k)^power`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two. With `k` 1 it is [`Polynomial`](crate::Polynomial). Both powers
/// are above 0.
///
/// Source: Zhang and Li, *k-decay: A New Method For Learning Rate Schedule*, arXiv:2004.05909; `k_decay` of timm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct KPolynomial<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
    /// The power of what is left, above 0.
    pub power: V,
    /// The power of time, above 0.
    pub k: V,
}

/// From `from` to `to` over `length`, along a power of what is left over the `k`-th power of time.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, k_polynomial};
///
/// let plan = k_polynomial(1.0, 0.0, 1, 2, 10).bind(&Clock::new())?;
/// assert_eq!([0, 5, 10].map(|k| plan.at_step(k)), [1.0, 0.75, 0.0]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn k_polynomial(
    from: impl Into<Value>,
    to: impl Into<Value>,
    power: impl Into<Value>,
    k: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    let shape = KPolynomial { from: from.into(), to: to.into(), power: power.into(), k: k.into() };
    Schedule::segment(Shape::KPolynomial(shape), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for KPolynomial<V> {
    const NAME: &'static str = "k_polynomial";
    type Over<L> = KPolynomial<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> KPolynomial<L> {
        KPolynomial { from: f(&self.from), to: f(&self.to), power: f(&self.power), k: f(&self.k) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.power, "the power of a polynomial must be above 0")?;
        super::positive(self.k, "the power of time must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        let left = z.lit(1.0) - super::bent(z, self.k);
        // At the end the power's own derivative, 0 times the logarithm of 0, is left out.
        let weight = if left.re() <= 0.0 { z.lit(0.0) } else { left.powf(self.power) };
        between(self.to, self.from, weight)
    }
}
