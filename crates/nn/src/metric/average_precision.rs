//! The area under the curve of precision over recall.

use rappel_autodiff::{Float, Tensor};

use super::scores::{Questions, Scores};

/// Average precision: the precision at each score from the highest down, weighted by the recall it adds,
/// `sum over i of (R_i - R_(i-1)) P_i`.
///
/// The curve is not interpolated between its points, which would be too favourable (Davis and Goadrich 2006); as scikit-learn's
/// `average_precision_score`. A guess has the share of what is so, a perfect ranking has 1. For several classes each is set against the
/// others, and the value is the mean over the classes. NaN once a score was NaN. It costs 16 bytes per score and a sort when asked.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::AveragePrecision;
///
/// let mut precision = AveragePrecision::binary();
/// precision.update(&Tensor::from([0.1_f32, 0.4, 0.35, 0.8]), &Tensor::from([0, 0, 1, 1]));
/// assert_eq!(precision.value(), Some(0.5 * 1.0 + 0.5 * (2.0 / 3.0)));
/// ```
#[derive(Debug, Clone)]
pub struct AveragePrecision {
    questions: Questions,
}

/// A point of the curve of precision over recall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrecisionRecall {
    /// What has this score or a higher one is predicted to be so.
    pub threshold: f64,
    /// The share of what is predicted to be so that is.
    pub precision: f64,
    /// The share of what is so that is predicted to be.
    pub recall: f64,
}

impl AveragePrecision {
    /// Yes or no: scores of any shape, and labels of 0 and 1 of the same.
    pub fn binary() -> Self {
        AveragePrecision { questions: Questions::One(Scores::default()) }
    }

    /// One class of several: outputs `[n, classes]` and labels `[n]`. Outputs of a class are compared between samples, so they should be
    /// probabilities.
    pub fn one_vs_rest(classes: usize) -> Self {
        AveragePrecision { questions: Questions::per_class(classes) }
    }

    /// Keeps some scores.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, scores: &Tensor<T>, labels: &Tensor<u32>) {
        self.questions.update("AveragePrecision::update", scores, labels);
    }

    /// Keeps what another has kept.
    ///
    /// # Panics
    /// At the caller's line, when the two have other classes.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        self.questions.merge("AveragePrecision::merge", &other.questions);
    }

    /// The average precision, of several classes their mean; none until every class has occurred.
    pub fn value(&self) -> Option<f64> {
        self.questions.mean(average)
    }

    /// That of one class; none until it has occurred.
    ///
    /// # Panics
    /// At the caller's line, when it is no class.
    #[track_caller]
    pub fn of_class(&self, class: usize) -> Option<f64> {
        average(self.questions.of("AveragePrecision::of_class", class))
    }

    /// Precision and recall, one point per different score, the highest first; empty where there is no average.
    pub fn curve(&self) -> Vec<PrecisionRecall> {
        self.curve_of(0)
    }

    /// The curve of one class.
    ///
    /// # Panics
    /// At the caller's line, when it is no class.
    #[track_caller]
    pub fn curve_of(&self, class: usize) -> Vec<PrecisionRecall> {
        let scores = self.questions.of("AveragePrecision::curve_of", class);
        if scores.has_nan() { Vec::new() } else { curve(scores) }
    }
}

fn curve(scores: &Scores) -> Vec<PrecisionRecall> {
    let (positives, _) = scores.counts();
    if positives == 0 {
        return Vec::new();
    }
    let (mut hits, mut predicted) = (0, 0);
    let points = scores.groups().into_iter().map(|group| {
        hits += group.positives;
        predicted += group.positives + group.negatives;
        PrecisionRecall {
            threshold: group.score,
            precision: hits as f64 / predicted as f64,
            recall: hits as f64 / positives as f64,
        }
    });
    points.collect()
}

fn average(scores: &Scores) -> Option<f64> {
    if scores.has_nan() {
        return Some(f64::NAN);
    }
    let (positives, _) = scores.counts();
    let (mut hits, mut predicted, mut sum) = (0, 0, 0.0);
    for group in scores.groups() {
        hits += group.positives;
        predicted += group.positives + group.negatives;
        sum += group.positives as f64 * (hits as f64 / predicted as f64);
    }
    (positives > 0).then(|| sum / positives as f64)
}
