//! How the loss slopes from where the weights lately were on average.

use rappel_autodiff::Float;
use rappel_tensor::simd::{Kernel, dispatch};

use super::sample::Sample;
use super::sums::LANES;

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
            let r = || part.range.clone();
            let (average, weights, gradient) = (&mut self.average[r()], &weights[r()], &gradient[r()]);
            slope += part.times * dispatch(Pull { average, weights, gradient, share });
        }
        Some(slope).filter(|s| s.is_finite())
    }

    /// Begins anew.
    pub(super) fn forget(&mut self) {
        self.steps = 0.0;
    }
}

/// The slope, and the weights into the average.
struct Pull<'a, T> {
    average: &'a mut [f64],
    weights: &'a [T],
    gradient: &'a [T],
    share: f64,
}

impl<T: Float> Kernel for Pull<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let average = self.average.as_chunks_mut::<LANES>().0;
        let (w, g) = (self.weights.as_chunks::<LANES>().0, self.gradient.as_chunks::<LANES>().0);
        let n = average.len();
        let (w, g) = (&w[..n], &g[..n]);
        let mut sum = [0.0; LANES];
        for i in 0..n {
            for l in 0..LANES {
                let away = w[i][l].re() - average[i][l];
                sum[l] += away * g[i][l].re();
                average[i][l] += self.share * away;
            }
        }
        sum.iter().sum()
    }
}
