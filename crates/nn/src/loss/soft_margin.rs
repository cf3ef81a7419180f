//! The logistic loss of a sign.

use rappel_autodiff::{Float, LossReduction, Var};

use super::target::agree;

/// The logistic loss `ln(1 + exp(-t x))` of a score x and a sign t, 1 or -1, free of overflow, as `torch.nn.SoftMarginLoss`.
///
/// ```
/// use rappel_nn::SoftMarginLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (x, t) = (tape.var(&Tensor::from([0.0, 1000.0])), tape.input(&Tensor::from([1.0, -1.0])));
/// assert_eq!(SoftMarginLoss::new().forward(x, t).item(), (2.0_f32.ln() + 1000.0) / 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SoftMarginLoss {
    reduction: LossReduction,
}

impl SoftMarginLoss {
    /// The mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        SoftMarginLoss { reduction }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("SoftMarginLoss", prediction, target);
        (-(target * prediction)).softplus().reduce_losses(self.reduction)
    }
}
