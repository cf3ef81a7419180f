//! AdEMAMix: Adam with a second, much longer memory of gradients.
//!
//! ```text
//! m1 <- b1 m1 + (1 - b1) g
//! m2 <- b3 m2 + (1 - b3) g
//! v  <- b2 v + (1 - b2) g^2
//! d   = (m1 / (1 - b1^t) + alpha m2) / (sqrt(v / (1 - b2^t) + eps_root) + eps) + weight_decay p        t counts from 1
//! p  <- p - lr d
//! ```
//!
//! Pagliardini, Ablin and Grangier, "The AdEMAMix Optimizer: Better, Faster, Older" (2024). Names and defaults are those of
//! `optax.contrib.ademamix`. In long runs the paper warms alpha up from 0 and b3 from b1; both are schedules, as every hyperparameter is.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::AdEmaMix;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`AdEmaMix`](crate::AdEmaMix).
#[derive(Debug, Clone, Copy)]
pub struct AdEmaMixRule;

impl Rule for AdEmaMixRule {
    const NAME: &'static str = "ademamix";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::below("b3", 0.9999, 0.0..=1.0),
        Knob::new("alpha", 5.0, 0.0..=f64::MAX),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("eps_root", 0.0, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["m1", "nu", "m2"];
    type Hyper<E: Elem> = [E; 12];
    type State<E: Elem> = [E; 3];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 12] {
        let &[b1, b2, b3, alpha, eps, eps_root, decay] = knobs else { unreachable!("as many as KNOBS") };
        let fresh3 = b3.lit(1.0) - b3;
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(b1, b2, step);
        [b1, fresh1, b2, fresh2, c1, c2, b3, fresh3, alpha, eps, eps_root, decay]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(6)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 12], p: E, g: E, s: &mut [E; 3]) -> E {
        let &[.., b3, fresh3, alpha, eps, eps_root, decay] = h;
        let (m, v) = moments(h, g, s);
        s[2] = b3 * s[2] + fresh3 * g;
        (m + alpha * s[2]) / (root(v + eps_root) + eps) + decay * p
    }
}

impl<T: Float> AdEmaMix<T> {
    /// AdEMAMix at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::{AdEmaMix, linear};
    ///
    /// let mix: AdEmaMix = AdEmaMix::new(1e-3).b3(linear(0.9, 0.9999, 10_000)).alpha(linear(0.0, 5.0, 10_000));
    /// assert_eq!(mix.to_string(), "ademamix(lr=0.001, b3=linear(0.9, 0.9999, 10000), alpha=linear(0, 5, 10000))");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient stays, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean of its square stays, in `[0, 1)`. 0.999 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// How much of the long memory stays, in `[0, 1)`. 0.9999 at first.
    pub fn b3(self, b3: impl Into<Schedule>) -> Self {
        self.knob("b3", b3)
    }

    /// How much the long memory weighs. 5 at first.
    pub fn alpha(self, alpha: impl Into<Schedule>) -> Self {
        self.knob("alpha", alpha)
    }

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// What is added under that root. 0 at first.
    pub fn eps_root(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps_root", eps)
    }

    /// Decoupled decay: this much of the parameter is added to the direction. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
