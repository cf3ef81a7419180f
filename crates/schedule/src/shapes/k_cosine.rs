//! Half a period of a cosine, over a power of time.

use super::{Curve, Shape, between};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;
use std::f64::consts::FRAC_PI_2;

/// Half a period of a cosine over a power of time: when `z` of the way is gone, `to + (from - to) (1 + cos(pi z^k)) / 2`.
///
/// Exactly `from` at 0 and `to` at 1, never outside the two. With `k` above 1 it stays up longer, with 1 it is
/// [`Cosine`](crate::Cosine). `k` is above 0.
///
/// Source: Zhang and Li, *k-decay: A New Method For Learning Rate Schedule*, arXiv:2004.05909; `k_decay` of timm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct KCosine<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
    /// The power of time, above 0.
    pub k: V,
}

/// From `from` to `to` over `length`, along half a period of a cosine over the `k`-th power of time.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, cosine, k_cosine};
///
/// let plan = k_cosine(1.0, 0.0, 2, 10).bind(&Clock::new())?;
/// assert_eq!([0, 10].map(|k| plan.at_step(k)), [1.0, 0.0]);
/// // Half of the way in square time is a quarter.
/// assert_eq!(plan.at_step(5), cosine(1.0, 0.0, 100).bind(&Clock::new())?.at_step(25));
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn k_cosine(
    from: impl Into<Value>,
    to: impl Into<Value>,
    k: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    let shape = KCosine { from: from.into(), to: to.into(), k: k.into() };
    Schedule::segment(Shape::KCosine(shape), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for KCosine<V> {
    const NAME: &'static str = "k_cosine";
    type Over<L> = KCosine<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> KCosine<L> {
        KCosine { from: f(&self.from), to: f(&self.to), k: f(&self.k) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.k, "the power of time must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        let way = super::bent(z, self.k);
        let first_half = way.re() < 0.5;
        let (near, far, way) =
            if first_half { (self.from, self.to, way) } else { (self.to, self.from, z.lit(1.0) - way) };
        let s = (way * z.lit(FRAC_PI_2)).sin();
        between(near, far, s * s)
    }
}
