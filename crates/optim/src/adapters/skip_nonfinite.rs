//! Steps without a finite gradient are left out.
//!
//! ```text
//! no step where |g| or the loss is infinite or NaN        |g| the Euclidean norm over all parameters that are stepped
//! ```
//!
//! As `torch.amp.GradScaler` and `optax.apply_if_finite` leave steps out.

use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;
use crate::shadow::Kept;

/// The adapter of [`skip_nonfinite`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SkipNonfinite {
    row: f64,
}

/// Leaves out a step whose gradients have a value, or a norm, that is not finite, or whose loss is known and is not. The weights and
/// the state of the rule stay, averages do not count the step, [`Outcome::Skipped`](crate::Outcome::Skipped) is reported with the
/// norm, and [`skipped`](crate::Optimizer::skipped) counts.
///
/// `time`, off unless [`knob`](Adapted::knob) sets it, says whether schedules go on to their next step all the same. `limit` is how
/// many steps in a row may be left out: one more is the error [`StepError::NotFinite`], and nothing changes. It is 0 at first, which
/// is no limit.
///
/// Left of [`accumulate`](super::accumulate) it leaves out one part, right of it the whole step. Left of a clip by value it also sees
/// what that would have made finite.
///
/// ```
/// use rappel_optim::adapters::skip_nonfinite;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
/// use rappel_optim::{Outcome, Sgd};
///
/// let mut w = Param::new(Tensor::from([0.0]));
/// let mut sgd = Sgd::new(0.5) | skip_nonfinite();
/// let tape = Tape::new();
/// let gradients = tape.param(&w).ln().sum().backward(); // slope 1 / 0
/// assert_eq!(sgd.step(&mut w, &gradients)?.outcome, Outcome::Skipped);
/// assert_eq!((w.value.data(), sgd.skipped(), sgd.steps()), (&[0.0][..], 1, 0));
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn skip_nonfinite<T: Float>() -> Adapted<T> {
    Adapted::new(SkipNonfinite::default())
}

impl<T: Float> Adapter<T> for SkipNonfinite {
    fn name(&self) -> &'static str {
        "skip_nonfinite"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::flag("time", false), Knob::whole("limit", 0.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn of_net(&self) -> bool {
        true
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        // A value that is not finite makes the norm so.
        if incoming.norm().is_finite() && incoming.loss().is_none_or(f64::is_finite) {
            self.row = 0.0;
            return Ok(Flow::Go);
        }
        let (time, limit) = (incoming.values()[0] == 1.0, incoming.values()[1]);
        if limit > 0.0 && self.row >= limit {
            let what = "the loss or the gradient, for more steps in a row than `limit`,";
            return Err(StepError::NotFinite { rule: "skip_nonfinite", what });
        }
        self.row += 1.0;
        Ok(Flow::Skip { time })
    }

    fn kept(&self) -> Kept<T> {
        Kept::default().with_numbers([("row", self.row)])
    }

    fn recall(&mut self, kept: &Kept<T>) {
        self.row = kept.number("row");
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
