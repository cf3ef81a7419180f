//! The squared error, linear where it is large.

use rappel_autodiff::elem::rows::Huber;
use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::agree;

/// Half the squared error that goes on as a line: `d^2 / 2` for `|d| <= delta`, `delta (|d| - delta / 2)` beyond, where `d = x - t`. As
/// `torch.nn.HuberLoss`.
///
/// A target that is far off pulls no harder than one that is `delta` off. (Huber: Robust estimation of a location parameter, 1964)
///
/// ```
/// use rappel_nn::HuberLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (y, t) = (tape.var(&Tensor::from([1.0, 5.0])), tape.input(&Tensor::from([0.0, 1.0])));
/// assert_eq!(HuberLoss::new().delta(2.0).forward(y, t).item(), (0.5 + 6.0) / 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HuberLoss {
    delta: f64,
    reduction: LossReduction,
}

impl Default for HuberLoss {
    fn default() -> Self {
        HuberLoss { delta: 1.0, reduction: LossReduction::Mean }
    }
}

impl HuberLoss {
    /// The mean, with a bend at 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the bend at another difference.
    ///
    /// # Panics
    /// At the caller's line, unless it is finite and above 0.
    #[must_use]
    #[track_caller]
    pub fn delta(self, delta: impl Number) -> Self {
        let delta = delta.to_f64();
        assert!(delta > 0.0 && delta.is_finite(), "HuberLoss: delta must be finite and above 0, not {delta}");
        HuberLoss { delta, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        HuberLoss { reduction, ..self }
    }

    /// The loss; derivatives `d` held in `[-delta, delta]`, and the same negated.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("HuberLoss", prediction, target);
        prediction.pair_with::<Huber>(target, [self.delta; 2]).reduce_losses(self.reduction)
    }
}
