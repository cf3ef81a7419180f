//! A part of a hyperbolic tangent.

use super::{Curve, Shape, between};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// A part of a hyperbolic tangent: when `z` of the way is gone, `to + (from - to) (1 - tanh(lower (1 - z) + upper z)) / 2`.
///
/// Between `from` and `to` and nowhere exactly either: from -7 to 3 it begins within 1e-6 of `from`, and ends 0.25 % of the
/// difference short of `to`. `lower` is below `upper`.
///
/// Source: Hsueh et al., *Stochastic Gradient Descent with Hyperbolic-Tangent Decay on Classification*, arXiv:1806.01593;
/// `TanhLRScheduler` of timm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tanh<V> {
    /// The value it comes from.
    pub from: V,
    /// The value it tends to.
    pub to: V,
    /// The tangent's argument at the start.
    pub lower: V,
    /// The tangent's argument at the end.
    pub upper: V,
}

/// From about `from` to about `to` over `length`, along a hyperbolic tangent from `lower` to `upper`.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, tanh};
///
/// let plan = tanh(1.0, 0.0, -4, 4, 10).bind(&Clock::new())?;
/// assert_eq!(plan.at_step(5), 0.5);
/// assert!(plan.at_step(0) > 0.999 && plan.at_step(10) < 0.001);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn tanh(
    from: impl Into<Value>,
    to: impl Into<Value>,
    lower: impl Into<Value>,
    upper: impl Into<Value>,
    length: impl Into<Length>,
) -> Schedule {
    let shape = Tanh { from: from.into(), to: to.into(), lower: lower.into(), upper: upper.into() };
    Schedule::segment(Shape::Tanh(shape), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Tanh<V> {
    const NAME: &'static str = "tanh";
    type Over<L> = Tanh<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Tanh<L> {
        Tanh { from: f(&self.from), to: f(&self.to), lower: f(&self.lower), upper: f(&self.upper) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        match self.lower.re() < self.upper.re() {
            true => Ok(()),
            false => Err("the tangent's argument must rise: the lower is below the upper"),
        }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        // (1 - tanh x) / 2 as one over 1 + e^2x keeps its digits where it is small.
        let x = self.lower * (z.lit(1.0) - z) + self.upper * z;
        between(self.to, self.from, z.lit(1.0) / (z.lit(1.0) + (x + x).exp()))
    }
}
