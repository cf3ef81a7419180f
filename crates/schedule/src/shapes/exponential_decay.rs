//! A factor every so many steps.

use super::{Curve, Shape, Sum};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A factor every so many steps: at `z` units of time, `value rate^z`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExponentialDecay<V> {
    /// The value at the start.
    pub value: V,
    /// The factor, above 0.
    pub rate: V,
}

/// `value rate^(t / every)` at step `t`: smooth. In stairs it is `exponential_decay(..).hold_every(every)`.
///
/// It has no end: nothing can follow it unless it is cut by [`take`](Schedule::take).
///
/// Source: `ExponentialDecay` of Keras, `exponential_decay` of optax.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, exponential_decay};
///
/// let smooth = exponential_decay(1.0, 0.25, 100);
/// assert_eq!(smooth.bind(&Clock::new())?.at_step(50), 0.5);
/// let stairs = smooth.hold_every(100).bind(&Clock::new())?;
/// assert_eq!([99, 100, 199].map(|k| stairs.at_step(k)), [1.0, 0.25, 0.25]);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn exponential_decay(value: impl Into<Value>, rate: impl Into<Value>, every: impl Into<Length>) -> Schedule {
    Schedule::segment(
        Shape::ExponentialDecay(ExponentialDecay { value: value.into(), rate: rate.into() }),
        every.into(),
        Reach::Next,
    )
}

impl<V: Clone> Curve<V> for ExponentialDecay<V> {
    const NAME: &'static str = "exponential_decay";
    const ENDLESS: bool = true;
    type Over<L> = ExponentialDecay<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> ExponentialDecay<L> {
        ExponentialDecay { value: f(&self.value), rate: f(&self.rate) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        super::positive(self.rate, "the factor must be above 0")
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.value * self.rate.powf(z)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        Some(series(self.value.re(), self.rate.re(), first, whole, count))
    }
}

/// The sum of `value ratio^((first + i) / whole)`: the geometric series, by a difference of exponentials that is exact for ratios
/// close to 1. Each power of the evaluation is as rough as its exponent is large, and so are these.
pub(super) fn series(value: f64, ratio: f64, first: f64, whole: f64, count: u64) -> Sum {
    let (log, n) = (ratio.ln() / whole, count as f64);
    let start = value * (ratio.ln() * (first / whole)).exp();
    let terms = if log == 0.0 { n } else { (n * log).exp_m1() / log.exp_m1() };
    let rough = f64::EPSILON * (16.0 + 8.0 * (log * (first + n)).abs());
    let size = (start * terms).abs();
    Sum { value: start * terms, error: rough * size, size }
}
