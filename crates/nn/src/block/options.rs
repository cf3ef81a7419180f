//! What stands between the linear maps of a perceptron.

use rappel_schedule::Schedule;

/// What an [`Mlp`](crate::Mlp) has beside linear maps and activations.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpOptions {
    pub(super) bias: bool,
    pub(super) layer_norm: bool,
    pub(super) dropout: Option<Schedule>,
    pub(super) residual: bool,
}

impl MlpOptions {
    /// Biases, and nothing else.
    pub fn new() -> Self {
        MlpOptions { bias: true, layer_norm: false, dropout: None, residual: false }
    }

    /// Linear maps without biases.
    #[must_use]
    pub fn without_bias(self) -> Self {
        MlpOptions { bias: false, ..self }
    }

    /// A [`LayerNorm`](crate::LayerNorm) before each activation.
    #[must_use]
    pub fn layer_norm(self) -> Self {
        MlpOptions { layer_norm: true, ..self }
    }

    /// A [`Dropout`](crate::Dropout) after each activation: a number or a schedule.
    #[must_use]
    pub fn dropout(self, p: impl Into<Schedule>) -> Self {
        MlpOptions { dropout: Some(p.into()), ..self }
    }

    /// A [`Residual`](crate::Residual) around each hidden layer that keeps the size, its activation included.
    #[must_use]
    pub fn residual(self) -> Self {
        MlpOptions { residual: true, ..self }
    }
}

impl Default for MlpOptions {
    fn default() -> Self {
        MlpOptions::new()
    }
}
