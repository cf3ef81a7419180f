//! The cross-entropy with a label smoothing that may change.

use rappel_autodiff::{CrossEntropy, Float, LossReduction, Tensor, Var};
use rappel_schedule::Schedule;

use crate::rate::Rate;

/// The cross-entropy of logits against labels or target probabilities, in nats, as `torch.nn.CrossEntropyLoss`; its label smoothing may
/// be a schedule of the tape's step.
///
/// The formulas are those of [`Var::cross_entropy_with`] and [`Var::cross_entropy_soft`], which this calls.
///
/// ```
/// use rappel_nn::CrossEntropyLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::schedule::linear;
///
/// let loss = CrossEntropyLoss::new().label_smoothing(linear(0.2, 0.0, 2));
/// let labels = Tensor::from([0_u32]);
/// let mut tape = Tape::new();
/// let mut losses = [0.0; 3];
/// for l in &mut losses {
///     *l = loss.forward(tape.var(&Tensor::from([[4.0, 0.0]])), &labels).item();
///     tape.reset();
/// }
/// assert!(losses[0] > losses[1] && losses[1] > losses[2]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CrossEntropyLoss {
    options: CrossEntropy,
    /// In place of the smoothing among the options.
    smoothing: Option<Rate>,
}

impl CrossEntropyLoss {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With class weights, a label that is ignored, or another reduction. A label smoothing among them holds where none is a
    /// schedule.
    #[must_use]
    pub fn options(self, options: CrossEntropy) -> Self {
        CrossEntropyLoss { options, ..self }
    }

    /// With a label smoothing: a number or a schedule of the tape's step, from 0 to 1. A schedule in other units than steps is
    /// bound first: `schedule.bind(&clock)?`.
    ///
    /// # Panics
    /// At the caller's line, when the schedule cannot be bound or follows what is observed; and in [`forward`](Self::forward) at a
    /// step at which it is not between 0 and 1.
    #[must_use]
    #[track_caller]
    pub fn label_smoothing(self, smoothing: impl Into<Schedule>) -> Self {
        CrossEntropyLoss { smoothing: Some(Rate::new("label_smoothing", smoothing.into())), ..self }
    }

    /// With class weights. Against labels, the mean divides by the sum of the labels' weights.
    ///
    /// # Panics
    /// At the caller's line, when one is negative or not finite.
    #[must_use]
    #[track_caller]
    pub fn weights(self, weights: &[f64]) -> Self {
        CrossEntropyLoss { options: self.options.weights(weights), ..self }
    }

    /// With a label that costs nothing.
    #[must_use]
    pub fn ignore_index(self, label: u32) -> Self {
        CrossEntropyLoss { options: self.options.ignore_index(label), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        CrossEntropyLoss { options: self.options.reduction(reduction), ..self }
    }

    /// The loss of logits `[n, classes, ..]` against labels `[n, ..]`, or of `[classes]` against one label `[]`.
    ///
    /// # Panics
    /// As [`Var::cross_entropy_with`].
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, logits: Var<'t, T>, labels: &Tensor<u32>) -> Var<'t, T> {
        match &self.smoothing {
            None => logits.cross_entropy_with(labels, &self.options),
            Some(smoothing) => logits.cross_entropy_with(labels, &self.smoothed(smoothing.at(logits))),
        }
    }

    /// The loss of logits against target probabilities of the same shape, `[n, classes, ..]` or `[classes]`; both have gradients.
    ///
    /// ```
    /// use rappel_nn::CrossEntropyLoss;
    /// use rappel_nn::autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let (x, t) = (tape.var(&Tensor::from([[0.0, 0.0]])), tape.input(&Tensor::from([[0.25, 0.75]])));
    /// assert_eq!(CrossEntropyLoss::new().forward_soft(x, t).item(), 2.0_f32.ln());
    /// ```
    ///
    /// # Panics
    /// As [`Var::cross_entropy_soft`].
    #[track_caller]
    pub fn forward_soft<'t, T: Float>(&self, logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        match &self.smoothing {
            None => logits.cross_entropy_soft(target, &self.options),
            Some(smoothing) => logits.cross_entropy_soft(target, &self.smoothed(smoothing.at(logits))),
        }
    }

    #[track_caller]
    fn smoothed(&self, share: f64) -> CrossEntropy {
        self.options.clone().label_smoothing(share)
    }
}
