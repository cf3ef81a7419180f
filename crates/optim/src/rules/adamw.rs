//! AdamW: Adam with decoupled weight decay.
//!
//! ```text
//! m <- beta1 m + (1 - beta1) g
//! v <- beta2 v + (1 - beta2) g^2
//! d  = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + weight_decay p        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019). Defaults as in `torch.optim.AdamW`, `amsgrad` included; the
//! formula is [`AdamOf`], shared with Adam.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::AdamOf;
use crate::aliases::AdamW;
use crate::optimizer::Optimizer;

/// The formula of [`AdamW`](crate::AdamW).
pub type AdamWRule = AdamOf<true, false>;

impl<T: Float> AdamW<T> {
    /// AdamW at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::{AdamW, Group};
    ///
    /// let adamw: AdamW = AdamW::new(1e-3).weight_decay(0.1) | Group::glob("*.bias").set("weight_decay", 0.0);
    /// assert_eq!(adamw.to_string(), "adamw(lr=0.001, weight_decay=0.1) | group(\"*.bias\", weight_decay=0)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }
}
