//! Clipping by the norm of all gradients.
//!
//! ```text
//! g <- g min(1, max_norm / (|g| + 1e-6))        |g| the Euclidean norm over all parameters that are stepped
//! ```
//!
//! Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks" (2013); the small number as in
//! `torch.nn.utils.clip_grad_norm_`.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;

/// The adapter of [`clip_norm`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ClipNorm;

/// Shortens the gradients of all parameters by one factor where their common norm is above `max_norm`, a number or a schedule. The
/// norm and the factor are in the step's [`Report`](crate::Report).
///
/// A norm that is not finite clips nothing: the gradients reach the weights as they are. Put
/// [`skip_nonfinite`](super::skip_nonfinite) to its left to leave such steps out.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::clip_norm;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([3.0, 4.0]));
/// let mut sgd = Sgd::new(1.0) | clip_norm(1.0);
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// let report = sgd.step(&mut w, &gradients)?;
/// assert_eq!(report.norm, Some(5.0));
/// assert!((w.value.data()[0] - 2.4).abs() < 1e-6);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn clip_norm<T: Float>(max_norm: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(ClipNorm).knob("max_norm", max_norm)
}

impl<T: Float> Adapter<T> for ClipNorm {
    fn name(&self) -> &'static str {
        "clip_norm"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("max_norm", 1.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn of_net(&self) -> bool {
        true
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        let (max_norm, norm) = (incoming.values()[0], incoming.norm());
        let factor = max_norm / (norm + 1e-6);
        if factor < 1.0 && norm.is_finite() {
            incoming.scale(factor);
        }
        Ok(Flow::Go)
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
