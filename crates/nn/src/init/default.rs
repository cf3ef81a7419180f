//! What layers begin with.

use rappel_autodiff::{Float, Param};

use super::{Fan, Gain, Generator, fans, kaiming_uniform};

/// PyTorch's default for the weights of linear maps and convolutions: uniform on `[-b, b)` with `b = 1/sqrt(fan_in)`. That is
/// Kaiming's uniform initialisation with a gain of `sqrt(1/3)`.
#[track_caller]
pub(crate) fn default_weight<T: Float>(shape: &[usize], rng: &mut impl Generator) -> Param<T> {
    Param::new(kaiming_uniform(shape, Fan::In, Gain::LeakyRelu(5_f64.sqrt()), rng))
}

/// PyTorch's default for the bias beside such a weight: uniform on `[-b, b)` with `b = 1/sqrt(fan_in)` of the weight, or 0 without
/// inputs.
#[track_caller]
pub(crate) fn default_bias<T: Float>(outputs: usize, weight: &[usize], rng: &mut impl Generator) -> Param<T> {
    let bound = match fans(weight).0 {
        0 => 0.0,
        fan_in => (fan_in as f64).sqrt().recip(),
    };
    Param::new(rng.draw_uniform(&[outputs], -bound, bound))
}
