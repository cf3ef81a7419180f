//! Dropout.

use rappel_autodiff::{Float, Var};
use rappel_schedule::Schedule;

use super::probability::Probability;
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
///
/// // Less from step to step of the tape.
/// let fading = Dropout::new(rappel_nn::schedule::linear(0.5, 0.0, 1000));
/// assert_eq!(Layer::<f32>::kind(&fading), "Dropout(linear(0.5, 0, 1000))");
/// ```
#[derive(Module, Debug, Clone, PartialEq)]
pub struct Dropout {
    #[module(skip)]
    p: Probability,
}

impl Dropout {
    /// A dropout with probability `p` of zeroing a value: a number, or a schedule that is read at the step of the tape. One in
    /// other units than steps is bound first: `Dropout::new(schedule.bind(&clock)?)`.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`, or when a schedule cannot be bound or follows what is observed. In `forward`, at a
    /// step at which the schedule's value is not in that range.
    #[track_caller]
    pub fn new(p: impl Into<Schedule>) -> Self {
        Dropout { p: Probability::new("Dropout::new", p.into()) }
    }

    /// The probability of zeroing a value.
    pub fn p(&self) -> &Schedule {
        self.p.schedule()
    }
}

impl<T: Float> Layer<T> for Dropout {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let layer = enter(self, x);
        layer.leave(if x.tape().is_training() { x.dropout(self.p.at(x)) } else { x })
    }

    fn kind(&self) -> String {
        format!("Dropout({})", self.p())
    }
}
