//! Seeded noise.

use super::{Curve, Shape};
use crate::{Length, Reach, Schedule, Value};
use rappel_elem::Scalar;

/// Noise that is a function of its seed and the step: at unit of time `z` a number in `[-amplitude, amplitude)`, uniformly
/// distributed and the same for all of that unit.
///
/// It depends on nothing else, so a run resumed in the middle sees the same noise, and it is the same on any machine.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Noise<V> {
    /// The largest deviation.
    pub amplitude: V,
    /// What tells one noise from another: a whole number from 0 to 2^53.
    pub seed: V,
}

/// A number in `[-amplitude, amplitude)`, uniform, drawn anew `every` so many steps from the seed and the step alone. As a
/// factor: `lr * (1 + noise(0.1, 42, 1))`.
///
/// It has no end. The seed is a whole number.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, noise};
///
/// let plan = noise(0.1, 42, 10).bind(&Clock::new())?;
/// assert_eq!(plan.at_step(0), plan.at_step(9));
/// assert_ne!(plan.at_step(9), plan.at_step(10));
/// assert!((0..1000).all(|k| (-0.1..0.1).contains(&plan.at_step(k))));
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn noise(amplitude: impl Into<Value>, seed: impl Into<Value>, every: impl Into<Length>) -> Schedule {
    Schedule::segment(Shape::Noise(Noise { amplitude: amplitude.into(), seed: seed.into() }), every.into(), Reach::Next)
}

impl<V: Clone> Curve<V> for Noise<V> {
    const NAME: &'static str = "noise";
    const ENDLESS: bool = true;
    type Over<L> = Noise<L>;

    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Noise<L> {
        Noise { amplitude: f(&self.amplitude), seed: f(&self.seed) }
    }

    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        match self.seed.re() {
            seed if seed >= 0.0 && seed.fract() == 0.0 && seed <= (1_u64 << 53) as f64 => Ok(()),
            _ => Err("a seed is a whole number from 0 to 2^53"),
        }
    }

    #[inline]
    fn at(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.amplitude * z.lit(uniform(self.seed.re() as u64, z.re().floor() as u64))
    }

    fn range(&self, _: [f64; 2], _: [f64; 2], _: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        super::steady([self.amplitude.re(), -self.amplitude.re()])
    }
}

/// In `[-1, 1)`: two rounds of the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014) over seed and counter.
fn uniform(seed: u64, counter: u64) -> f64 {
    let mix = |z: u64| {
        let z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let bits = mix(mix(seed) ^ counter) >> 11;
    bits as f64 * (2.0 / (1_u64 << 53) as f64) - 1.0
}
