//! The running mean of the weights.
//!
//! ```text
//! a <- (1 - s) a + s p        s = (1 + gamma) / (t + gamma) at the t-th step, counted from 1
//! ```
//!
//! With `gamma` 0 all steps weigh the same: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), and
//! `torch.optim.swa_utils.AveragedModel`. Otherwise a step weighs about as t^gamma: Shamir and Zhang, "Stochastic Gradient Descent for
//! Non-smooth Optimization" (2013), and the averager of DoG's authors, whose gamma is 8.

use rappel_autodiff::ParamId;
use rappel_tensor::{Float, Tensor};

use super::mean::Mean;
use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;
use crate::shadow::Kept;
use crate::stepped::Stepped;

/// The adapter of [`average`].
#[derive(Debug, Clone)]
pub struct Average<T: Float> {
    mean: Mean<T>,
}

impl<T: Float> Default for Average<T> {
    fn default() -> Self {
        Average { mean: Mean::default() }
    }
}

/// Keeps the mean of the weights after each step, each step of equal weight unless [`knob`](Adapted::knob) sets `gamma`, 0 or more:
/// then late steps weigh more, as DoG's authors advise with `gamma` 8. The net is trained as before;
/// [`eval`](crate::Optimizer::eval) lends the mean.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::average;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut sgd = Sgd::new(0.25) | average();
/// for _ in 0..2 {
///     let tape = Tape::new();
///     let gradients = tape.param(&w).square().sum().backward();
///     sgd.step(&mut w, &gradients)?;
/// }
/// assert_eq!(sgd.eval(&mut w).value.data(), [1.5]); // of 2 and 1
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn average<T: Float>() -> Adapted<T> {
    Adapted::new(Average::default())
}

impl<T: Float> Adapter<T> for Average<T> {
    fn name(&self) -> &'static str {
        "average"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("gamma", 0.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Weights
    }

    fn weights(&mut self, after: &mut Stepped<'_, T>) {
        after.for_each(|p, values| self.mean.take(p, |t| (1.0 + values[0]) / (t + values[0])));
    }

    fn evaluated(&self, id: ParamId, _: &Tensor<T>) -> Option<Tensor<T>> {
        self.mean.get(id).cloned()
    }

    fn kept(&self) -> Kept<T> {
        self.mean.kept()
    }

    fn recall(&mut self, kept: &Kept<T>) {
        self.mean = Mean::recalled(kept);
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(self.clone())
    }
}
