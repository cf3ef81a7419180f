//! Clipping of each value.
//!
//! ```text
//! g <- max(-max_value, min(max_value, g))        each value alone
//! ```
//!
//! As `torch.nn.utils.clip_grad_value_`.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;

/// The adapter of [`clip_value`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ClipValue;

/// Holds each value of the gradients within `max_value` of 0, a number or a schedule; groups may have their own. An infinite value
/// becomes the largest, NaN stays.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::clip_value;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([3.0, -0.25]));
/// let mut sgd = Sgd::new(1.0) | clip_value(0.5);
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// sgd.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [2.5, 0.0]);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn clip_value<T: Float>(max_value: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(ClipValue).knob("max_value", max_value)
}

impl<T: Float> Adapter<T> for ClipValue {
    fn name(&self) -> &'static str {
        "clip_value"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("max_value", 1.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        incoming.map_with(|_, g, values| {
            let max = T::of(values[0]);
            let mut new = g.scaled(1.0);
            for g in new.data_mut() {
                // By comparisons that NaN fails, so that it stays.
                *g = if *g > max {
                    max
                } else if *g < -max {
                    -max
                } else {
                    *g
                };
            }
            new
        });
        Ok(Flow::Go)
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
