//! Losses of samples that have several labels.

use rappel_autodiff::{Float, LossReduction, Tensor, Var};

use super::target::{agree, same, weight_beside};

/// The mean over classes, the last axis, of the binary cross-entropy of each class's logit against a target in `[0, 1]`, as
/// `torch.nn.MultiLabelSoftMarginLoss`.
///
/// ```
/// use rappel_nn::MultiLabelSoftMarginLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let (x, t) = (tape.var(&Tensor::from([[0.0, 0.0]])), tape.input(&Tensor::from([[1.0, 1.0]])));
/// assert_eq!(MultiLabelSoftMarginLoss::new().forward(x, t).item(), 2.0_f32.ln());
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MultiLabelSoftMarginLoss {
    weight: Option<Tensor<f64>>,
    reduction: LossReduction,
}

impl MultiLabelSoftMarginLoss {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// With factors of the classes' losses, which stretch to the shape of the logits.
    #[must_use]
    pub fn weight(self, weight: impl Into<Tensor<f64>>) -> Self {
        MultiLabelSoftMarginLoss { weight: Some(weight.into()), ..self }
    }

    /// With another reduction of what the samples cost.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        MultiLabelSoftMarginLoss { reduction, ..self }
    }

    /// The loss.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ or have no axis, or the weights do not stretch to them.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        const LOSS: &str = "MultiLabelSoftMarginLoss";
        agree(LOSS, logits, target);
        assert!(logits.rank() > 0, "{LOSS}: logits have an axis of classes, the last; these are of shape []");
        let weight = match &self.weight {
            None => None,
            Some(weight) => Some(weight_beside(LOSS, "weight", weight, logits)),
        };
        let losses = logits.bce_with_logits_with(target, weight, None, LossReduction::None);
        losses.mean_axes(&[-1], false).reduce_losses(self.reduction)
    }
}

/// The hinge loss of classes' scores x against several labels, as `torch.nn.MultiLabelMarginLoss`: the sum over labels y and classes c
/// that are no labels of `max(0, 1 - x_y + x_c)`, over the number of classes.
///
/// ```
/// use rappel_nn::MultiLabelMarginLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let x = tape.var(&Tensor::from([[0.1, 0.2, 0.4, 0.8]]));
/// // Labels 3 and 0; what follows -1 does not count.
/// let loss = MultiLabelMarginLoss::new().forward(x, &Tensor::from([[3_i64, 0, -1, 1]]));
/// assert!((loss.item() - 0.85).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MultiLabelMarginLoss {
    reduction: LossReduction,
}

impl MultiLabelMarginLoss {
    /// The mean over samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        MultiLabelMarginLoss { reduction }
    }

    /// The loss of scores `[n, classes]` or `[classes]`. Labels have the same shape: those of a sample, then -1.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is neither -1 nor below the number of classes.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, scores: Var<'t, T>, labels: &Tensor<i64>) -> Var<'t, T> {
        const LOSS: &str = "MultiLabelMarginLoss";
        let shape = scores.shape();
        same(LOSS, ["scores", "labels"], &shape, labels.shape());
        assert!(
            matches!(shape.len(), 1 | 2),
            "{LOSS}: scores are of shape [n, classes] or [classes], not {:?}",
            &shape[..]
        );
        let (classes, n) = (shape[shape.len() - 1], if shape.len() == 2 { shape[0] } else { 1 });
        // How often each class is a label.
        let mut counts = vec![0.0; n * classes];
        for (k, run) in labels.data().chunks(classes.max(1)).enumerate() {
            for &label in run.iter().take_while(|l| **l != -1) {
                let class = usize::try_from(label).ok().filter(|l| *l < classes);
                let Some(class) = class else {
                    panic!("{LOSS}: label {label} of sample {k} is neither -1 nor below {classes}")
                };
                counts[k * classes + class] += 1.0;
            }
        }
        let share = |i: usize| {
            let (k, y, c) = (i / classes / classes, i / classes % classes, i % classes);
            let other = counts[k * classes + c] == 0.0;
            T::of(if other { counts[k * classes + y] / classes as f64 } else { 0.0 })
        };
        let shares = scores.tape().input(&Tensor::from_fn(&[n, classes, classes], share));
        let hinge = (scores.reshape(&[n, 1, classes]) - scores.reshape(&[n, classes, 1]) + 1.0).relu();
        let losses = (hinge * shares).sum_axes(&[1, 2], false);
        losses.reshape(&shape[..shape.len() - 1]).reduce_losses(self.reduction)
    }
}
