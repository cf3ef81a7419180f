//! What hears the evidence of a run.

use rappel_autodiff::{Float, Tape, Tensor};

use super::bounds;
use super::finding::{Kind, Verdict};
use super::fit::{self, Look};
use super::looks::Looks;
use super::predictions::Predictions;
use super::rate::{self, Margin, Signs};
use super::record::Record;
use super::units::{Unit, Units};
use crate::gauge::Reading;
use crate::{LabError, Score};

/// Hears the evidence of a run as it comes, and says what it amounts to, at any time.
///
/// Readings of steps are enough for the rate. All else is asked for by its own evidence, and may be left out:
///
/// | evidence | verdicts |
/// |---|---|
/// | [`step`](Judge::step) | too early, diverging, too high, too low, noise floor, fine |
/// | [`sharpness`](Judge::sharpness) | the edge of stability; a rate that is too high before the loss shows it |
/// | [`validation`](Judge::validation) | overfitting |
/// | [`activations`](Judge::activations), [`units`](Judge::units) | dying units |
/// | [`predictions`](Judge::predictions) | constant predictions |
/// | `validation` and `predictions` | underfitting, shuffled labels |
///
/// ```
/// use rappel_lab::gauge::Gauge;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::verdict::{Judge, Kind};
/// use rappel_lab::{Problem, Trial};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 2.0]);
/// let mut run = Trial::new(valley, Box::new(Sgd::new(0.001)), 0, 100);
/// let (mut gauge, mut judge) = (Gauge::new(), Judge::new());
/// for _ in 0..100 {
///     let (loss, gradients) = run.gradients(valley);
///     if let Some(reading) = gauge.step(&mut *run.optimizer, &mut *run.net, loss, &gradients)? {
///         judge.step(reading);
///     }
/// }
/// let verdict = &judge.verdicts()[0];
/// assert_eq!(verdict.kind, Kind::TooLow);
/// println!("{verdict}");
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # What it rests on
///
/// The second half of the steps so far. A run is judged at its length: what is too low for a hundred steps may be fine for a thousand.
/// It costs a few hundred operations per step, and keeps bounded memory but for the numbers of each [`validation`](Self::validation). Of
/// other looks it keeps 64 at most, evenly spread over the run.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    record: Record,
    margins: Looks<Margin>,
    looks: Vec<Look>,
    units: Units,
    predictions: Predictions,
    target: Option<f64>,
}

impl Judge {
    /// Of a run that begins.
    pub fn new() -> Judge {
        Judge::default()
    }

    /// The loss that the net should reach: a run that rests above it underfits. Without one, it is half of the entropy of the labels.
    #[must_use]
    pub fn target(mut self, loss: f64) -> Judge {
        self.target = Some(loss);
        self
    }

    /// Hears the reading of a step, of each in turn; where the loss was no number and no step was made, [`Reading::lost`].
    pub fn step(&mut self, reading: &Reading) {
        self.record.add(reading);
    }

    /// The number of steps heard.
    pub fn steps(&self) -> u64 {
        self.record.steps
    }

    /// Hears how sharp the loss is now, and the sharpness that the rule can bear at its rate: for gradient descent `2 / rate`.
    pub fn sharpness(&mut self, sharpness: f64, threshold: f64) {
        if (sharpness / threshold).is_finite() {
            self.margins.push(Margin { step: self.record.steps, share: sharpness / threshold });
        }
    }

    /// Hears the loss on training data and the score on held-out data, both in evaluation mode, from time to time and evenly.
    pub fn validation(&mut self, train: f64, held_out: Score) {
        self.looks.push(Look { step: self.record.steps, train, held_out });
    }

    /// Looks at the outputs of each layer of units that ran on a [watched](Tape::watch) tape, for a batch: those named `Relu`, `Tanh` and
    /// `Sigmoid`.
    pub fn activations<T: Float>(&mut self, tape: &Tape<T>) {
        for activation in tape.activations() {
            if let Some(unit) = Unit::of_layer(&activation.place.layer) {
                self.units(&activation.place.path, unit, &activation.output.value());
            }
        }
    }

    /// Looks at the outputs of a layer of units for a batch; the last axis are the units.
    pub fn units<T: Float>(&mut self, name: &str, unit: Unit, outputs: &Tensor<T>) {
        self.units.look(self.record.steps, name, unit, outputs);
    }

    /// Looks at predictions for a batch and at its labels: logits `[samples, classes]` and labels `[samples]`.
    ///
    /// # Errors
    /// When the shapes do not fit, or a label is no column of the logits; nothing is heard then.
    pub fn predictions<T: Float>(&mut self, logits: &Tensor<T>, labels: &Tensor<u32>) -> Result<(), LabError> {
        self.predictions.look(self.record.steps, logits, labels)
    }

    /// What the evidence amounts to: first of the rate, one verdict, then of all else.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let steps = self.record.steps;
        let rate = rate::verdict(&self.record, self.margins.kept());
        let kind = rate.kind;
        let mut all = vec![rate];
        if matches!(kind, Kind::Diverging) {
            return all;
        }
        let dying = self.units.verdicts(steps);
        // Where the rate is too low, nothing is learned because of that.
        let path = if kind == Kind::TooLow { 0.0 } else { self.record.path() };
        let signs = Signs::of(&self.record).filter(|_| steps >= bounds::FEWEST_STEPS);
        let labels = self.predictions.labels();
        let constant = self.predictions.verdict(steps);
        let shuffled = signs
            .as_ref()
            .zip(labels)
            .filter(|_| dying.is_empty())
            .and_then(|(signs, labels)| fit::shuffled(&self.looks, steps, labels, signs, path));
        let overfitting = fit::overfitting(&self.looks).filter(|_| shuffled.is_none());
        let entropy = labels.map(|l| l.0);
        let target = self.target.or(entropy.map(|h| bounds::UNEXPLAINED * h));
        let rests = matches!(kind, Kind::Fine | Kind::NoiseFloor | Kind::EdgeOfStability);
        let underfitting = signs
            .as_ref()
            .zip(target)
            .filter(|_| rests && shuffled.is_none() && constant.is_none())
            .and_then(|(signs, target)| fit::underfitting(&self.looks, signs, target, entropy.unwrap_or(f64::NAN)));
        all.extend(dying.into_iter().chain(constant).chain(shuffled).chain(overfitting).chain(underfitting));
        all
    }
}
