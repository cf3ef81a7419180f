//! What is known of one step.

use serde::{Deserialize, Serialize};

/// What is known of one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The step, counted from 0.
    pub step: u64,
    /// The loss before it.
    pub loss: f64,
    /// Where the minimum along the true update was: -1 would be at its start, 0 at its end, +1 as far again on the other side.
    /// `None` where it is not known: at the last step, and where loss and slope are no numbers.
    pub alpha: Option<f64>,
    /// All parameters together.
    pub all: GroupReading,
    /// Each group, in the order of the net; empty where there is only one.
    pub groups: Vec<GroupReading>,
}

/// What is known of one step of a group of parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupReading {
    /// The group's name.
    pub name: String,
    /// The learning rate that was applied.
    pub lr: f64,
    /// The norm of the gradient.
    pub gradient: f64,
    /// The norm of the update, the difference of the weights after and before.
    pub update: f64,
    /// The norm of the weights before.
    pub weights: f64,
    /// The cosine of the gradient with that of the step before; `None` at the first.
    pub cosine: Option<f64>,
}
