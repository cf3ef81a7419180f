//! The binary cross-entropy of probabilities.

use rappel_autodiff::elem::rows::Bce;
use rappel_autodiff::{Float, LossReduction, Tensor, Var};

use super::target::{agree, weight_beside};

/// The binary cross-entropy `-(t ln p + (1 - t) ln(1 - p))` of a probability p and a target t in `[0, 1]`, in nats, as
/// `torch.nn.BCELoss`.
///
/// The logarithms are held at -100 or above, so a sure and wrong prediction costs 100 and not infinity. From logits,
/// [`BceWithLogitsLoss`](crate::BceWithLogitsLoss) is more accurate and has a gradient where a probability would have been rounded to 1.
///
/// ```
/// use rappel_nn::BceLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (p, t) = (tape.var(&Tensor::from([0.5, 0.0])), tape.input(&Tensor::from([1.0, 1.0])));
/// let loss = BceLoss::new().forward(p, t).item();
/// assert!((loss - (2.0_f32.ln() + 100.0) / 2.0).abs() < 1e-5);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BceLoss {
    weight: Option<Tensor<f64>>,
    reduction: LossReduction,
}

impl BceLoss {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With factors of the losses, which stretch to their shape. The mean still divides by the number of losses.
    #[must_use]
    pub fn weight(self, weight: impl Into<Tensor<f64>>) -> Self {
        BceLoss { weight: Some(weight.into()), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        BceLoss { reduction, ..self }
    }

    /// The loss, NaN for a probability outside `[0, 1]`. Derivatives `(p - t) / max(p (1 - p), 1e-12)` and `ln(1 - p) - ln p`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ or the weights do not stretch to them.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("BceLoss", prediction, target);
        let losses = prediction.pair::<Bce>(target);
        match &self.weight {
            None => losses,
            Some(weight) => losses * weight_beside("BceLoss", "weight", weight, losses),
        }
        .reduce_losses(self.reduction)
    }
}
