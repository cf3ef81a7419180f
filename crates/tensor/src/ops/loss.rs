//! The fused cross-entropy.

use super::place;
use crate::kernels::cross_entropy;
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;

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
        if let Some((row, label)) = labels.data().iter().enumerate().find(|&(_, &l)| l as usize >= classes) {
            panic!(
                "cross_entropy: label {label} in row {row} is out of range for {classes} classes (0 to {})",
                classes.max(1) - 1
            );
        }
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
}
