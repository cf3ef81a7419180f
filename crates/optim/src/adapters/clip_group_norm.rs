//! Clipping by the norm of each group's gradients.
//!
//! ```text
//! g <- g min(1, max_norm / (|g| + 1e-6))        |g| the Euclidean norm over the parameters that are in the same groups
//! ```
//!
//! [`clip_norm`](super::clip_norm) for each group alone, as calls of `torch.nn.utils.clip_grad_norm_` for each of an optimizer's
//! `param_groups` do.

use std::collections::BTreeMap;

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;
use crate::knob::Knob;

/// The adapter of [`clip_group_norm`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ClipGroupNorm;

/// Shortens the gradients of each group by one factor where their common norm is above `max_norm`, a number or a schedule, of which
/// groups may have their own. Parameters that are in the same groups have one norm, those in no group too; without groups it is
/// [`clip_norm`](super::clip_norm).
///
/// The [`Report`](crate::Report) has the norm over all gradients, and the smallest factor. A norm that is not finite clips nothing.
///
/// ```
/// use rappel_optim::adapters::clip_group_norm;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
/// use rappel_optim::{Group, Sgd};
///
/// let mut net = vec![Param::new(Tensor::from([3.0, 4.0])), Param::new(Tensor::from([0.25]))];
/// let mut sgd = Sgd::new(1.0) | clip_group_norm(1.0) | Group::glob("1").set("lr", 2.0);
/// let tape = Tape::new();
/// let gradients = (tape.param(&net[0]).square().sum() * 0.5 + tape.param(&net[1]).sum() * 0.5).backward();
/// let report = sgd.step(&mut net, &gradients)?;
/// assert!((net[0].value.data()[1] - 3.2).abs() < 1e-6); // its norm was 5
/// assert_eq!(net[1].value.data(), [-0.75]); // its norm was 0.5
/// assert!((report.clipped.unwrap() - 0.2).abs() < 1e-6);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn clip_group_norm<T: Float>(max_norm: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(ClipGroupNorm).knob("max_norm", max_norm)
}

impl<T: Float> Adapter<T> for ClipGroupNorm {
    fn name(&self) -> &'static str {
        "clip_group_norm"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("max_norm", 1.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        incoming.norm();
        let groups: BTreeMap<_, _> = incoming.iter().map(|(id, _)| (incoming.group_of(id), id)).collect();
        let mut factors = BTreeMap::new();
        for (group, one) in groups {
            let norm = incoming.norm_of(group);
            let factor = incoming.values_of(one)[0] / (norm + 1e-6);
            if factor < 1.0 && norm.is_finite() {
                factors.insert(group, factor);
            }
        }
        if let Some(least) = factors.values().copied().reduce(f64::min) {
            incoming.clipped(least);
            let of: BTreeMap<_, _> = incoming.iter().map(|(id, _)| (id, incoming.group_of(id))).collect();
            incoming.map(|id, g| match factors.get(&of[&id]) {
                Some(factor) => g.scaled(*factor),
                None => g.clone(),
            });
        }
        Ok(Flow::Go)
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
