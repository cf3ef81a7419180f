//! Units that say the same for every sample.

use std::collections::BTreeMap;

use rappel_autodiff::{Float, Tensor};

use super::bounds;
use super::finding::{Evidence, Kind, Verdict};
use super::looks::Looks;

/// How a unit dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Dead where it gives exactly 0: no gradient passes.
    Relu,
    /// Dead where it is within 1 % of -1 or 1: hardly any gradient passes.
    Tanh,
    /// Dead where it is within 0.5 % of 0 or 1, as far along as [`Tanh`](Unit::Tanh) is, of which it is a rescaling.
    Sigmoid,
}

impl Unit {
    /// The unit that a layer of this kind has, as [`Place::layer`](rappel_autodiff::Place) names it.
    pub(super) fn of_layer(kind: &str) -> Option<Unit> {
        match kind {
            "Relu" => Some(Unit::Relu),
            "Tanh" => Some(Unit::Tanh),
            "Sigmoid" => Some(Unit::Sigmoid),
            _ => None,
        }
    }

    fn dead(self, y: f64) -> bool {
        match self {
            Unit::Relu => y == 0.0,
            Unit::Tanh => y.abs() > bounds::SATURATED,
            Unit::Sigmoid => (2.0 * y - 1.0).abs() > bounds::SATURATED,
        }
    }
}

/// The looks at one layer: after how many steps, and which units were dead for all samples.
#[derive(Debug, Clone)]
struct Layer {
    unit: Unit,
    looks: Looks<(u64, Vec<bool>)>,
}

/// The layers that were looked at, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    layers: BTreeMap<String, Layer>,
}

impl Units {
    /// Looks at the outputs of a layer, whose last axis are its units.
    pub(super) fn look<T: Float>(&mut self, step: u64, name: &str, unit: Unit, outputs: &Tensor<T>) {
        let width = outputs.shape().last().copied().unwrap_or(1);
        if outputs.data().is_empty() {
            return;
        }
        let mut dead = vec![true; width];
        for row in outputs.data().chunks_exact(width) {
            dead.iter_mut().zip(row).for_each(|(dead, y)| *dead &= unit.dead(y.re()));
        }
        let layer = self.layers.entry(name.to_owned()).or_insert_with(|| Layer { unit, looks: Looks::default() });
        layer.looks.push((step, dead));
    }

    /// A verdict on each layer of which many units were dead at every look of the second half.
    pub(super) fn verdicts(&self, steps: u64) -> Vec<Verdict> {
        self.layers.iter().filter_map(|(name, layer)| layer.verdict(name, steps)).collect()
    }
}

impl Layer {
    fn verdict(&self, name: &str, steps: u64) -> Option<Verdict> {
        let looks = self.looks.kept();
        let late = || looks.iter().filter(|l| 2 * l.0 >= steps).map(|l| &l.1);
        let width = looks.last()?.1.len();
        let dead = (0..width).filter(|&unit| late().all(|dead| dead.get(unit) == Some(&true))).count();
        let share = dead as f64 / width as f64;
        if late().count() < bounds::LOOKS || share < bounds::DYING {
            return None;
        }
        let (what, advice) = match self.unit {
            Unit::Relu => (
                "give 0",
                "a lower rate, or a warm-up: a step that was too long has pushed them there; initial biases that are not negative; a \
                 leaky ReLU",
            ),
            Unit::Tanh | Unit::Sigmoid => (
                "are at an end of their range",
                "a lower rate, smaller initial weights, or inputs that are scaled to a variance of 1",
            ),
        };
        Some(Verdict {
            kind: Kind::DyingUnits,
            sentence: format!("{dead} of {width} units of {name} {what} for every sample, and learn nothing"),
            evidence: vec![
                Evidence::held("share of dead units", share, bounds::DYING),
                Evidence::noted("looks in the second half", late().count() as f64),
            ],
            advice: advice.into(),
        })
    }
}
