//! Which of two should be ranked higher.

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::{agree, same};

/// The loss `max(0, -t (x1 - x2) + margin)` of two scores of which the first should be the higher (t = 1) or the lower (t = -1), as
/// `torch.nn.MarginRankingLoss`.
///
/// ```
/// use rappel_nn::MarginRankingLoss;
/// use rappel_nn::autodiff::{LossReduction, Tape, Tensor};
///
/// let tape = Tape::new();
/// let [a, b] = [[2.0, 2.0], [0.5, 0.5]].map(|x| tape.var(&Tensor::from(x)));
/// let t = tape.input(&Tensor::from([1.0, -1.0]));
/// let losses = MarginRankingLoss::new().margin(1.0).reduction(LossReduction::None).forward(a, b, t);
/// assert_eq!(losses.value().data(), [0.0, 2.5]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MarginRankingLoss {
    margin: f64,
    reduction: LossReduction,
}

impl MarginRankingLoss {
    /// The mean, with a margin of 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// By how much the scores should differ.
    #[must_use]
    pub fn margin(self, margin: impl Number) -> Self {
        MarginRankingLoss { margin: margin.to_f64(), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        MarginRankingLoss { reduction, ..self }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, first: Var<'t, T>, second: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        const LOSS: &str = "MarginRankingLoss";
        same(LOSS, ["first score", "second score"], &first.shape(), &second.shape());
        agree(LOSS, first, target);
        let losses = (target * (second - first) + self.margin).clamp(0.0, f64::INFINITY);
        losses.reduce_losses(self.reduction)
    }
}
