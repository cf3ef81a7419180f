//! The negative log-likelihood of a normal distribution.

use std::f64::consts::TAU;

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::{agree, stretches};

/// The negative log-likelihood of a target t under a normal distribution of mean x and variance v, both predicted:
/// `(ln v + (x - t)^2 / v) / 2`, and with [`full`](Self::full) `ln(2 pi) / 2` more. As `torch.nn.GaussianNLLLoss`.
///
/// A variance below `eps` counts as `eps`; its gradient passes through as if it had been `eps`, so that a net can leave that range.
/// (Nix and Weigend: Estimating the mean and variance of the target probability distribution, 1994)
///
/// ```
/// use rappel_nn::GaussianNllLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let [x, v] = [[1.0, 2.0], [1.0, 4.0]].map(|x| tape.var(&Tensor::from(x)));
/// let t = tape.input(&Tensor::from([1.0, 0.0]));
/// let loss = GaussianNllLoss::new().forward(x, t, v).item();
/// assert!((loss - 0.5 * (4.0_f32.ln() + 1.0) / 2.0).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianNllLoss {
    full: bool,
    eps: f64,
    reduction: LossReduction,
}

impl Default for GaussianNllLoss {
    fn default() -> Self {
        GaussianNllLoss { full: false, eps: 1e-6, reduction: LossReduction::Mean }
    }
}

impl GaussianNllLoss {
    /// The mean, without the constant.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the constant.
    #[must_use]
    pub fn full(self) -> Self {
        GaussianNllLoss { full: true, ..self }
    }

    /// With another least variance.
    ///
    /// # Panics
    /// At the caller's line, unless it is finite and above 0.
    #[must_use]
    #[track_caller]
    pub fn eps(self, eps: impl Number) -> Self {
        let eps = eps.to_f64();
        assert!(eps > 0.0 && eps.is_finite(), "GaussianNllLoss: eps must be finite and above 0, not {eps}");
        GaussianNllLoss { eps, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        GaussianNllLoss { reduction, ..self }
    }

    /// The loss. The variance stretches to the shape of the other two; one for each row is `[n, 1]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a variance is negative.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, mean: Var<'t, T>, target: Var<'t, T>, variance: Var<'t, T>) -> Var<'t, T> {
        const LOSS: &str = "GaussianNllLoss";
        agree(LOSS, mean, target);
        let (given, shape) = (variance.shape(), mean.shape());
        assert!(
            stretches(&given, &shape),
            "{LOSS}: the variance of shape {:?} does not stretch to the shape {:?} of the mean; one for each row is [n, 1]",
            &given[..],
            &shape[..]
        );
        if let Some(i) = variance.value().data().iter().position(|v| *v < T::ZERO) {
            let value = variance.value().data()[i];
            panic!("{LOSS}: variance {i} is negative: {value}; predict its logarithm, or pass it through a softplus");
        }
        let held = variance + (variance.clamp(self.eps, f64::INFINITY) - variance).detach();
        let losses = 0.5 * (held.ln() + (mean - target).square() / held);
        let losses = if self.full { losses + 0.5 * TAU.ln() } else { losses };
        losses.reduce_losses(self.reduction)
    }
}
