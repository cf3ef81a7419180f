//! How surprised a language model is.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::sum::ExactSum;

/// Perplexity: the exponential of the mean cross-entropy, `exp(-mean log p(label))`, in nats; the number of classes between which a guess
/// would be as unsure. 1 is perfect, and the number of classes is a guess. Infinite where a label had probability 0.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::Perplexity;
///
/// let mut perplexity = Perplexity::new();
/// perplexity.update(&Tensor::from([[0.0_f32; 4]; 2]), &Tensor::from([0, 3]));
/// assert!((perplexity.value().unwrap() - 4.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Perplexity {
    ignored: Option<u32>,
    sum: ExactSum,
    count: u64,
}

impl Perplexity {
    /// Every label counts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Samples of this label, such as the padding, do not count. It need not be a class.
    #[must_use]
    pub fn ignoring(self, label: u32) -> Self {
        Perplexity { ignored: Some(label), ..self }
    }

    /// Adds logits `[n, classes]` with labels `[n]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, logits: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "Perplexity::update";
        let ignored = |label: &u32| Some(*label) == self.ignored;
        // What is ignored need not be a class, so it stands for one while the others are checked.
        let known = Tensor::new(
            labels.data().iter().map(|l| if ignored(l) { 0 } else { *l }).collect::<Vec<u32>>(),
            labels.shape(),
        );
        for ((row, label), original) in inputs::rows(OP, logits, &known).zip(labels.data()) {
            if !ignored(original) {
                self.sum.add(surprise(row, label));
                self.count += 1;
            }
        }
    }

    /// Adds a mean cross-entropy that was computed elsewhere, over this many samples.
    pub fn update_mean(&mut self, cross_entropy: f64, samples: u64) {
        self.sum.add_product(cross_entropy, samples as f64);
        self.count += samples;
    }

    /// Adds what another has added.
    ///
    /// # Panics
    /// At the caller's line, when the two ignore other labels.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        inputs::same_settings("Perplexity::merge", self.ignored, other.ignored);
        self.sum.merge(&other.sum);
        self.count += other.count;
    }

    /// The perplexity; none without samples.
    pub fn value(&self) -> Option<f64> {
        self.cross_entropy().map(f64::exp)
    }

    /// The mean cross-entropy, in nats; none without samples.
    pub fn cross_entropy(&self) -> Option<f64> {
        self.sum.mean(self.count)
    }
}

/// `-log softmax(row)[label]`, in f64.
fn surprise<T: Float>(row: &[T], label: usize) -> f64 {
    let largest = row.iter().map(|x| x.re()).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = row.iter().map(|x| (x.re() - largest).exp()).sum();
    sum.ln() - (row[label].re() - largest)
}
