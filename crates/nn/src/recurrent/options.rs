//! What decides how many weights a recurrent layer has.

/// How many layers a recurrent layer has, and of which kind: `num_layers`, `bidirectional` and `bias` of `torch.nn.RNN`.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::{Gru, RnnOptions};
///
/// let gru: Gru = Gru::with(16, 32, RnnOptions::new().layers(2).bidirectional(), &mut Rng::seed(0));
/// assert_eq!(gru.to_string(), "Gru(16 -> 32, 2 layers, bidirectional)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RnnOptions {
    pub(super) layers: usize,
    pub(super) directions: usize,
    pub(super) bias: bool,
}

impl RnnOptions {
    /// One layer, forward in time, with biases.
    pub fn new() -> Self {
        RnnOptions { layers: 1, directions: 1, bias: true }
    }

    /// So many layers, each of which reads the outputs of the one before.
    ///
    /// # Panics
    /// At the caller's line, for 0.
    #[must_use]
    #[track_caller]
    pub fn layers(self, layers: usize) -> Self {
        assert!(layers > 0, "RnnOptions::layers(0): there must be at least one layer");
        RnnOptions { layers, ..self }
    }

    /// Each layer reads the sequence in both directions, with weights for each; its output has the forward and the backward one side
    /// by side, twice the size.
    #[must_use]
    pub fn bidirectional(self) -> Self {
        RnnOptions { directions: 2, ..self }
    }

    /// Without `bias_ih` and `bias_hh`.
    #[must_use]
    pub fn without_bias(self) -> Self {
        RnnOptions { bias: false, ..self }
    }
}

impl Default for RnnOptions {
    fn default() -> Self {
        RnnOptions::new()
    }
}
