//! The hinge of classes' scores.

use rappel_autodiff::{Float, LossReduction, Number, Tensor, Var};

use super::target::rows_of_scores;

/// The hinge loss of classes' scores x against a label y, as `torch.nn.MultiMarginLoss`: the sum over the other classes c of
/// `w_y max(0, margin - x_y + x_c)^p`, over the number of classes.
///
/// (Crammer and Singer: On the algorithmic implementation of multiclass kernel-based vector machines, 2001)
///
/// ```
/// use rappel_nn::MultiMarginLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let x = tape.var(&Tensor::from([[2.0, 1.5, 0.0, 0.0]]));
/// assert_eq!(MultiMarginLoss::new().forward(x, &Tensor::from([0_u32])).item(), 0.5 / 4.0);
/// assert_eq!(MultiMarginLoss::new().squared().forward(x, &Tensor::from([0_u32])).item(), 0.25 / 4.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultiMarginLoss {
    squared: bool,
    margin: f64,
    weights: Option<Vec<f64>>,
    reduction: LossReduction,
}

impl Default for MultiMarginLoss {
    fn default() -> Self {
        MultiMarginLoss { squared: false, margin: 1.0, weights: None, reduction: LossReduction::Mean }
    }
}

impl MultiMarginLoss {
    /// The mean over samples, with p = 1 and a margin of 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// With p = 2.
    #[must_use]
    pub fn squared(self) -> Self {
        MultiMarginLoss { squared: true, ..self }
    }

    /// By how much the label's score should be above the others.
    #[must_use]
    pub fn margin(self, margin: impl Number) -> Self {
        MultiMarginLoss { margin: margin.to_f64(), ..self }
    }

    /// With a weight for each class, by which samples of that label count. The mean still divides by their number.
    #[must_use]
    pub fn weights(self, weights: &[f64]) -> Self {
        MultiMarginLoss { weights: Some(weights.to_vec()), ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        MultiMarginLoss { reduction, ..self }
    }

    /// The loss of scores `[n, classes]` against labels `[n]`, or of `[classes]` against one label `[]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, a label is not below the number of classes, or there are not as many weights as
    /// classes.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, scores: Var<'t, T>, labels: &Tensor<u32>) -> Var<'t, T> {
        const LOSS: &str = "MultiMarginLoss";
        let (rows, n) = rows_of_scores(LOSS, scores, labels);
        let classes = rows.shape()[1];
        if let Some(weights) = &self.weights {
            assert!(weights.len() == classes, "{LOSS}: {} weights for {classes} classes", weights.len());
        }
        let own = rows.gather(1, &labels.reshape(&[n, 1]));
        let hinge = (rows - own + self.margin).relu();
        let hinge = if self.squared { hinge.square() } else { hinge };
        // What a class counts beside a label: nothing if it is the label.
        let share = |i: usize| {
            let (label, class) = (labels.data()[i / classes] as usize, i % classes);
            let weight = self.weights.as_ref().map_or(1.0, |w| w[label]);
            if label == class { T::ZERO } else { T::of(weight / classes as f64) }
        };
        let shares = scores.tape().input(&Tensor::from_fn(&[n, classes], share));
        let losses = (hinge * shares).sum_axes(&[1], false);
        losses.reshape(labels.shape()).reduce_losses(self.reduction)
    }
}
