//! The squared error.

use rappel_autodiff::elem::rows::SquaredDifference;
use rappel_autodiff::{Float, LossReduction, Var};

use super::target::agree;

/// The squared error `(x - t)^2` of a prediction x and a target t, as `torch.nn.MSELoss`.
///
/// ```
/// use rappel_nn::MseLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (y, t) = (tape.var(&Tensor::from([1.0, 3.0])), tape.input(&Tensor::from([0.0, 1.0])));
/// assert_eq!(MseLoss::new().forward(y, t).item(), 2.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MseLoss {
    reduction: LossReduction,
}

impl MseLoss {
    /// The mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        MseLoss { reduction }
    }

    /// The loss; derivatives `2 (x - t)` and `2 (t - x)`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("MseLoss", prediction, target);
        prediction.pair::<SquaredDifference>(target).reduce_losses(self.reduction)
    }
}
