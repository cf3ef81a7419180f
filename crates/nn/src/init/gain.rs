//! What an activation takes away.

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
