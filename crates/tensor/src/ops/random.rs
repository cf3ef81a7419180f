//! Dropout by key.

use crate::kernels::dropout;
use crate::kernels::shards::threads;
use crate::number::Float;
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// Zeroes each value with probability `p` and divides the others by `1 - p`; which ones is a function of the key and of the
    /// position alone.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`.
    #[track_caller]
    pub fn dropout(&self, key: u64, p: f64) -> Self {
        assert!((0.0..1.0).contains(&p), "dropout: the probability must be at least 0 and below 1, not {p}");
        Self::make(self.workspace(), self.shape().into(), |to| {
            dropout::dropout(&threads(self.workspace()), to, self.data(), key, p, false);
        })
    }

    /// Adds [`dropout`](Self::dropout) of `x` to `self`.
    #[track_caller]
    pub fn add_dropout(&mut self, x: &Self, key: u64, p: f64) {
        debug_assert_eq!(self.shape(), x.shape());
        dropout::dropout(&threads(x.workspace()), self.data_mut(), x.data(), key, p, true);
    }
}
