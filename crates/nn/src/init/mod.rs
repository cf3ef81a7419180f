//! Where weights start: random tensors whose spread suits the layer.
//!
//! A sum over `fan` inputs multiplies their variance by `fan`, so weights are drawn with standard deviation `gain / sqrt(fan)`
//! and signals keep their size through the layers. Definitions, names and gains are PyTorch's (`torch.nn.init`). Draws that
//! do not depend on the shape are the tensor's own: [`Tensor::uniform`], [`Tensor::normal`], [`Tensor::zeros`], [`Tensor::ones`].
//!
//! ```
//! use rappel_nn::Linear;
//! use rappel_nn::autodiff::Rng;
//! use rappel_nn::init::{self, Gain};
//!
//! let mut rng = Rng::seed(3);
//! let mut fc: Linear = Linear::new(64, 32, &mut rng);
//! fc.weight.value = init::xavier_uniform(&[32, 64], Gain::Tanh, &mut rng);
//! ```

mod generator;

use rappel_autodiff::{Float, Param, Tensor};

pub use generator::Generator;

/// By how much to widen the weights, for what the activation after them takes away.
///
/// | | value |
/// |---|---|
/// | `Linear`, `Sigmoid` | 1 |
/// | `Tanh` | 5/3 |
/// | `Relu` | sqrt(2) |
/// | `LeakyRelu(a)` | sqrt(2 / (1 + a^2)) |
/// | `Selu` | 3/4 |
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Gain {
    /// No activation.
    Linear,
    /// The logistic function.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `max(x, 0)`.
    Relu,
    /// `max(x, a x)` with this slope.
    LeakyRelu(f64),
    /// The scaled exponential linear unit.
    Selu,
    /// Any other factor.
    Factor(f64),
}

impl Gain {
    /// The factor.
    pub fn value(self) -> f64 {
        match self {
            Gain::Linear | Gain::Sigmoid => 1.0,
            Gain::Tanh => 5.0 / 3.0,
            Gain::Relu => 2_f64.sqrt(),
            Gain::LeakyRelu(a) => (2.0 / (1.0 + a * a)).sqrt(),
            Gain::Selu => 0.75,
            Gain::Factor(gain) => gain,
        }
    }
}

/// Which of the two sums should keep the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fan {
    /// That of the forward pass.
    In,
    /// That of the backward pass.
    Out,
}

/// How many inputs and outputs each value of a weight of this shape has: `[outputs, inputs, ..]`, both times the sizes that follow
/// (a convolution's window).
///
/// # Panics
/// At the caller's line, for fewer than two axes.
#[track_caller]
pub fn fans(shape: &[usize]) -> (usize, usize) {
    let [outputs, inputs, window @ ..] = shape else {
        panic!(
            "init: a weight has shape [outputs, inputs, ..], this one {shape:?}: draw it by `Tensor::uniform` or `normal`"
        )
    };
    let window: usize = window.iter().product();
    (inputs * window, outputs * window)
}

/// Kaiming's initialisation (He et al. 2015), uniform: on `[-b, b)` with `b = gain sqrt(3 / fan)`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn kaiming_uniform<T: Float>(shape: &[usize], fan: Fan, gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    let bound = kaiming_bound(shape, fan, gain);
    rng.draw_uniform(shape, -bound, bound)
}

/// Kaiming's initialisation (He et al. 2015), normal: with standard deviation `gain / sqrt(fan)`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn kaiming_normal<T: Float>(shape: &[usize], fan: Fan, gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_normal(shape, 0.0, kaiming(shape, fan, gain))
}

/// Xavier's initialisation (Glorot and Bengio 2010), uniform: on `[-b, b)` with `b = gain sqrt(6 / (fan_in + fan_out))`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn xavier_uniform<T: Float>(shape: &[usize], gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    let bound = bound(xavier(shape, gain));
    rng.draw_uniform(shape, -bound, bound)
}

/// Xavier's initialisation (Glorot and Bengio 2010), normal: with standard deviation `gain sqrt(2 / (fan_in + fan_out))`.
///
/// # Panics
/// As [`fans`].
#[track_caller]
pub fn xavier_normal<T: Float>(shape: &[usize], gain: Gain, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_normal(shape, 0.0, xavier(shape, gain))
}

#[track_caller]
fn kaiming(shape: &[usize], fan: Fan, gain: Gain) -> f64 {
    let (fan_in, fan_out) = fans(shape);
    let fan = match fan {
        Fan::In => fan_in,
        Fan::Out => fan_out,
    };
    gain.value() / (fan as f64).sqrt()
}

#[track_caller]
fn xavier(shape: &[usize], gain: Gain) -> f64 {
    let (fan_in, fan_out) = fans(shape);
    gain.value() * (2.0 / (fan_in + fan_out) as f64).sqrt()
}

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

/// The bound of [`kaiming_uniform`].
#[track_caller]
fn kaiming_bound(shape: &[usize], fan: Fan, gain: Gain) -> f64 {
    bound(kaiming(shape, fan, gain))
}

/// The bound of a uniform distribution around 0 with this standard deviation.
fn bound(std: f64) -> f64 {
    3_f64.sqrt() * std
}
