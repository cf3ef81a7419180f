//! What is known where the loss was evaluated.

use rappel_autodiff::{Float, Gradients, Module};

use super::sample::Sample;
use crate::LabError;

/// What is known where the loss was evaluated: it, and the weights and gradients of the sample.
#[derive(Debug)]
pub(super) struct Point<T> {
    pub(super) loss: f64,
    pub(super) weights: Vec<T>,
    pub(super) gradient: Vec<T>,
    /// Loss and gradient of each micro-batch; those beyond `count` are of an earlier step, kept for their memory.
    parts: Vec<(f64, Vec<T>)>,
    count: usize,
}

impl<T> Default for Point<T> {
    fn default() -> Self {
        Point { loss: f64::NAN, weights: Vec::new(), gradient: Vec::new(), parts: Vec::new(), count: 0 }
    }
}

impl<T: Float> Point<T> {
    pub(super) fn read_weights(&mut self, sample: &mut Sample, net: &dyn Module) -> Result<(), LabError> {
        self.weights.resize(sample.room, T::ZERO);
        sample.weights(net, &mut self.weights)
    }

    pub(super) fn read(
        &mut self,
        sample: &mut Sample,
        net: &dyn Module,
        loss: f64,
        gradients: &Gradients<T>,
    ) -> Result<(), LabError> {
        self.read_weights(sample, net)?;
        (self.loss, self.count) = (loss, 0);
        self.gradient.resize(sample.room, T::ZERO);
        sample.gradients(net, gradients, &mut self.gradient)
    }

    /// Reads micro-batches of one size, whose means are the loss and the gradient.
    pub(super) fn read_batches(
        &mut self,
        sample: &mut Sample,
        net: &dyn Module,
        batches: &[(f64, Gradients<T>)],
    ) -> Result<(), LabError> {
        if batches.is_empty() {
            let why = "there is nothing to step along; give one at least";
            return Err(LabError::Setting { what: "the number of micro-batches", value: "0".into(), why });
        }
        self.read_weights(sample, net)?;
        let each = 1.0 / batches.len() as f64;
        self.count = batches.len();
        self.parts.resize_with(self.count.max(self.parts.len()), Default::default);
        self.loss = batches.iter().map(|b| b.0).sum::<f64>() * each;
        self.gradient.clear();
        self.gradient.resize(sample.room, T::ZERO);
        for ((loss, gradients), part) in batches.iter().zip(&mut self.parts) {
            part.0 = *loss;
            part.1.resize(sample.room, T::ZERO);
            sample.gradients(net, gradients, &mut part.1)?;
            for (sum, g) in self.gradient.iter_mut().zip(&part.1) {
                *sum = *sum + *g;
            }
        }
        let each = T::of(each);
        self.gradient.iter_mut().for_each(|g| *g = *g * each);
        Ok(())
    }

    /// The variances of the loss and of its slope, the inner product that `slope` takes with a gradient, and their covariance; `None`
    /// where fewer than two micro-batches tell of them.
    pub(super) fn variances(&self, slope: impl Fn(&[T]) -> f64) -> Option<[f64; 3]> {
        if self.count < 2 {
            return None;
        }
        let (mut n, mut mean, mut products) = (0.0, [0.0; 2], [0.0; 3]);
        for (loss, gradient) in &self.parts[..self.count] {
            let x = [*loss, slope(gradient)];
            n += 1.0;
            let from_old = [x[0] - mean[0], x[1] - mean[1]];
            (mean[0], mean[1]) = (mean[0] + from_old[0] / n, mean[1] + from_old[1] / n);
            let from_new = [x[0] - mean[0], x[1] - mean[1]];
            products[0] += from_old[0] * from_new[0];
            products[1] += from_old[1] * from_new[1];
            products[2] += from_old[0] * from_new[1];
        }
        // Two points are always on a line, and so few tell little of a covariance: it is shrunk.
        products[2] *= (n - 2.0) / (n - 1.0);
        // Of means of so many.
        Some(products.map(|p| p / (n - 1.0) / n))
    }
}
