//! The divergence of probabilities.

use rappel_autodiff::{Float, LossReduction, Var};

use super::target::agree;

/// The Kullback-Leibler divergence `t (ln t - x)` of a prediction x, the logarithm of a probability, from a target probability t; 0 where
/// t is 0. As `torch.nn.KLDivLoss`.
///
/// Of rows of a batch, [`LossReduction::BatchMean`] is the divergence as it is defined; the default mean divides by the number of values,
/// as PyTorch's does.
///
/// ```
/// use rappel_nn::KlDivLoss;
/// use rappel_nn::autodiff::{LossReduction, Tape, Tensor};
///
/// let tape = Tape::new();
/// let p = tape.input(&Tensor::from([[0.25, 0.75]]));
/// let loss = KlDivLoss::new().reduction(LossReduction::BatchMean).forward(p.ln(), p);
/// assert_eq!(loss.item(), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KlDivLoss {
    log_target: bool,
    reduction: LossReduction,
}

impl KlDivLoss {
    /// The mean over values, of target probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// The target is given by its logarithm.
    #[must_use]
    pub fn log_target(self) -> Self {
        KlDivLoss { log_target: true, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        KlDivLoss { reduction, ..self }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, log_probs: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("KlDivLoss", log_probs, target);
        log_probs.kl_div(target, self.log_target, self.reduction)
    }
}
