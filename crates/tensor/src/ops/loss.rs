//! The fused cross-entropy.

use std::sync::Arc;

use super::place;
use crate::Workspace;
use crate::kernels::cross_entropy::{self, Costs};
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// What becomes of the losses of samples or values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LossReduction {
    /// Their mean; NaN for none. With class weights it is a weighted mean: the sum over that of the labels' weights.
    #[default]
    Mean,
    /// Their sum.
    Sum,
    /// Their sum over the size of the first axis, whatever they are: the mean over a batch of what a sample costs in all.
    BatchMean,
    /// Nothing: they stay as they are.
    None,
}

/// The options of a cross-entropy, with PyTorch's meaning: class weights, label smoothing, a label that is ignored, and the reduction.
///
/// ```
/// use rappel_tensor::{CrossEntropy, LossReduction};
///
/// let options = CrossEntropy::new().weights(&[1.0, 2.0]).label_smoothing(0.1).ignore_index(255).reduction(LossReduction::Sum);
/// assert_eq!(options.how(), LossReduction::Sum);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    weights: Option<Arc<[f64]>>,
    smoothing: f64,
    ignored: Option<u32>,
    reduction: LossReduction,
}

impl CrossEntropy {
    /// The plain mean.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a sample of each class counts. The mean is then the sum of the losses over the sum of the labels' weights.
    ///
    /// # Panics
    /// At the caller's line, when a weight is negative or no number.
    #[track_caller]
    pub fn weights(mut self, weights: &[f64]) -> Self {
        if let Some((class, w)) = weights.iter().enumerate().find(|(_, w)| **w < 0.0 || w.is_nan()) {
            panic!("CrossEntropy: the weight {w} of class {class} is not at least 0");
        }
        self.weights = Some(weights.into());
        self
    }

    /// The share of each label's probability that is spread evenly over all classes.
    ///
    /// # Panics
    /// At the caller's line, when the share is not within `[0, 1]`.
    #[track_caller]
    pub fn label_smoothing(mut self, share: f64) -> Self {
        assert!((0.0..=1.0).contains(&share), "CrossEntropy: label smoothing must be within [0, 1], not {share}");
        self.smoothing = share;
        self
    }

    /// A label whose samples cost nothing and do not count in the mean. It need not be below the number of classes.
    pub fn ignore_index(mut self, label: u32) -> Self {
        self.ignored = Some(label);
        self
    }

    /// What becomes of the losses; their mean if not said.
    pub fn reduction(mut self, reduction: LossReduction) -> Self {
        self.reduction = reduction;
        self
    }

    /// What becomes of the losses.
    pub fn how(&self) -> LossReduction {
        self.reduction
    }

    /// The share of label smoothing.
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }

    /// The label that is ignored.
    pub fn ignored(&self) -> Option<u32> {
        self.ignored
    }

    /// The class weights.
    pub fn class_weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Whether nothing is asked for but the mean.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Panics at the caller's line unless there are as many weights as classes and each label is one of them, or ignored.
    #[track_caller]
    pub fn check(&self, op: &str, labels: &Tensor<u32>, classes: usize) {
        self.check_weights(op, classes);
        check_labels(op, labels, classes, self.ignored);
    }

    /// Panics at the caller's line unless there are as many weights as classes.
    #[track_caller]
    pub fn check_weights(&self, op: &str, classes: usize) {
        if let Some(weights) = &self.weights {
            assert!(weights.len() == classes, "{op}: {} weights do not fit {classes} classes", weights.len());
        }
    }

    /// The weight of a label: 0 for the one that is ignored.
    pub fn weight_of(&self, label: u32) -> f64 {
        match &self.weights {
            _ if self.ignored == Some(label) => 0.0,
            Some(weights) => weights[label as usize],
            None => 1.0,
        }
    }

    /// The sum of the labels' weights: what the mean divides by.
    pub fn total_weight(&self, labels: &Tensor<u32>) -> f64 {
        labels.data().iter().map(|&l| self.weight_of(l)).sum()
    }

    /// How much each class counts in the cross-entropy of each row, `[n, classes]`: the row's cost is the sum of these times
    /// `-log softmax`. Zeros in rows that are ignored.
    pub fn shares<T: Float>(&self, labels: &Tensor<u32>, classes: usize) -> Tensor<T> {
        let (hard, soft) = self.costs::<T>(None, classes);
        Tensor::make(None, Shape::from_slice(&[labels.len(), classes]), |to| {
            let rows = to.chunks_exact_mut(classes.max(1)).zip(labels.data());
            for (to, &label) in rows {
                to.fill(T::ZERO);
                if self.ignored == Some(label) {
                    continue;
                }
                if !soft.is_empty() {
                    to.copy_from_slice(soft.data());
                }
                let own = label as usize;
                to[own] = to[own] + hard.data()[own];
            }
        })
    }

    /// What a row costs by its own class and, with smoothing, by every class.
    fn costs<T: Float>(&self, workspace: Option<&Workspace<T>>, classes: usize) -> (Tensor<T>, Tensor<T>) {
        let per_class = |n: usize, share: f64| {
            Tensor::make(workspace, Shape::from_slice(&[n]), |to| {
                for (c, to) in to.iter_mut().enumerate() {
                    *to = T::of(share * self.weights.as_ref().map_or(1.0, |w| w[c]));
                }
            })
        };
        let soft = if self.smoothing > 0.0 { classes } else { 0 };
        (per_class(classes, 1.0 - self.smoothing), per_class(soft, self.smoothing / classes as f64))
    }
}

/// Panics at the caller's line unless each label is below the number of classes, or ignored.
#[track_caller]
fn check_labels(op: &str, labels: &Tensor<u32>, classes: usize, ignored: Option<u32>) {
    let wrong = |&(_, &l): &(usize, &u32)| l as usize >= classes && ignored != Some(l);
    if let Some((row, label)) = labels.data().iter().enumerate().find(wrong) {
        panic!("{op}: label {label} in row {row} is out of range for {classes} classes (0 to {})", classes.max(1) - 1);
    }
}

impl<T: Float> Tensor<T> {
    /// The mean cross-entropy of logits `[n, classes]` against class indices `[n]`, and the softmax of the logits.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is not below the number of classes.
    #[track_caller]
    pub fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Self) {
        let classes = match *self.shape() {
            [n, classes] if labels.shape() == [n] => classes,
            _ => panic!(
                "cross_entropy: logits of shape {:?} and labels of shape {:?} do not fit: [n, classes] and [n] are expected",
                self.shape(),
                labels.shape()
            ),
        };
        check_labels("cross_entropy", labels, classes, None);
        let mut loss = T::ZERO;
        let probs = Self::make(self.workspace(), self.shape().into(), |probs| {
            loss = cross_entropy::forward(self.data(), labels.data(), probs, classes);
        });
        (Self::make(self.workspace(), Shape::new(), |to| to[0] = loss), probs)
    }

    /// The cotangent of the logits: `(probs - one_hot(labels)) g / n`, with a one-element `g`.
    pub fn cross_entropy_chain(g: &Self, probs: &Self, labels: &Tensor<u32>) -> Self {
        Self::make(place(g, probs), probs.shape().into(), |to| {
            cross_entropy::backward(to, g.item(), probs.data(), labels.data(), probs.shape()[1], false)
        })
    }

    /// The cross-entropy of each row of logits `[n, classes]` against class indices `[n]`, with weights, smoothing and a label that is
    /// ignored, and the softmax of the logits (zeros in rows that are ignored). A class of weight 0 is passed over: it may be
    /// impossible.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is not below the number of classes.
    #[track_caller]
    pub fn cross_entropy_rows(&self, labels: &Tensor<u32>, options: &CrossEntropy) -> (Self, Self) {
        let (n, classes) = match *self.shape() {
            [n, classes] if labels.shape() == [n] => (n, classes),
            _ => panic!(
                "cross_entropy: logits of shape {:?} and labels of shape {:?} do not fit: [n, classes] and [n] are expected",
                self.shape(),
                labels.shape()
            ),
        };
        options.check("cross_entropy", labels, classes);
        let (hard, soft) = options.costs(self.workspace(), classes);
        let costs = Costs { labels: labels.data(), hard: hard.data(), soft: soft.data(), ignored: options.ignored };
        let mut probs = None;
        let out = Self::make(self.workspace(), Shape::from_slice(&[n]), |out| {
            probs = Some(Self::make(self.workspace(), self.shape().into(), |probs| {
                cross_entropy::rows(self.data(), costs, probs, out);
            }));
        });
        (out, probs.expect("the rows were computed"))
    }

    /// The cotangent of the logits of [`cross_entropy_rows`](Self::cross_entropy_rows), from those of the rows and the softmax.
    pub fn cross_entropy_rows_chain(g: &Self, probs: &Self, labels: &Tensor<u32>, options: &CrossEntropy) -> Self {
        let (hard, soft) = options.costs(probs.workspace(), probs.shape()[1]);
        let costs = Costs { labels: labels.data(), hard: hard.data(), soft: soft.data(), ignored: options.ignored };
        Self::make(place(g, probs), probs.shape().into(), |to| {
            cross_entropy::rows_chain(to, g.data(), probs.data(), costs);
        })
    }
}
