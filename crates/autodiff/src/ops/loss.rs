//! Losses.

use rappel_elem::rows;
use rappel_tensor::{Float, Tensor};

use crate::op::Op;
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The mean cross-entropy of logits `[n, classes]` against class indices `[n]`, in nats: the mean of `-log softmax(x)[label]`,
    /// fused and free of overflow.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let logits = tape.var(&Tensor::from([[0.0, 0.0], [1000.0, 0.0]]));
    /// let loss = logits.cross_entropy(&Tensor::from([0_u32, 0]));
    /// assert!((loss.item() - 0.5 * 2.0_f32.ln()).abs() < 1e-6);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is not below the number of classes. No rows give NaN.
    #[track_caller]
    pub fn cross_entropy(self, labels: &Tensor<u32>) -> Self {
        self.apply1(Op::CrossEntropy(labels.clone()))
    }

    /// The mean squared error: the mean of `(x - target)^2`, under broadcasting.
    #[track_caller]
    pub fn mse(self, target: Var<'t, T>) -> Self {
        self.pair_as::<rows::SquaredDifference>("mse", target, [0.0; 2]).mean()
    }

    /// The mean binary cross-entropy of logits against targets in `[0, 1]`, in nats, free of overflow:
    /// the mean of `max(x, 0) - x t + ln(1 + exp(-|x|))`.
    #[track_caller]
    pub fn bce_with_logits(self, target: Var<'t, T>) -> Self {
        self.pair_as::<rows::BceWithLogits>("bce_with_logits", target, [0.0; 2]).mean()
    }
}
