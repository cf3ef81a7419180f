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
///
/// All parameters are moved together, so groups may freeze some of them and change no hyperparameter of the search. Around it go
/// adapters that work on the weights after a step, as averages do; what changes gradients or steps is refused, as the search follows
/// the loss itself: clipping has nothing to do there, and decay belongs into the loss.
///
/// ```
/// use rappel_optim::autodiff::{Float, Param, Tape, Tensor};
/// use rappel_optim::{Evaluate, Knob, Now, Optimizer, Origin, Search, StepError};
///
/// /// The better of a step and a step half as long.
/// #[derive(Debug, Clone)]
/// struct Halving;
///
/// impl<T: Float> Search<T> for Halving {
///     fn name(&self) -> &'static str {
///         "halving"
///     }
///
///     fn knobs(&self) -> &'static [Knob] {
///         &[]
///     }
///
///     fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<T>) -> Result<f64, StepError> {
///         let gradients = at.gradients();
///         let origin = Origin::of(at.net(), &gradients);
///         let [half, whole] = [0.5, 1.0].map(|part| {
///             origin.go(at.net(), -part * now.lr, &gradients);
///             at.loss()
///         });
///         if half < whole {
///             origin.go(at.net(), -0.5 * now.lr, &gradients);
///         }
///         Ok(gradients.loss().unwrap_or(f64::NAN))
///     }
///
///     fn boxed(&self) -> Box<dyn Search<T>> {
///         Box::new(self.clone())
///     }
/// }
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut optimizer = Optimizer::<Halving>::with_search(Halving, 1.0);
/// optimizer.step_with(&mut w, &mut Tape::new(), |w, tape| tape.param(w).square().sum())?;
/// assert_eq!(w.value.data(), [0.0]);
/// # Ok::<(), StepError>(())
/// ```
pub trait Search<T: Float>: Send + Sync + fmt::Debug {
    /// As [`Rule::NAME`](crate::Rule::NAME).
    fn name(&self) -> &'static str;

    /// As [`Rule::KNOBS`](crate::Rule::KNOBS).
    fn knobs(&self) -> &'static [Knob];

    /// One step. `at` evaluates, and holds the net; the parameters to move are those that the gradients have.
    /// [`Origin`](crate::Origin) moves them.
    ///
    /// Gives the loss at the weights the step began with.
    ///
    /// # Errors
    /// Where the loss or a gradient is not finite. The weights that the step began with are in the net then, and what is remembered is
    /// as it was.
    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<T>) -> Result<f64, StepError>;

    /// As [`Rule::conflict`](crate::Rule::conflict).
    fn conflict(&self, _constants: &[Option<f64>]) -> Option<&'static str> {
        None
    }

    /// Numbers that it remembers and that are of use to a reader, by name: a step size found.
    fn memo(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
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
