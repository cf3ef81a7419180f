//! The negative log-likelihood.

use rappel_autodiff::{CrossEntropy, Float, LossReduction, Tensor, Var};

/// The negative log-likelihood of labels, from the logarithms of classes' probabilities, as `torch.nn.NLLLoss`.
///
/// [`CrossEntropyLoss`](crate::CrossEntropyLoss) is this of a log-softmax, in one pass.
///
/// ```
/// use rappel_nn::NllLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let x = tape.var(&Tensor::from([[-1.0, -2.0], [-3.0, -4.0]]));
/// let loss = NllLoss::new().weights(&[1.0, 3.0]).forward(x, &Tensor::from([0_u32, 1]));
/// assert_eq!(loss.item(), (1.0 * 1.0 + 3.0 * 4.0) / (1.0 + 3.0));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NllLoss {
    options: CrossEntropy,
}

impl NllLoss {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With class weights. The mean divides by the sum of the labels' weights.
    ///
    /// # Panics
    /// At the caller's line, when one is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn weights(self, weights: &[f64]) -> Self {
        NllLoss { options: self.options.weights(weights) }
    }

    /// With a label that costs nothing.
    #[must_use]
    pub fn ignore_index(self, label: u32) -> Self {
        NllLoss { options: self.options.ignore_index(label) }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        NllLoss { options: self.options.reduction(reduction) }
    }

    /// The loss of `[n, classes, ..]` against labels `[n, ..]`, or of `[classes]` against one label `[]`.
    ///
    /// # Panics
    /// As [`Var::nll_loss`].
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, log_probs: Var<'t, T>, labels: &Tensor<u32>) -> Var<'t, T> {
        log_probs.nll_loss(labels, &self.options)
    }
}
