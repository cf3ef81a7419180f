//! Adam: a step in units of the gradient's recent size.
//!
//! ```text
//! g <- g + weight_decay p
//! m <- beta1 m + (1 - beta1) g
//! v <- beta2 v + (1 - beta2) g^2
//! d  = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015). Defaults and the place of eps as in `torch.optim.Adam`; the
//! weight decay is L2, as there.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{correction, root};
use crate::knob::Knob;
use crate::optimizer::{Adam, Optimizer};
use crate::rule::Rule;

/// The formula of [`Adam`](crate::Adam).
#[derive(Debug, Clone, Copy)]
pub struct AdamRule;

const BETA1: usize = 0;
const BETA2: usize = 1;
const EPS: usize = 2;
const WEIGHT_DECAY: usize = 3;

impl Rule for AdamRule {
    const NAME: &'static str = "adam";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq"];
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        let (beta1, beta2) = (knobs[BETA1], knobs[BETA2]);
        let one = beta1.lit(1.0);
        [
            beta1,
            one - beta1,
            beta2,
            one - beta2,
            knobs[EPS],
            knobs[WEIGHT_DECAY],
            correction(beta1, step),
            correction(beta2, step),
        ]
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], p: E, g: E, s: &mut [E; 2]) -> E {
        let &[beta1, fresh1, beta2, fresh2, eps, decay, c1, c2] = h;
        let g = g + decay * p;
        s[0] = beta1 * s[0] + fresh1 * g;
        s[1] = beta2 * s[1] + fresh2 * g * g;
        s[0] * c1 / (root(s[1] * c2) + eps)
    }
}

impl<T: Float> Adam<T> {
    /// Adam at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::{Adam, cosine, warmup};
    ///
    /// let plain: Adam = Adam::new(1e-3);
    /// let tuned: Adam = Adam::new(warmup(1e-3, 100).then(cosine(1e-3, 0.0, 900))).betas(0.9, 0.99);
    /// assert!(format!("{plain:?}").starts_with("adam { lr: 0.001, beta1: 0.9"));
    /// assert!(format!("{tuned:?}").contains("beta2: 0.99"));
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running means of the gradient and of its square stays, each in `[0, 1)`; numbers or schedules. 0.9 and
    /// 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
