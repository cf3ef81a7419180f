//! What predictions tell about inputs.

use rappel_autodiff::{Float, Tensor};

use super::bounds;
use super::finding::{Evidence, Kind, Verdict};
use super::looks::Looks;
use crate::LabError;
use crate::digits::Digits;

/// One look at the predictions for a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    step: u64,
    /// What the predictions tell about the input, in nats: the entropy of their mean less their mean entropy.
    told: f64,
    /// The share of the samples that are put in the class that is predicted most often.
    same: f64,
}

/// The looks at predictions, and how frequent the labels were.
#[derive(Debug, Clone, Default)]
pub(super) struct Predictions {
    looks: Looks<Look>,
    labels: Vec<f64>,
}

impl Predictions {
    pub(super) fn look<T: Float>(
        &mut self,
        step: u64,
        logits: &Tensor<T>,
        labels: &Tensor<u32>,
    ) -> Result<(), LabError> {
        let shape = logits.shape();
        let [samples, classes] = *shape else {
            let why = "logits have a row for each sample and a column for each class";
            return Err(LabError::Setting { what: "the shape of the logits", value: format!("{shape:?}"), why });
        };
        if samples == 0 || labels.shape() != [samples] {
            let why = "there must be a label for each row of logits, and one at least";
            return Err(LabError::Setting {
                what: "the shape of the labels",
                value: format!("{:?}", labels.shape()),
                why,
            });
        }
        if let Some(label) = labels.data().iter().find(|l| **l as usize >= classes) {
            let why = "a label is below the number of columns of the logits";
            return Err(LabError::Setting { what: "a label", value: label.to_string(), why });
        }
        self.labels.resize(classes.max(self.labels.len()), 0.0);
        labels.data().iter().for_each(|l| self.labels[*l as usize] += 1.0);
        let (mut mean, mut entropies, mut chosen) = (vec![0.0; classes], 0.0, vec![0.0; classes]);
        for row in logits.data().chunks_exact(classes) {
            let row: Vec<f64> = row.iter().map(|x| x.re()).collect();
            let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if !highest.is_finite() || row.iter().any(|x| x.is_nan()) {
                return Ok(()); // a run that has diverged says so by its loss
            }
            let sum: f64 = row.iter().map(|x| (x - highest).exp()).sum();
            let p: Vec<f64> = row.iter().map(|x| (x - highest).exp() / sum).collect();
            entropies += entropy(&p);
            mean.iter_mut().zip(&p).for_each(|(m, p)| *m += p / samples as f64);
            let class = row.iter().position(|x| *x == highest).unwrap_or(0);
            chosen[class] += 1.0 / samples as f64;
        }
        let told = entropy(&mean) - entropies / samples as f64;
        self.looks.push(Look { step, told, same: chosen.into_iter().fold(0.0, f64::max) });
        Ok(())
    }

    /// The entropy of the labels in nats, and the share of the most frequent one; `None` before the first look.
    pub(super) fn labels(&self) -> Option<(f64, f64)> {
        let all: f64 = self.labels.iter().sum();
        let shares: Vec<f64> = self.labels.iter().map(|n| n / all).collect();
        (all > 0.0).then(|| (entropy(&shares), shares.iter().copied().fold(0.0, f64::max)))
    }

    /// The verdict on predictions that do not depend on the input, at every look of the second half.
    pub(super) fn verdict(&self, steps: u64) -> Option<Verdict> {
        let late: Vec<&Look> = self.looks.kept().iter().filter(|l| 2 * l.step >= steps).collect();
        let (entropy, frequent) = self.labels()?;
        if late.len() < bounds::LOOKS || entropy == 0.0 {
            return None;
        }
        let told = late.iter().map(|l| l.told).fold(0.0, f64::max) / entropy;
        if told >= bounds::TOLD {
            return None;
        }
        let same = late.iter().map(|l| l.same).sum::<f64>() / late.len() as f64;
        Some(Verdict {
            kind: Kind::ConstantPredictions,
            sentence: format!(
                "whatever goes in, much the same comes out: the class predicted most often is that of {} of the samples",
                Digits(same)
            ),
            evidence: vec![
                Evidence::held("what predictions tell about the input, over the labels' entropy", told, bounds::TOLD),
                Evidence::noted("share of the class predicted most often", same),
                Evidence::noted("share of the most frequent label", frequent),
            ],
            advice: "look whether the input reaches the output: dead units, inputs that are all alike or not scaled, a layer left out, a \
                     head that alone is trained; then look at the rate"
                .into(),
        })
    }
}

fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>()
}
