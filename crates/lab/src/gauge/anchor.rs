//! How the loss slopes from where the weights lately were on average.

use rappel_autodiff::Float;

use super::sample::Sample;

/// Over how many steps weights are averaged: long enough for an oscillation under momentum 0.9 to even out, short beside most runs.
pub(crate) const AVERAGED: f64 = 30.0;

/// The average of the last weights of a sample.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    average: Vec<f64>,
    steps: f64,
}

impl Anchor {
    /// The slope of the loss along the way from the average to the weights; `None` at the first. The weights then join the average.
    pub(super) fn pull<T: Float>(&mut self, sample: &Sample, weights: &[T], gradient: &[T]) -> Option<f64> {
        if self.steps == 0.0 {
            self.average.clear();
            self.average.extend(weights.iter().map(|w| w.re()));
            self.steps = 1.0;
            return None;
        }
        self.steps += 1.0;
        let share = 1.0 / self.steps.min(AVERAGED);
        let mut slope = 0.0;
        for part in &sample.parts {
            let mut sum = 0.0;
            let values = weights[part.range.clone()].iter().zip(&gradient[part.range.clone()]);
            for (average, (w, g)) in self.average[part.range.clone()].iter_mut().zip(values) {
                let away = w.re() - *average;
                sum += away * g.re();
                *average += share * away;
            }
            slope += part.times * sum;
        }
        Some(slope).filter(|s| s.is_finite())
    }

    /// Begins anew.
    pub(super) fn forget(&mut self) {
        self.steps = 0.0;
    }
}
