//! The binary cross-entropy of logits.

use rappel_autodiff::{Float, LossReduction, Tensor, Var};

use super::target::{agree, weight_beside};

/// The binary cross-entropy of logits x against targets t in `[0, 1]`, in nats, free of overflow: `-(w t ln s + (1 - t) ln(1 - s))`
/// with `s = sigmoid(x)` and w the weight of the positive class. As `torch.nn.BCEWithLogitsLoss`.
///
/// ```
/// use rappel_nn::BceWithLogitsLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (x, t) = (tape.var(&Tensor::from([[0.0, 0.0]])), tape.input(&Tensor::from([[1.0, 0.0]])));
/// // Three times as many negatives as positives of the first class.
/// let loss = BceWithLogitsLoss::new().pos_weight([3.0, 1.0]).forward(x, t).item();
/// assert!((loss - 2.0 * 2.0_f32.ln()).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BceWithLogitsLoss {
    weight: Option<Tensor<f64>>,
    pos_weight: Option<Tensor<f64>>,
    reduction: LossReduction,
}

impl BceWithLogitsLoss {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With factors of the losses, which stretch to their shape. The mean still divides by the number of losses.
    #[must_use]
    pub fn weight(self, weight: impl Into<Tensor<f64>>) -> Self {
        BceWithLogitsLoss { weight: Some(weight.into()), ..self }
    }

    /// With weights of the positive class, which stretch to the shape of the losses: `[classes]` has one for each class.
    #[must_use]
    pub fn pos_weight(self, weight: impl Into<Tensor<f64>>) -> Self {
        BceWithLogitsLoss { pos_weight: Some(weight.into()), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        BceWithLogitsLoss { reduction, ..self }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ or the weights do not stretch to them.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        const LOSS: &str = "BceWithLogitsLoss";
        agree(LOSS, logits, target);
        // Not `map`: a closure would put the panic at this line.
        let weight = match &self.weight {
            None => None,
            Some(weight) => Some(weight_beside(LOSS, "weight", weight, logits)),
        };
        let pos_weight = match &self.pos_weight {
            None => None,
            Some(weight) => Some(weight_beside(LOSS, "pos_weight", weight, logits)),
        };
        logits.bce_with_logits_with(target, weight, pos_weight, self.reduction)
    }
}
