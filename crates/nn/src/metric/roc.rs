//! The area under the receiver operating characteristic.

use rappel_autodiff::{Float, Tensor};

use super::scores::{Questions, Scores};

/// The area under the ROC curve: the chance that something that is so has a higher score than something that is not, equal scores
/// counting half; 0.5 for a guess, 1 for a perfect ranking.
///
/// Exact: the pairs are counted (Mann-Whitney U), so it costs 16 bytes per score and a sort when asked. For several classes each is set
/// against the others, and the value is the mean over the classes, as scikit-learn's `roc_auc_score(.., multi_class="ovr")`. NaN once a
/// score was NaN.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::RocAuc;
///
/// let mut roc = RocAuc::binary();
/// roc.update(&Tensor::from([0.1_f32, 0.4, 0.35, 0.8]), &Tensor::from([0, 0, 1, 1]));
/// assert_eq!(roc.value(), Some(0.75));
/// let corner = roc.curve()[1];
/// assert_eq!((corner.false_positive_rate, corner.true_positive_rate), (0.0, 0.5));
/// ```
#[derive(Debug, Clone)]
pub struct RocAuc {
    questions: Questions,
}

/// A point of the ROC curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// What has this score or a higher one is predicted to be so; infinite at the first point, where nothing is.
    pub threshold: f64,
    /// The share of what is not so that is predicted to be.
    pub false_positive_rate: f64,
    /// The share of what is so that is predicted to be.
    pub true_positive_rate: f64,
}

impl RocAuc {
    /// Yes or no: scores of any shape, and labels of 0 and 1 of the same.
    pub fn binary() -> Self {
        RocAuc { questions: Questions::One(Scores::default()) }
    }

    /// One class of several: outputs `[n, classes]` and labels `[n]`. Outputs of a class are compared between samples, so they should be
    /// probabilities.
    pub fn one_vs_rest(classes: usize) -> Self {
        RocAuc { questions: Questions::per_class(classes) }
    }

    /// Keeps some scores.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, scores: &Tensor<T>, labels: &Tensor<u32>) {
        self.questions.update("RocAuc::update", scores, labels);
    }

    /// Keeps what another has kept.
    ///
    /// # Panics
    /// At the caller's line, when the two have other classes.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        self.questions.merge("RocAuc::merge", &other.questions);
    }

    /// The area, of several classes their mean; none until every class has occurred, and something else than it.
    pub fn value(&self) -> Option<f64> {
        self.questions.mean(area)
    }

    /// The area of one class; none until it has occurred, and something else than it.
    ///
    /// # Panics
    /// At the caller's line, when it is no class.
    #[track_caller]
    pub fn of_class(&self, class: usize) -> Option<f64> {
        area(self.questions.of("RocAuc::of_class", class))
    }

    /// The curve from (0, 0) to (1, 1), one point per different score, the highest first; empty where there is no area.
    pub fn curve(&self) -> Vec<RocPoint> {
        self.curve_of(0)
    }

    /// The curve of one class.
    ///
    /// # Panics
    /// At the caller's line, when it is no class.
    #[track_caller]
    pub fn curve_of(&self, class: usize) -> Vec<RocPoint> {
        let scores = self.questions.of("RocAuc::curve_of", class);
        let (positives, negatives) = scores.counts();
        if positives == 0 || negatives == 0 || scores.has_nan() {
            return Vec::new();
        }
        let mut curve = vec![RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 }];
        let (mut hits, mut alarms) = (0, 0);
        for group in scores.groups() {
            hits += group.positives;
            alarms += group.negatives;
            curve.push(RocPoint {
                threshold: group.score,
                false_positive_rate: alarms as f64 / negatives as f64,
                true_positive_rate: hits as f64 / positives as f64,
            });
        }
        curve
    }
}

fn area(scores: &Scores) -> Option<f64> {
    let (positives, negatives) = scores.counts();
    if scores.has_nan() {
        return Some(f64::NAN);
    }
    let pairs = u128::from(positives) * u128::from(negatives);
    // Twice the pairs in the right order, so that half a pair is a whole number.
    let (mut twice, mut below) = (0, u128::from(negatives));
    for group in scores.groups() {
        below -= u128::from(group.negatives);
        twice += u128::from(group.positives) * (2 * below + u128::from(group.negatives));
    }
    (pairs > 0).then(|| twice as f64 / (2 * pairs) as f64)
}
