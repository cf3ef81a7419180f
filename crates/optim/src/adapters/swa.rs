//! Stochastic weight averaging: the mean of the weights late in a run.
//!
//! ```text
//! a <- a + (p - a) / (n + 1)        after a step whose number, counted from 1, is above `start` and a multiple of `every`;
//!                                   n is how many weights are in the mean
//! ```
//!
//! Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018), and
//! `torch.optim.swa_utils.AveragedModel` under `if step > start`.

use rappel_autodiff::ParamId;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use super::mean::Mean;
use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;
use crate::shadow::Kept;
use crate::stepped::Stepped;

/// The adapter of [`swa`].
#[derive(Debug, Clone)]
pub struct Swa<T: Float> {
    mean: Mean<T>,
}

impl<T: Float> Default for Swa<T> {
    fn default() -> Self {
        Swa { mean: Mean::default() }
    }
}

/// Keeps the mean of the weights after every `every`-th step, once more than `start` steps are made; whole numbers. The net is trained
/// as before; [`eval`](crate::Optimizer::eval) lends the mean, and before there is one the weights themselves. The rate that goes with
/// it, high and constant or in cycles after `start`, is the schedule's business; batch norm wants its statistics of the mean weights
/// anew.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::swa;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([8.0]));
/// let mut sgd = Sgd::new(1.0) | swa(2, 2);
/// for _ in 0..6 {
///     let tape = Tape::new();
///     let gradients = tape.param(&w).sum().backward();
///     sgd.step(&mut w, &gradients)?;
/// }
/// assert_eq!(sgd.eval(&mut w).value.data(), [3.0]); // of 4 and 2, after 4 and 6 steps
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn swa<T: Float>(start: impl Into<Schedule>, every: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(Swa::default()).knob("start", start).knob("every", every)
}

impl<T: Float> Adapter<T> for Swa<T> {
    fn name(&self) -> &'static str {
        "swa"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::whole("start", 0.0, 0.0..=f64::MAX), Knob::whole("every", 1.0, 1.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Weights
    }

    fn weights(&mut self, after: &mut Stepped<'_, T>) {
        let made = after.steps() as f64;
        after.for_each(|p, values| {
            if made > values[0] && made % values[1] == 0.0 {
                self.mean.take(p, |t| 1.0 / t);
            }
        });
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
