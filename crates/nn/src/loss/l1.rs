//! The absolute error.

use rappel_autodiff::elem::rows::Huber;
use rappel_autodiff::{Float, LossReduction, Var};

use super::target::agree;

/// The absolute error `|x - t|` of a prediction x and a target t, as `torch.nn.L1Loss`.
///
/// ```
/// use rappel_nn::L1Loss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (y, t) = (tape.var(&Tensor::from([1.0, 3.0])), tape.input(&Tensor::from([0.0, 1.0])));
/// assert_eq!(L1Loss::new().forward(y, t).item(), 1.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct L1Loss {
    reduction: LossReduction,
}

impl L1Loss {
    /// The mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        L1Loss { reduction }
    }

    /// The loss; derivatives are signs of the difference, 0 where there is none.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("L1Loss", prediction, target);
        prediction.pair_with::<Huber>(target, [0.0, 1.0]).reduce_losses(self.reduction)
    }
}
