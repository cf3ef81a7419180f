//! Half a period of a cosine.

use super::{Curve, Shape, Sum, between, cosines, short_of};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;
use std::f64::consts::FRAC_PI_2;

/// Half a period of a cosine: when `z` of the way is gone, `to + (from - to) (1 + cos(pi z)) / 2`.
///
/// It leaves `from` and reaches `to` with slope 0. Exactly `from` at 0 and `to` at 1, never outside the two. It is computed
/// from the nearer end, as `sin^2(pi z / 2)`, so that the small values close to an end that is zero keep all their digits.
///
/// Source: Loshchilov and Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, arXiv:1608.03983, equation 5,
/// without the restarts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cosine<V> {
    /// The value at the start.
    pub from: V,
    /// The value at the end.
    pub to: V,
}

/// Half a period of a cosine from `from` at step 0 to `to` at step `length`, where the next piece begins.
///
/// After its end it holds `to`: it does not rise again. In a run of known length, `cosine(a, b, rest())` lasts as long as
/// the run; do not compute the length by a subtraction as `steps - 200`, which underflows in a short run ([`rest`]).
///
/// [`rest`]: crate::rest
///
/// # Examples
///
/// ```
/// use rappel_schedule::{cosine, rest, warmup};
///
/// let lr = warmup(1e-3, 200).then(cosine(1e-3, 0.0, rest())).over(1000)?;
/// assert_eq!(lr.at_step(200), 1e-3);
/// assert!((lr.at_step(600) - 0.5e-3).abs() < 1e-18);
/// assert_eq!(lr.at_step(1000), 0.0);
/// assert_eq!(lr.at_step(1800), 0.0);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn cosine(from: impl Into<Value>, to: impl Into<Value>, length: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Cosine(Cosine { from: from.into(), to: to.into() }), length.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Cosine<V> {
    const NAME: &'static str = "cosine";
    const CONTINUES: bool = true;
    type Over<L> = Cosine<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Cosine<L> {
        Cosine { from: f(&self.from), to: f(&self.to) }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        if z.re() >= 0.0 && z.re() <= 1.0 {
            return self.on_way(z);
        }
        let s = ((z.lit(1.0) - z) * z.lit(FRAC_PI_2)).sin();
        between(self.to, self.from, s * s)
    }

    #[inline]
    fn on_way(&self, z: V) -> V
    where
        V: Scalar,
    {
        let first_half = z.re() < 0.5;
        let (near, far, way) = if first_half { (self.from, self.to, z) } else { (self.to, self.from, z.lit(1.0) - z) };
        let s = sine(way * z.lit(FRAC_PI_2));
        short_of(near, far, s * s)
    }

    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        if whole < 1.0 {
            return None;
        }
        let (from, to, n) = (self.from.re(), self.to.re(), count as f64);
        let cosines = cosines(first, whole, 1.0, count);
        let most = from.abs() + to.abs();
        // Beyond its end the angle is rounded by more, the further the more.
        let rough = 16.0 * f64::EPSILON * (first.abs() + n) / whole;
        Some(Sum::closed((from + to) / 2.0 * n + (from - to) / 2.0 * cosines, count, most).rougher(rough))
    }

    fn range(&self, ends: [f64; 2], _: [f64; 2], ways: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        // It rises and falls in turn, each for one length.
        match ways[0].min(ways[1]).floor() + 1.0 >= ways[0].max(ways[1]) {
            true => super::steady(ends),
            false => super::steady([self.from.re(), self.to.re()]),
        }
    }
}

/// The sine up to a quarter of pi, by its series: what is left out is below 1e-19 there. It takes a third of the time of one for
/// any angle, and many at once go through it in parallel.
#[inline]
fn sine<V: Scalar>(x: V) -> V {
    // 1 / 3! to 1 / 17!, with their signs.
    const SERIES: [f64; 8] = [
        -1.0 / 6.0,
        1.0 / 120.0,
        -1.0 / 5_040.0,
        1.0 / 362_880.0,
        -1.0 / 39_916_800.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 1_307_674_368_000.0,
        1.0 / 355_687_428_096_000.0,
    ];
    let square = x * x;
    // In pairs, which do not wait for each other.
    let pair = |i: usize| x.lit(SERIES[i]) + square * x.lit(SERIES[i + 1]);
    let fourth = square * square;
    let (low, high) = (pair(0) + fourth * pair(2), pair(4) + fourth * pair(6));
    x + x * square * (low + fourth * fourth * high)
}
