//! How often a classifier is right.

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::rank::rank;

/// The share of what was right, from 0 to 1.
///
/// | | right is | |
/// |---|---|---|
/// | [`new`](Self::new) | a row whose largest output is that of its label; of equal largest ones the first counts | one class of several |
/// | [`binary`](Self::binary) | a score that is above the threshold where the label is 1, and not above it where it is 0 | yes or no |
/// | [`whole_rows`](Self::whole_rows) | a row of scores that are all right | several labels at once |
///
/// A NaN is wrong. The same as scikit-learn's `accuracy_score` of the classes.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::Accuracy;
///
/// let scores = Tensor::from([[0.9_f32, 0.2], [0.4, 0.7]]);
/// let labels = Tensor::from([[1, 0], [1, 1]]);
/// let (mut each, mut rows) = (Accuracy::binary(0.5), Accuracy::whole_rows(0.5));
/// each.update(&scores, &labels);
/// rows.update(&scores, &labels);
/// assert_eq!((each.value(), rows.value()), (Some(0.75), Some(0.5)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracy {
    rule: Rule,
    correct: u64,
    count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rule {
    Largest,
    Threshold(f64),
    WholeRows(f64),
}

impl Accuracy {
    fn of(rule: Rule) -> Self {
        Accuracy { rule, correct: 0, count: 0 }
    }

    /// One class of several: outputs `[n, classes]`, logits or probabilities, and labels `[n]`.
    pub fn new() -> Self {
        Self::of(Rule::Largest)
    }

    /// Yes or no: scores of any shape, and labels of 0 and 1 of the same. The threshold is 0.5 for probabilities and 0 for logits.
    pub fn binary(threshold: f64) -> Self {
        Self::of(Rule::Threshold(threshold))
    }

    /// Several yes or no at once: scores and labels `[n, labels]`, where a row counts as one.
    pub fn whole_rows(threshold: f64) -> Self {
        Self::of(Rule::WholeRows(threshold))
    }

    /// Counts some samples.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, outputs: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "Accuracy::update";
        match self.rule {
            Rule::Largest => {
                let rows = inputs::rows(OP, outputs, labels);
                self.count += labels.len() as u64;
                self.correct += rows.filter(|&(row, label)| rank(row, label) == Some(0)).count() as u64;
            }
            Rule::Threshold(threshold) => {
                let pairs = inputs::binary(OP, outputs, labels);
                self.count += labels.len() as u64;
                self.correct += pairs.filter(|&pair| is_right(pair, threshold)).count() as u64;
            }
            Rule::WholeRows(threshold) => {
                let right: Vec<bool> =
                    inputs::binary(OP, outputs, labels).map(|pair| is_right(pair, threshold)).collect();
                let &[n, width] = labels.shape() else {
                    panic!("{OP}: scores of shape {:?} have no rows; expected [n, labels]", labels.shape())
                };
                self.count += n as u64;
                self.correct +=
                    (0..n).filter(|row| right[row * width..][..width].iter().all(|&right| right)).count() as u64;
            }
        }
    }

    /// Counts what another has counted.
    ///
    /// # Panics
    /// At the caller's line, when the two do not count alike.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        inputs::same_settings("Accuracy::merge", self.rule, other.rule);
        self.correct += other.correct;
        self.count += other.count;
    }

    /// The share of what was right; none without samples.
    pub fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.correct as f64 / self.count as f64)
    }

    /// How many were right.
    pub fn correct(&self) -> u64 {
        self.correct
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }
}

impl Default for Accuracy {
    fn default() -> Self {
        Self::new()
    }
}

fn is_right((score, label): (f64, bool), threshold: f64) -> bool {
    if label { score > threshold } else { score <= threshold }
}
