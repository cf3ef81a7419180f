//! The negative log-likelihood of counts.

use std::f64::consts::TAU;

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::agree;

/// The negative log-likelihood of a count t under a Poisson distribution, without the term `ln t!`, as `torch.nn.PoissonNLLLoss`.
///
/// | prediction x | loss |
/// |---|---|
/// | logarithm of the rate (default) | `e^x - t x` |
/// | the rate, with [`log_input(false)`](Self::log_input) | `x - t ln(x + eps)` |
///
/// [`full`](Self::full) adds Stirling's approximation of `ln t!` where t is above 1: `t ln t - t + ln(2 pi t) / 2`.
///
/// ```
/// use rappel_nn::PoissonNllLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (x, t) = (tape.var(&Tensor::from([0.0, 0.0])), tape.input(&Tensor::from([3.0, 1.0])));
/// let loss = PoissonNllLoss::new().forward(x, t);
/// assert_eq!(loss.item(), 1.0);
/// assert_eq!(loss.backward().wrt(x).unwrap().data(), [-1.0, 0.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoissonNllLoss {
    log_input: bool,
    full: bool,
    eps: f64,
    reduction: LossReduction,
}

impl Default for PoissonNllLoss {
    fn default() -> Self {
        PoissonNllLoss { log_input: true, full: false, eps: 1e-8, reduction: LossReduction::Mean }
    }
}

impl PoissonNllLoss {
    /// The mean, of predicted logarithms, without Stirling's term.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the prediction is the logarithm of the rate.
    #[must_use]
    pub fn log_input(self, log_input: bool) -> Self {
        PoissonNllLoss { log_input, ..self }
    }

    /// With Stirling's term, which a prediction cannot change.
    #[must_use]
    pub fn full(self) -> Self {
        PoissonNllLoss { full: true, ..self }
    }

    /// What is added to a rate before its logarithm.
    ///
    /// # Panics
    /// At the caller's line, unless it is at least 0.
    #[must_use]
    #[track_caller]
    pub fn eps(self, eps: impl Number) -> Self {
        let eps = eps.to_f64();
        assert!(eps >= 0.0, "PoissonNllLoss: eps must be at least 0, not {eps}");
        PoissonNllLoss { eps, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        PoissonNllLoss { reduction, ..self }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("PoissonNllLoss", prediction, target);
        let losses = match self.log_input {
            true => prediction.exp() - target * prediction,
            false => prediction - target * (prediction + self.eps).ln(),
        };
        let losses = if self.full { losses + stirling(target) } else { losses };
        losses.reduce_losses(self.reduction)
    }
}

/// `t ln t - t + ln(2 pi t) / 2` above 1, else 0.
#[track_caller]
fn stirling<T: Float>(target: Var<'_, T>) -> Var<'_, T> {
    let counts = target.gt(1.0);
    // Selected before the logarithm too: 0 times its infinite slope at 0 would be NaN.
    let t = counts.where_cond(target, 1.0);
    counts.where_cond(t * t.ln() - t + 0.5 * (TAU * t).ln(), 0.0)
}
