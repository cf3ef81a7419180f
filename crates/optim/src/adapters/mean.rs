//! Running means of weights.

use rappel_autodiff::{Param, ParamId};
use rappel_tensor::{Float, Tensor};

use crate::shadow::{Kept, Shadow};

/// A running mean of the weights of each parameter, and how many it has taken in.
#[derive(Debug, Clone)]
pub(super) struct Mean<T: Float> {
    mean: Shadow<T>,
    counts: Shadow<f64>,
}

impl<T: Float> Default for Mean<T> {
    fn default() -> Self {
        Mean { mean: Shadow::default(), counts: Shadow::default() }
    }
}

impl<T: Float> Mean<T> {
    /// Takes in the weights of a parameter as its t-th, counted from 1: `share(t)` of the new mean is of them, of which that of the
    /// first is 1. A parameter that was given another shape begins anew.
    pub(super) fn take(&mut self, p: &Param<T>, share: impl FnOnce(f64) -> f64) {
        let mut fresh = false;
        let mean = self.mean.get_or(p.id(), p.value.shape(), || {
            fresh = true;
            p.value.scaled(1.0)
        });
        if fresh {
            self.counts.set(p.id(), Tensor::scalar(1.0));
            return;
        }
        let count = self.counts.get_or(p.id(), &[], || Tensor::scalar(1.0));
        let t = count.item() + 1.0;
        count.data_mut()[0] = t;
        let share = share(t);
        mean.blend(1.0 - share, share, &p.value);
    }

    pub(super) fn get(&self, id: ParamId) -> Option<&Tensor<T>> {
        self.mean.get(id)
    }

    pub(super) fn kept(&self) -> Kept<T> {
        Kept::default().with_tensor("mean", &self.mean).with_count("count", &self.counts)
    }

    pub(super) fn recalled(kept: &Kept<T>) -> Self {
        Mean { mean: kept.tensor("mean"), counts: kept.count("count") }
    }
}
