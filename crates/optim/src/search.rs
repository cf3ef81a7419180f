//! What an update rule is that evaluates the loss again within a step: line searches, quasi-Newton methods.

use std::fmt;

use rappel_tensor::Float;

use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::knob::Knob;
use crate::shadow::Kept;
use crate::staged::Now;

/// An update rule that asks for the loss, or for gradients, at weights of its choice, and leaves the net at those it settles on.
///
/// [`Optimizer::step_with`](crate::Optimizer::step_with) runs it; a plain `step`, which has gradients of one place only, is refused.
pub trait Search<T: Float>: Send + Sync + fmt::Debug {
    /// As [`Rule::NAME`](crate::Rule::NAME).
    fn name(&self) -> &'static str;

    /// As [`Rule::KNOBS`](crate::Rule::KNOBS).
    fn knobs(&self) -> &'static [Knob];

    /// One step. `at` evaluates, and holds the net; the parameters to move are those that the gradients have.
    ///
    /// Gives the loss at the weights the step began with.
    ///
    /// # Errors
    /// Where the loss or a gradient is not finite at those weights; they are in the net then.
    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<T>) -> Result<f64, StepError>;

    /// As [`Rule::conflict`](crate::Rule::conflict).
    fn conflict(&self, _constants: &[Option<f64>]) -> Option<&'static str> {
        None
    }

    /// What it remembers.
    fn kept(&self) -> Kept<T> {
        Kept::default()
    }

    /// Goes on from what was kept.
    fn recall(&mut self, _kept: &Kept<T>) {}

    /// A copy that goes on from the same step.
    fn boxed(&self) -> Box<dyn Search<T>>;
}
