//! Decoupled weight decay.
//!
//! ```text
//! p <- p - rate (d + weight_decay p)        rate: the learning rate, or what the rule makes of it
//! ```
//!
//! Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), times the learning rate as in `torch.optim.AdamW` and
//! `optax.add_decayed_weights` after a rule.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;

/// The adapter of [`weight_decay`].
#[derive(Debug, Clone, Copy, Default)]
pub struct WeightDecay;

/// Shrinks each parameter by `1 - lr weight_decay` in the step that moves it, `weight_decay` being a number or a schedule; groups may have their own.
/// The rule does not see it. Where a rule finds its rate itself, as a trust ratio or a distance, that rate is in the place of `lr`.
///
/// Of several the decays add up. Put around a rule that has a `weight_decay` of its own, it comes on top.
///
/// ```
/// use rappel_optim::Adam;
/// use rappel_optim::adapters::weight_decay;
///
/// let adamw: Adam = Adam::new(1e-3) | weight_decay(0.01);
/// assert_eq!(adamw.to_string(), "adam(lr=0.001) | weight_decay(0.01)");
/// ```
pub fn weight_decay<T: Float>(weight_decay: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(WeightDecay).knob("weight_decay", weight_decay)
}

impl<T: Float> Adapter<T> for WeightDecay {
    fn name(&self) -> &'static str {
        "weight_decay"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("weight_decay", 0.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Parameter
    }

    fn decay(&self, values: &[f64]) -> f64 {
        values[0]
    }

    fn only_decays(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
