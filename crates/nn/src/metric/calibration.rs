//! Whether a net that says 80 % is right in 80 % of the cases.

use std::fmt;

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::rank::largest;
use super::sum::ExactSum;

/// The calibration error: how far the confidence of predictions is from the share of them that is right, in bins of equal width.
///
/// The confidence of a sample is its largest probability. Bin i of m holds confidences in (i/m, (i+1)/m], the first one 0 as well.
/// With the n_i samples of a bin, their mean confidence c_i and the share a_i of them that is right (Guo et al. 2017):
///
/// | | |
/// |---|---|
/// | [`value`](Self::value) | the expected error, `sum n_i / n abs(a_i - c_i)` |
/// | [`maximum`](Self::maximum) | `max abs(a_i - c_i)` over the bins that hold something |
/// | [`root_mean_square`](Self::root_mean_square) | `sqrt(sum n_i / n (a_i - c_i)^2)` |
///
/// The expected error of few samples in many bins is too high, as each a_i is noisy. Printed, it is the reliability table. NaN once a
/// probability was NaN.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::CalibrationError;
///
/// let mut calibration = CalibrationError::new(2);
/// calibration.update(&Tensor::from([[0.75_f32, 0.25], [0.75, 0.25]]), &Tensor::from([0, 1]));
/// assert_eq!(calibration.value(), Some(0.25)); // right in half of the cases, at a confidence of 75 %
/// assert_eq!(
///     calibration.to_string(),
///     "confidence     samples    mean   right\n\
///      0.000 - 0.500        0       -       -\n\
///      0.500 - 1.000        2  0.7500  0.5000\n"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationError {
    bins: Vec<Sums>,
    has_nan: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Sums {
    count: u64,
    right: u64,
    confidence: ExactSum,
}

/// A bin of confidences: a row of the reliability table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Confidences above this are in the bin.
    pub low: f64,
    /// Confidences up to this are in the bin.
    pub high: f64,
    /// How many samples it holds.
    pub count: u64,
    /// Their mean confidence; none without samples.
    pub confidence: Option<f64>,
    /// The share of them that is right; none without samples.
    pub accuracy: Option<f64>,
}

impl CalibrationBin {
    /// How far confidence and accuracy are apart.
    pub fn gap(&self) -> Option<f64> {
        Some((self.accuracy? - self.confidence?).abs())
    }
}

impl CalibrationError {
    /// With this many bins; 10 and 15 are usual.
    ///
    /// # Panics
    /// At the caller's line, without bins.
    #[track_caller]
    pub fn new(bins: usize) -> Self {
        assert!(bins > 0, "CalibrationError::new: 0 bins; expected at least 1");
        CalibrationError { bins: vec![Sums::default(); bins], has_nan: false }
    }

    /// Adds probabilities `[n, classes]` with labels `[n]`. The first of the largest is the prediction.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, a label is no class, or a number is no probability.
    #[track_caller]
    pub fn update<T: Float>(&mut self, probabilities: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "CalibrationError::update";
        inputs::probabilities(OP, probabilities);
        for (row, label) in inputs::rows(OP, probabilities, labels) {
            match largest(row) {
                Some(class) => self.add(row[class].re(), class == label),
                None => self.has_nan = true,
            }
        }
    }

    /// Adds the probabilities that something is so, of any shape, with labels of 0 and 1: confidence is then the probability, and what is
    /// so is right, as in scikit-learn's `calibration_curve`.
    ///
    /// # Panics
    /// As [`update`](Self::update).
    #[track_caller]
    pub fn update_binary<T: Float>(&mut self, probabilities: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "CalibrationError::update_binary";
        inputs::probabilities(OP, probabilities);
        inputs::binary(OP, probabilities, labels).for_each(|(p, label)| self.add(p, label));
    }

    fn add(&mut self, confidence: f64, right: bool) {
        if confidence.is_nan() {
            self.has_nan = true;
            return;
        }
        let confidence = confidence.clamp(0.0, 1.0);
        let m = self.bins.len();
        // The upper edge, as it is printed, belongs to the bin: the product may be off by one bin.
        let near = ((confidence * m as f64).ceil() as usize).clamp(1, m) - 1;
        let bin = if confidence > edge(near + 1, m) {
            near + 1
        } else if near > 0 && confidence <= edge(near, m) {
            near - 1
        } else {
            near
        };
        let bin = &mut self.bins[bin];
        bin.count += 1;
        bin.right += u64::from(right);
        bin.confidence.add(confidence);
    }

    /// Adds what another has added.
    ///
    /// # Panics
    /// At the caller's line, when the two have other bins.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        inputs::same_settings("CalibrationError::merge", self.bins.len(), other.bins.len());
        for (bin, more) in self.bins.iter_mut().zip(&other.bins) {
            bin.count += more.count;
            bin.right += more.right;
            bin.confidence.merge(&more.confidence);
        }
        self.has_nan |= other.has_nan;
    }

    /// The expected calibration error; none without samples.
    pub fn value(&self) -> Option<f64> {
        self.mean(|gap| gap)
    }

    /// The largest error of a bin; none without samples.
    pub fn maximum(&self) -> Option<f64> {
        if self.has_nan {
            return Some(f64::NAN);
        }
        self.table().iter().filter_map(CalibrationBin::gap).reduce(f64::max)
    }

    /// The root of the mean of the squares; none without samples.
    pub fn root_mean_square(&self) -> Option<f64> {
        self.mean(|gap| gap * gap).map(f64::sqrt)
    }

    fn mean(&self, of: impl Fn(f64) -> f64) -> Option<f64> {
        if self.has_nan {
            return Some(f64::NAN);
        }
        let n: u64 = self.bins.iter().map(|bin| bin.count).sum();
        let weighted = |bin: &CalibrationBin| Some(bin.count as f64 * of(bin.gap()?));
        (n > 0).then(|| self.table().iter().filter_map(weighted).sum::<f64>() / n as f64)
    }

    /// The reliability table: the bins from the lowest confidence to the highest.
    pub fn table(&self) -> Vec<CalibrationBin> {
        let row = |(i, bin): (usize, &Sums)| CalibrationBin {
            low: edge(i, self.bins.len()),
            high: edge(i + 1, self.bins.len()),
            count: bin.count,
            confidence: bin.confidence.mean(bin.count),
            accuracy: (bin.count > 0).then(|| bin.right as f64 / bin.count as f64),
        };
        self.bins.iter().enumerate().map(row).collect()
    }
}

/// The lower edge of bin `i` of `m`.
fn edge(i: usize, m: usize) -> f64 {
    i as f64 / m as f64
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.4}"));
        writeln!(f, "confidence     samples    mean   right")?;
        self.table().iter().try_for_each(|bin| {
            let CalibrationBin { low, high, count, confidence, accuracy } = *bin;
            writeln!(f, "{low:.3} - {high:.3}  {count:>7}  {:>6}  {:>6}", share(confidence), share(accuracy))
        })
    }
}
