//! Adaptive gradient clipping: each output's gradient by the size of its weights.
//!
//! ```text
//! most = clipping max(|w|, eps)                   of each unit: a row of a matrix, a vector or number as a whole
//! g <- g most / max(|g|, 1e-6)                    where |g| >= most
//! ```
//!
//! A unit is what makes one output: all that stands at one index of the first axis. Brock et al., "High-Performance Large-Scale Image
//! Recognition Without Normalization" (2021), and `optax.adaptive_grad_clip`.

use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;

/// The adapter of [`adaptive_clip`].
#[derive(Debug, Clone, Copy, Default)]
pub struct AdaptiveClip;

/// Shortens the gradient of each unit to `clipping` times the norm of its weights, a number or a schedule; `eps`, 1e-3 unless
/// [`knob`](Adapted::knob) sets it, stands for the norm of weights that are smaller. Groups may have their own. The paper clips all
/// layers but the last: `Group::glob("head.*").set("adaptive_clip.clipping", 1e30)`.
///
/// A gradient that is not finite stays so.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::adaptive_clip;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([[3.0, 4.0], [0.0, 0.5]]));
/// let mut sgd = Sgd::new(1.0) | adaptive_clip(0.5);
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// sgd.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [1.5, 2.0, 0.0, 0.25]); // each row by half its norm
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn adaptive_clip<T: Float>(clipping: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(AdaptiveClip).knob("clipping", clipping)
}

/// How many values a unit has.
fn unit<T: Float>(x: &Tensor<T>) -> usize {
    if x.rank() > 1 { x.shape()[1..].iter().product() } else { x.len() }
}

fn norm<T: Float>(x: &[T]) -> f64 {
    x.iter().map(|x| x.re() * x.re()).sum::<f64>().sqrt()
}

impl<T: Float> Adapter<T> for AdaptiveClip {
    fn name(&self) -> &'static str {
        "adaptive_clip"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("clipping", 0.01, 0.0..=f64::MAX), Knob::new("eps", 1e-3, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        incoming.map_with(|p, g, values| {
            let (clipping, eps) = (values[0], values[1]);
            let (size, mut new) = (unit(g).max(1), g.scaled(1.0));
            for (w, g) in p.value.data().chunks(size).zip(new.data_mut().chunks_mut(size)) {
                let (most, norm) = (clipping * norm(w).max(eps), norm(g));
                if norm < most {
                    continue;
                }
                let factor = T::of(most / norm.max(1e-6));
                g.iter_mut().for_each(|g| *g = *g * factor);
            }
            new
        });
        Ok(Flow::Go)
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
