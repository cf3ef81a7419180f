//! One step from the gradients of several parts of a batch.
//!
//! ```text
//! g <- (g_1 + .. + g_n) / n        at every n-th call; at the others the weights stay
//! ```
//!
//! As `optax.MultiSteps`, and in PyTorch the backward passes of `loss / n` before a step.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;
use crate::shadow::{Kept, Shadow};

/// The adapter of [`accumulate`].
#[derive(Debug, Clone)]
pub struct Accumulate<T: Float> {
    sum: Shadow<T>,
    loss: f64,
    count: f64,
}

impl<T: Float> Default for Accumulate<T> {
    fn default() -> Self {
        Accumulate { sum: Shadow::default(), loss: 0.0, count: 0.0 }
    }
}

/// Takes the mean of the gradients of `n` calls for one step: where the loss is a mean over examples, `n` parts of equal size make the
/// step of the whole batch. `n` is a whole number, 1 or more, or a schedule of such.
///
/// The calls between are [`Outcome::Accumulated`](crate::Outcome::Accumulated): no weight moves, no time passes for schedules, and
/// averages and Lookahead count only the steps that are made. What stands left of it sees each part, what stands right of it the mean;
/// [`sam`](super::sam) climbs for each part alone. A step that is left out on the left of it leaves out that part. A parameter that
/// only some of the parts use has the gradient 0 in the others. A rule that follows the loss is told the mean of the losses.
///
/// ```
/// use rappel_optim::adapters::{accumulate, clip_norm};
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
/// use rappel_optim::{Outcome, Sgd};
///
/// let mut w = Param::new(Tensor::from([1.0]));
/// let mut sgd = Sgd::new(0.5) | accumulate(2) | clip_norm(10.0);
/// for (x, outcome) in [(1.0, Outcome::Accumulated), (3.0, Outcome::Stepped)] {
///     let tape = Tape::new();
///     let gradients = (tape.param(&w) * x).sum().backward();
///     assert_eq!(sgd.step(&mut w, &gradients)?.outcome, outcome);
/// }
/// assert_eq!(w.value.data(), [0.0]);
/// assert_eq!(sgd.steps(), 1);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn accumulate<T: Float>(n: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(Accumulate::default()).knob("n", n)
}

impl<T: Float> Adapter<T> for Accumulate<T> {
    fn name(&self) -> &'static str {
        "accumulate"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::whole("n", 1.0, 1.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn of_net(&self) -> bool {
        true
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        let (n, factor) = (incoming.values()[0], incoming.factor());
        if n <= 1.0 && self.count == 0.0 {
            return Ok(Flow::Go);
        }
        for (id, g) in incoming.iter() {
            let mut fresh = false;
            let sum = self.sum.get_or(id, g.shape(), || {
                fresh = true;
                g.scaled(factor)
            });
            if !fresh {
                sum.blend(1.0, factor, g);
            }
        }
        self.loss += incoming.loss().unwrap_or(f64::NAN);
        self.count += 1.0;
        if self.count < n {
            return Ok(Flow::Hold);
        }
        let mut mean = incoming.take();
        for (id, sum) in std::mem::take(&mut self.sum).iter() {
            mean.set_by_id(id, sum.scaled(1.0 / self.count));
        }
        mean.set_loss(mean.loss().map(|_| self.loss / self.count));
        (self.loss, self.count) = (0.0, 0.0);
        incoming.replace(mean);
        Ok(Flow::Go)
    }

    fn kept(&self) -> Kept<T> {
        Kept::default().with_numbers([("loss", self.loss), ("count", self.count)]).with_tensor("sum", &self.sum)
    }

    fn recall(&mut self, kept: &Kept<T>) {
        (self.loss, self.count) = (kept.number("loss"), kept.number("count"));
        self.sum = kept.tensor("sum");
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(self.clone())
    }
}
