//! NAdamW: AdamW with Nesterov's look-ahead.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) g^2
//! u  = b1 m / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t)                      t counts from 1
//! d  = u / (sqrt(v / (1 - b2^t) + eps_root) + eps) + weight_decay p
//! p <- p - lr d
//! ```
//!
//! Dozat, "Incorporating Nesterov Momentum into Adam" (2016), with the decay of Loshchilov and Hutter (2019). Names and defaults are those
//! of `optax.nadamw`. PyTorch's, whose momentum grows, is [`NAdam`](crate::NAdam).

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::{correction, root};
use crate::aliases::NAdamW;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`NAdamW`](crate::NAdamW).
#[derive(Debug, Clone, Copy)]
pub struct NAdamWRule;

impl Rule for NAdamWRule {
    const NAME: &'static str = "nadamw";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("eps_root", 0.0, 0.0..=f64::MAX),
        Knob::new("weight_decay", 1e-4, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu"];
    type Hyper<E: Elem> = [E; 10];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 10] {
        let &[b1, b2, eps, eps_root, decay] = knobs else { unreachable!("as many as KNOBS") };
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(b1, b2, step);
        // Where Adam undoes the bias of the mean, the look-ahead weighs it.
        let of_mean = b1 * correction(b1, step + 1);
        [b1, fresh1, b2, fresh2, of_mean, c2, fresh1 * c1, eps, eps_root, decay]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(4)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 10], p: E, g: E, s: &mut [E; 2]) -> E {
        let &[.., of_gradient, eps, eps_root, decay] = h;
        let (m, v) = moments(h, g, s);
        (m + of_gradient * g) / (root(v + eps_root) + eps) + decay * p
    }
}

impl<T: Float> NAdamW<T> {
    /// NAdamW at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::NAdamW;
    ///
    /// let nadamw: NAdamW = NAdamW::new(1e-3).weight_decay(0.1);
    /// assert_eq!(nadamw.to_string(), "nadamw(lr=0.001, weight_decay=0.1)");
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

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// What is added under that root. 0 at first.
    pub fn eps_root(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps_root", eps)
    }

    /// Decoupled decay: this much of the parameter is added to the direction. 0.0001 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
