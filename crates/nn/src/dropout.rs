//! Dropout.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

/// On a tape in training mode, zeroes each value with probability p and divides the others by 1 - p; in evaluation mode, nothing.
///
/// The masks are a function of the tape's seed, its step and the number of draws so far, and independent of each other: two
/// dropouts in a net differ, and so do two steps. See [`Var::dropout`].
///
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Dropout, Layer};
///
/// let (drop, ones) = (Dropout::new(0.5), Tensor::ones(&[4, 100]));
/// let (train, eval) = (Tape::training(1), Tape::new());
/// assert!(drop.forward(train.input(&ones)).value().data().iter().all(|&y| y == 0.0 || y == 2.0));
/// assert_eq!(drop.forward(eval.input(&ones)).value(), ones);
/// ```
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    #[module(skip)]
    p: f64,
}

impl Dropout {
    /// A dropout with probability `p` of zeroing a value.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`.
    #[track_caller]
    pub fn new(p: f64) -> Self {
        assert!((0.0..1.0).contains(&p), "Dropout::new({p}): the probability must be at least 0 and below 1");
        Dropout { p }
    }

    /// The probability of zeroing a value.
    pub fn p(&self) -> f64 {
        self.p
    }
}

impl<T: Float> Layer<T> for Dropout {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x.dropout(self.p))
    }

    fn kind(&self) -> String {
        format!("Dropout({})", self.p)
    }
}
