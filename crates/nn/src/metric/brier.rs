//! How far probabilities are from what happened.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::sum::ExactSum;

/// The Brier score: the mean squared error of probabilities; 0 is perfect.
///
/// For classes it is the sum over them, `mean of sum over k of (p_k - [k is the label])^2`, from 0 to 2, as Brier defined it and as
/// scikit-learn's `brier_score_loss(.., scale_by_half=False)`. For yes or no, [`update_binary`](Self::update_binary), it is
/// `mean (p - label)^2`, from 0 to 1, which is half of that of the two classes. NaN once a probability was NaN.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::Brier;
///
/// let (mut classes, mut binary) = (Brier::new(), Brier::new());
/// classes.update(&Tensor::from([[0.75_f32, 0.25]]), &Tensor::from([0]));
/// binary.update_binary(&Tensor::from([0.75_f32]), &Tensor::from([1]));
/// assert_eq!((classes.value(), binary.value()), (Some(0.125), Some(0.0625)));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brier {
    sum: ExactSum,
    count: u64,
}

impl Brier {
    /// Without samples.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds probabilities `[n, classes]` with labels `[n]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, a label is no class, or a number is no probability.
    #[track_caller]
    pub fn update<T: Float>(&mut self, probabilities: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "Brier::update";
        inputs::probabilities(OP, probabilities);
        for (row, label) in inputs::rows(OP, probabilities, labels) {
            for (class, p) in row.iter().enumerate() {
                self.add(p.re(), class == label);
            }
        }
        self.count += labels.len() as u64;
    }

    /// Adds the probabilities that something is so, of any shape, with labels of 0 and 1.
    ///
    /// # Panics
    /// As [`update`](Self::update).
    #[track_caller]
    pub fn update_binary<T: Float>(&mut self, probabilities: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "Brier::update_binary";
        inputs::probabilities(OP, probabilities);
        inputs::binary(OP, probabilities, labels).for_each(|(p, label)| self.add(p, label));
        self.count += labels.len() as u64;
    }

    fn add(&mut self, p: f64, label: bool) {
        let error = p - f64::from(u8::from(label));
        self.sum.add_product(error, error);
    }

    /// Adds what another has added.
    pub fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.count += other.count;
    }

    /// The score; none without samples.
    pub fn value(&self) -> Option<f64> {
        self.sum.mean(self.count)
    }
}
