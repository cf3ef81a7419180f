//! Xavier's initialisation.

use rappel_autodiff::{Float, Tensor};

use super::fan::bound;
use super::{Gain, Generator, fans};

/// Xavier's initialisation (Glorot and Bengio 2010), uniform: on `[-b, b)` with `b = gain sqrt(6 / (fan_in + fan_out))`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn xavier_uniform<T: Float>(shape: &[usize], gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    let bound = bound(std(shape, gain));
    rng.draw_uniform(shape, -bound, bound)
}

/// Xavier's initialisation (Glorot and Bengio 2010), normal: with standard deviation `gain sqrt(2 / (fan_in + fan_out))`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn xavier_normal<T: Float>(shape: &[usize], gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_normal(shape, 0.0, std(shape, gain))
}

#[track_caller]
fn std(shape: &[usize], gain: Gain) -> f64 {
    let (fan_in, fan_out) = fans(shape);
    gain.value() * (2.0 / (fan_in + fan_out) as f64).sqrt()
}
