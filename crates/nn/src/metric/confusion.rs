//! Which classes are taken for which.

use std::fmt;

use rappel_autodiff::{Float, Tensor};

use super::inputs;
use super::rank::largest;

/// How often each class was taken for each, and what follows from it.
///
/// With TP(c) the samples of class c that were predicted as c, FP(c) those of other classes predicted as c, FN(c) those of c predicted
/// otherwise, and n all:
///
/// | | per class | without samples |
/// |---|---|---|
/// | precision | TP / (TP + FP) | c was never predicted: none |
/// | recall | TP / (TP + FN) | c never occurred: none |
/// | F-beta | (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP) | neither: none |
///
/// Over all classes they are [averaged](Average). [`cohen_kappa`](Self::cohen_kappa) and [`matthews`](Self::matthews) are single numbers
/// that are 0 for a guess and 1 for a perfect prediction. The counts are integers, so all of these are rounded once or twice.
///
/// A sample with a NaN among its outputs is predicted as no class: it counts as a miss of its class and as no other's.
///
/// ```
/// use rappel_nn::autodiff::Tensor;
/// use rappel_nn::metric::{Average, ConfusionMatrix};
///
/// let mut confusion = ConfusionMatrix::new(3);
/// confusion.update_classes(&Tensor::from([0, 2, 1, 0]), &Tensor::from([0, 1, 1, 0]));
/// assert_eq!(confusion.get(1, 2), 1); // a 1 that was taken for a 2
/// assert_eq!((confusion.accuracy(), confusion.precision(Average::Macro)), (Some(0.75), Some(2.0 / 3.0)));
/// assert_eq!(
///     confusion.to_string(),
///     "               0      1      2  recall\n\
///      0              2      0      0   1.000\n\
///      1              0      1      1   0.500\n\
///      2              0      0      0       -\n\
///      precision  1.000  1.000  0.000   0.750\n"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: usize,
    /// One row per class that a sample has; one column per class that it was predicted as, and one for none.
    counts: Vec<u64>,
}

/// How a number per class becomes one for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Average {
    /// From the sums of TP, FP and FN over the classes: every sample counts alike. Precision, recall and F are then the accuracy,
    /// unless there were NaNs.
    Micro,
    /// The mean over the classes that occurred or were predicted: every class counts alike. What is undefined for one of them is 0.
    Macro,
    /// As macro, each class weighted by its number of samples.
    Weighted,
}

/// What is counted for a class, or for all.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Predicted as this class, rightly.
    right: u64,
    /// Predicted as this class.
    predicted: u64,
    /// Of this class.
    actual: u64,
}

impl Counts {
    fn precision(self) -> Option<f64> {
        ratio(self.right as f64, self.predicted as f64)
    }

    fn recall(self) -> Option<f64> {
        ratio(self.right as f64, self.actual as f64)
    }

    fn f(self, beta: f64) -> Option<f64> {
        let square = beta * beta;
        ratio((1.0 + square) * self.right as f64, square * self.actual as f64 + self.predicted as f64)
    }
}

impl ConfusionMatrix {
    /// For this many classes.
    pub fn new(classes: usize) -> Self {
        ConfusionMatrix { classes, counts: vec![0; classes * (classes + 1)] }
    }

    /// Counts outputs `[n, classes]`, logits or probabilities, with labels `[n]`. The first of the largest outputs is the prediction.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, the classes are not as many, or a label is no class.
    #[track_caller]
    pub fn update<T: Float>(&mut self, outputs: &Tensor<T>, labels: &Tensor<u32>) {
        const OP: &str = "ConfusionMatrix::update";
        let rows = inputs::rows(OP, outputs, labels);
        let (shape, classes) = (outputs.shape(), self.classes);
        assert!(shape[1] == classes, "{OP}: outputs of shape {shape:?} do not fit {classes} classes");
        for (row, label) in rows {
            self.add(label, largest(row).unwrap_or(classes));
        }
    }

    /// Counts predicted classes and labels, of one shape.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, or a prediction or label is no class.
    #[track_caller]
    pub fn update_classes(&mut self, predicted: &Tensor<u32>, labels: &Tensor<u32>) {
        const OP: &str = "ConfusionMatrix::update_classes";
        inputs::same_shape(OP, "predictions", predicted.shape(), "labels", labels.shape());
        inputs::below(OP, labels, self.classes);
        inputs::below(OP, predicted, self.classes);
        for (&predicted, &label) in predicted.data().iter().zip(labels.data()) {
            self.add(label as usize, predicted as usize);
        }
    }

    fn add(&mut self, label: usize, predicted: usize) {
        self.counts[label * (self.classes + 1) + predicted] += 1;
    }

    /// Counts what another has counted.
    ///
    /// # Panics
    /// At the caller's line, when the two have other classes.
    #[track_caller]
    pub fn merge(&mut self, other: &Self) {
        inputs::same_settings("ConfusionMatrix::merge", self.classes, other.classes);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many samples of class `label` were predicted as class `predicted`.
    ///
    /// # Panics
    /// At the caller's line, when one of them is no class.
    #[track_caller]
    pub fn get(&self, label: usize, predicted: usize) -> u64 {
        self.is_class("get", label);
        self.is_class("get", predicted);
        self.cell(label, predicted)
    }

    #[track_caller]
    fn is_class(&self, method: &str, class: usize) {
        assert!(
            class < self.classes,
            "ConfusionMatrix::{method}: {class} is no class; expected one below {}",
            self.classes
        );
    }

    fn cell(&self, label: usize, predicted: usize) -> u64 {
        self.counts[label * (self.classes + 1) + predicted]
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share of samples that were predicted as their class; none without samples.
    pub fn accuracy(&self) -> Option<f64> {
        self.total().recall()
    }

    /// The precision of a class; none if it was never predicted.
    ///
    /// # Panics
    /// At the caller's line, when it is no class; so do the other two.
    #[track_caller]
    pub fn precision_of(&self, class: usize) -> Option<f64> {
        self.is_class("precision_of", class);
        self.of(class).precision()
    }

    /// The recall of a class; none if it never occurred.
    #[track_caller]
    pub fn recall_of(&self, class: usize) -> Option<f64> {
        self.is_class("recall_of", class);
        self.of(class).recall()
    }

    /// F-beta of a class: recall counts `beta` times as much as precision; none if the class never occurred and was never predicted.
    #[track_caller]
    pub fn f_of(&self, beta: f64, class: usize) -> Option<f64> {
        self.is_class("f_of", class);
        self.of(class).f(beta)
    }

    /// The precision over all classes; none without samples, and micro if nothing was predicted.
    pub fn precision(&self, average: Average) -> Option<f64> {
        self.average(average, Counts::precision)
    }

    /// The recall over all classes; none without samples.
    pub fn recall(&self, average: Average) -> Option<f64> {
        self.average(average, Counts::recall)
    }

    /// F-beta over all classes; none without samples.
    pub fn f(&self, beta: f64, average: Average) -> Option<f64> {
        self.average(average, |counts| counts.f(beta))
    }

    /// Cohen's kappa, `(p - e) / (1 - e)`, with the accuracy p and the accuracy e that predictions of these frequencies have by chance;
    /// none if e is 1, where all samples are of one class and predicted as it.
    pub fn cohen_kappa(&self) -> Option<f64> {
        let n = u128::from(self.count());
        let by_chance: u128 = self.each().map(|c| u128::from(c.actual) * u128::from(c.predicted)).sum();
        ratio(difference(n * u128::from(self.total().right), by_chance), (n * n - by_chance) as f64)
    }

    /// Matthews' correlation coefficient for any number of classes (Gorodkin 2004): the correlation of labels and predictions, from -1 to
    /// 1; none if all samples are of one class, or all predictions.
    pub fn matthews(&self) -> Option<f64> {
        let n = u128::from(self.count());
        let missing = n - u128::from(self.total().predicted);
        let product: u128 = self.each().map(|c| u128::from(c.actual) * u128::from(c.predicted)).sum();
        let predicted: u128 = self.each().map(|c| u128::from(c.predicted).pow(2)).sum::<u128>() + missing.pow(2);
        let actual: u128 = self.each().map(|c| u128::from(c.actual).pow(2)).sum();
        let covariance = difference(n * u128::from(self.total().right), product);
        ratio(covariance, ((n * n - predicted) as f64 * (n * n - actual) as f64).sqrt())
    }

    fn each(&self) -> impl Iterator<Item = Counts> {
        (0..self.classes).map(|class| self.of(class))
    }

    fn of(&self, class: usize) -> Counts {
        Counts {
            right: self.cell(class, class),
            predicted: (0..self.classes).map(|label| self.cell(label, class)).sum(),
            actual: (0..=self.classes).map(|predicted| self.cell(class, predicted)).sum(),
        }
    }

    fn total(&self) -> Counts {
        self.each().fold(Counts::default(), |a, b| Counts {
            right: a.right + b.right,
            predicted: a.predicted + b.predicted,
            actual: a.actual + b.actual,
        })
    }

    fn average(&self, average: Average, of: impl Fn(Counts) -> Option<f64>) -> Option<f64> {
        let weight = match average {
            Average::Micro => return of(self.total()),
            Average::Macro => |c: Counts| f64::from(u8::from(c.actual + c.predicted > 0)),
            Average::Weighted => |c: Counts| c.actual as f64,
        };
        let sum: f64 = self.each().map(|c| weight(c) * of(c).unwrap_or(0.0)).sum();
        ratio(sum, self.each().map(weight).sum())
    }
}

/// A quotient that is none where it is undefined.
fn ratio(a: f64, b: f64) -> Option<f64> {
    (b != 0.0).then(|| a / b)
}

/// The difference of two integers, rounded once.
fn difference(a: u128, b: u128) -> f64 {
    if a >= b { (a - b) as f64 } else { -((b - a) as f64) }
}

/// A row per class of the samples and a column per class they were predicted as; recall at the right, precision below.
impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
        let mut table = vec![vec![String::new()]];
        table[0].extend((0..self.classes).map(|class| class.to_string()));
        table[0].push("recall".into());
        for class in 0..self.classes {
            let mut row = vec![class.to_string()];
            row.extend((0..self.classes).map(|predicted| self.cell(class, predicted).to_string()));
            row.push(share(self.of(class).recall()));
            table.push(row);
        }
        let mut last = vec!["precision".to_owned()];
        last.extend(self.each().map(|counts| share(counts.precision())));
        last.push(share(self.accuracy()));
        table.push(last);
        let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.classes + 2).map(width).collect();
        table.iter().try_for_each(|row| {
            write!(f, "{:1$}", row[0], widths[0])?;
            row.iter().zip(&widths).skip(1).try_for_each(|(cell, width)| write!(f, "  {cell:>width$}"))?;
            writeln!(f)
        })
    }
}
