//! The hinge of a distance.

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::agree;

/// The loss of a distance x whose pair is alike (target 1: x) or is not (target -1: `max(0, margin - x)`), as
/// `torch.nn.HingeEmbeddingLoss`.
///
/// ```
/// use rappel_nn::HingeEmbeddingLoss;
/// use rappel_nn::autodiff::{LossReduction, Tape, Tensor};
///
/// let tape = Tape::new();
/// let (x, t) = (tape.var(&Tensor::from([0.2, 0.2, 3.0])), tape.input(&Tensor::from([1.0, -1.0, -1.0])));
/// let losses = HingeEmbeddingLoss::new().reduction(LossReduction::None).forward(x, t);
/// assert_eq!(losses.value().data(), [0.2, 0.8, 0.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HingeEmbeddingLoss {
    margin: f64,
    reduction: LossReduction,
}

impl Default for HingeEmbeddingLoss {
    fn default() -> Self {
        HingeEmbeddingLoss { margin: 1.0, reduction: LossReduction::Mean }
    }
}

impl HingeEmbeddingLoss {
    /// The mean, with a margin of 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// How far those are to be apart that are not alike.
    #[must_use]
    pub fn margin(self, margin: impl Number) -> Self {
        HingeEmbeddingLoss { margin: margin.to_f64(), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        HingeEmbeddingLoss { reduction, ..self }
    }

    /// The loss; targets are 1 or -1 and have no gradient.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, distance: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        agree("HingeEmbeddingLoss", distance, target);
        let apart = (self.margin - distance).clamp(0.0, f64::INFINITY);
        let losses = target.ne(1.0).where_cond(apart, 0.0) + target.ne(-1.0).where_cond(distance, 0.0);
        losses.reduce_losses(self.reduction)
    }
}
