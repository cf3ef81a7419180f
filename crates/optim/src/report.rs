//! What a step did.

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Outcome {
    /// The weights have moved.
    #[default]
    Stepped,
    /// The gradients were added to others, and the weights stay until there are enough.
    Accumulated,
    /// The weights stay: an adapter left the step out.
    Skipped,
}

/// What a step did, and what was measured on the way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Report {
    /// What became of the step.
    pub outcome: Outcome,
    /// The loss, if the gradients knew it.
    pub loss: Option<f64>,
    /// The norm of the gradients before clipping, if an adapter asked for it.
    pub norm: Option<f64>,
    /// By what the gradients were multiplied: below 1 where they were clipped by their norm.
    pub clipped: Option<f64>,
    /// How often the net was evaluated by [`step_with`](crate::Optimizer::step_with), with or without gradients.
    pub evaluations: u32,
}
