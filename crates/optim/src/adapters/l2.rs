//! L2 decay: the slope of half the square of the weights, added to the gradient.
//!
//! ```text
//! g <- g + weight_decay p
//! ```
//!
//! As the `weight_decay` of `torch.optim.SGD` and `torch.optim.Adam`, and `optax.add_decayed_weights` before a rule.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;

/// The adapter of [`l2`].
#[derive(Debug, Clone, Copy, Default)]
pub struct L2;

/// Adds `weight_decay` times each parameter to its gradient, a number or a schedule; groups may have their own. Left of a clip it is clipped
/// with the gradient, right of it it is not.
///
/// Rules that scale gradients, as Adam does, scale this with them; [`weight_decay`](super::weight_decay) is not scaled.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::{clip_norm, l2};
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut sgd = Sgd::new(1.0) | clip_norm(10.0) | l2(0.25);
/// let tape = Tape::new();
/// let gradients = tape.param(&w).sum().backward();
/// let report = sgd.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [2.0]);
/// assert_eq!(report.norm, Some(1.0));
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn l2<T: Float>(weight_decay: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(L2).knob("weight_decay", weight_decay)
}

impl<T: Float> Adapter<T> for L2 {
    fn name(&self) -> &'static str {
        "l2"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("weight_decay", 0.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn l2(&self, values: &[f64]) -> f64 {
        values[0]
    }

    fn only_decays(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
