//! Kaiming's initialisation.

use rappel_autodiff::{Float, Tensor};

use super::fan::bound;
use super::{Fan, Gain, Generator, fans};

/// Kaiming's initialisation (He et al. 2015), uniform: on `[-b, b)` with `b = gain sqrt(3 / fan)`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn kaiming_uniform<T: Float>(shape: &[usize], fan: Fan, gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    let bound = bound(std(shape, fan, gain));
    rng.draw_uniform(shape, -bound, bound)
}

/// Kaiming's initialisation (He et al. 2015), normal: with standard deviation `gain / sqrt(fan)`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn kaiming_normal<T: Float>(shape: &[usize], fan: Fan, gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_normal(shape, 0.0, std(shape, fan, gain))
}

#[track_caller]
fn std(shape: &[usize], fan: Fan, gain: Gain) -> f64 {
    let (fan_in, fan_out) = fans(shape);
    let fan = match fan {
        Fan::In => fan_in,
        Fan::Out => fan_out,
    };
    gain.value() / (fan as f64).sqrt()
}
