//! The absolute error, rounded off at 0.

use rappel_autodiff::elem::rows::Huber;
use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::agree;

/// The absolute error `|d|` with a parabola around 0, where `d = x - t`: `d^2 / (2 beta)` for `|d| < beta`, `|d| - beta / 2` beyond. As
/// `torch.nn.SmoothL1Loss`.
///
/// [`HuberLoss`](crate::HuberLoss) is this times its `delta`: there the parabola keeps its curvature as the bend moves, here the lines
/// keep their slope. With `beta` = 0 it is [`L1Loss`](crate::L1Loss). (Girshick: Fast R-CNN, 2015)
///
/// ```
/// use rappel_nn::SmoothL1Loss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (y, t) = (tape.var(&Tensor::from([1.0, 5.0])), tape.input(&Tensor::from([0.0, 1.0])));
/// assert_eq!(SmoothL1Loss::new().forward(y, t).item(), (0.5 + 3.5) / 2.0);
/// assert_eq!(SmoothL1Loss::new().beta(2.0).forward(y, t).item(), (0.25 + 3.0) / 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmoothL1Loss {
    beta: f64,
    reduction: LossReduction,
}

impl Default for SmoothL1Loss {
    fn default() -> Self {
        SmoothL1Loss { beta: 1.0, reduction: LossReduction::Mean }
    }
}

impl SmoothL1Loss {
    /// The mean, with a bend at 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the bend at another difference.
    ///
    /// # Panics
    /// At the caller's line, unless it is finite and at least 0.
    #[must_use]
    #[track_caller]
    pub fn beta(self, beta: impl Number) -> Self {
        let beta = beta.to_f64();
        assert!(beta >= 0.0 && beta.is_finite(), "SmoothL1Loss: beta must be finite and at least 0, not {beta}");
        SmoothL1Loss { beta, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        SmoothL1Loss { reduction, ..self }
    }

    /// The loss; derivatives `d / beta` held in `[-1, 1]`, and the same negated.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("SmoothL1Loss", prediction, target);
        prediction.pair_with::<Huber>(target, [self.beta, 1.0]).reduce_losses(self.reduction)
    }
}
