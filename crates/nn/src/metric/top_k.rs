//! How often the label is among the first guesses.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::rank::rank;

/// The share of samples whose label is among the k largest outputs, from 0 to 1; of equal outputs the earlier one is ahead.
///
/// With k = 1 it is [`Accuracy::new`](super::Accuracy::new); with k at least the number of classes it is 1. A sample with a NaN among its
/// outputs is wrong.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::TopK;
///
/// let mut top2 = TopK::new(2);
/// top2.update(&Tensor::from([[3.0_f32, 2.0, 1.0], [3.0, 2.0, 1.0]]), &Tensor::from([1, 2]));
/// assert_eq!(top2.value(), Some(0.5));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TopK {
    k: usize,
    correct: u64,
    count: u64,
}

impl TopK {
    /// Counts labels among the `k` largest outputs.
    pub fn new(k: usize) -> Self {
        TopK { k, correct: 0, count: 0 }
    }

    /// Counts outputs `[n, classes]`, logits or probabilities, with labels `[n]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, outputs: &Tensor<T>, labels: &Tensor<u32>) {
        let rows = inputs::rows("TopK::update", outputs, labels);
        self.count += labels.len() as u64;
        self.correct +=
            rows.filter(|&(row, label)| rank(row, label).is_some_and(|ahead| ahead < self.k)).count() as u64;
    }

    /// Counts what another has counted.
    ///
    /// # Panics
    /// At the caller's line, when the two have another k.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        inputs::same_settings("TopK::merge", self.k, other.k);
        self.correct += other.correct;
        self.count += other.count;
    }

    /// The share of what was right; none without samples.
    pub fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.correct as f64 / self.count as f64)
    }
}
