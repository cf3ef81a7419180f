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
        let mut probs = Self::scratch(self.workspace(), self.shape().into());
        let loss = cross_entropy::forward(self.data(), labels.data(), probs.data_mut(), classes);
        let mut out = Self::scratch(self.workspace(), Shape::new());
        out.data_mut()[0] = loss;
        (out, probs)
    }

    /// The cotangent of the logits: `(probs - one_hot(labels)) g / n`, with a one-element `g`.
    pub fn cross_entropy_chain(g: &Self, probs: &Self, labels: &Tensor<u32>) -> Self {
        let mut out = Self::scratch(place(g, probs), probs.shape().into());
        cross_entropy::backward(out.data_mut(), g.item(), probs.data(), labels.data(), probs.shape()[1], false);
        out
    }
}
