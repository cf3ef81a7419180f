//! What is kept of one run.

use serde::{Deserialize, Serialize};

/// One run, or its beginning up to a rung of successive halving: what a line of the journal holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The member's number: arms, in them rates, in them seeds.
    pub member: usize,
    /// The arm.
    pub arm: String,
    /// The rate.
    pub rate: f64,
    /// The seed.
    pub seed: u64,
    /// After how many steps it is judged.
    pub steps: u64,
    /// The measure at the start; `None` where a closure reported no loss.
    pub start: Option<f64>,
    /// The measure after `steps` steps; `None` when the run diverged.
    pub score: Option<f64>,
    /// The step, counted from 0, whose loss ended the run; `None` unless it diverged. A closure's score that is no number counts as
    /// found after its last step.
    pub diverged: Option<u64>,
    /// How many parameters were trained; `None` where a closure did not say.
    pub parameters: Option<usize>,
}

impl Run {
    /// The score, where a run that diverged is worse than all others.
    pub fn cost(&self) -> f64 {
        self.score.unwrap_or(f64::INFINITY)
    }
}
