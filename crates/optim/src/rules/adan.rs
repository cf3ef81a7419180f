//! Adan: Adam that looks ahead along the change of the gradient.
//!
//! ```text
//! c  = g - (the gradient before)                       0 at a parameter's first step
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) c
//! n <- b3 n + (1 - b3) (g + w c)^2
//! d  = (m / (1 - b1^t) + w v / (1 - b2^t)) / (sqrt(n / (1 - b3^t) + eps_root) + eps) + weight_decay p
//! p <- p - lr d                                        t counts from 1
//! ```
//!
//! Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models" (2022). Names and defaults are those of
//! `optax.adan`, whose w is 1 - b2 (0.08). In the paper, whose betas are 1 minus these, and in the authors' program w is b2 (0.92): that
//! is `paper`, with `eps_root` 0 the authors' steps. They divide by 1 + lr weight_decay where here the decay is taken off.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{correction, root};
use crate::aliases::Adan;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adan`](crate::Adan).
#[derive(Debug, Clone, Copy)]
pub struct AdanRule;

impl Rule for AdanRule {
    const NAME: &'static str = "adan";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.98, 0.0..=1.0),
        Knob::below("b2", 0.92, 0.0..=1.0),
        Knob::below("b3", 0.99, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("eps_root", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("paper", false),
    ];
    const STATE: &'static [&'static str] = &["m", "v", "n", "g"];
    type Hyper<E: Elem> = [E; 14];
    type State<E: Elem> = [E; 4];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 14] {
        let &[b1, b2, b3, eps, eps_root, decay, paper] = knobs else { unreachable!("as many as KNOBS") };
        let one = b1.lit(1.0);
        let weight = paper * b2 + (one - paper) * (one - b2);
        let later = one.lit(if step == 0 { 0.0 } else { 1.0 });
        let (ahead, c3) = (weight * correction(b2, step), correction(b3, step));
        let means = [b1, one - b1, b2, one - b2, b3, one - b3];
        let [b1, fresh1, b2, fresh2, b3, fresh3] = means;
        [b1, fresh1, b2, fresh2, b3, fresh3, correction(b1, step), ahead, c3, weight, later, eps, eps_root, decay]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(5)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 14], p: E, g: E, s: &mut [E; 4]) -> E {
        let &[b1, fresh1, b2, fresh2, b3, fresh3, c1, ahead, c3, weight, later, eps, eps_root, decay] = h;
        let change = later * (g - s[3]);
        let looked = g + weight * change;
        s[0] = b1 * s[0] + fresh1 * g;
        s[1] = b2 * s[1] + fresh2 * change;
        s[2] = b3 * s[2] + fresh3 * looked * looked;
        s[3] = g;
        (s[0] * c1 + s[1] * ahead) / (root(s[2] * c3 + eps_root) + eps) + decay * p
    }
}

impl<T: Float> Adan<T> {
    /// Adan at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Adan;
    ///
    /// let adan: Adan = Adan::new(0.01).weight_decay(0.02);
    /// assert_eq!(adan.to_string(), "adan(lr=0.01, weight_decay=0.02)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient stays, in `[0, 1)`. 0.98 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean of its change stays, in `[0, 1)`. 0.92 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// How much of the running mean of the square stays, in `[0, 1)`. 0.99 at first.
    pub fn b3(self, b3: impl Into<Schedule>) -> Self {
        self.knob("b3", b3)
    }

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// What is added under that root. 1e-8 at first.
    pub fn eps_root(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps_root", eps)
    }

    /// Decoupled decay: this much of the parameter is added to the direction. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Whether the change of the gradient weighs b2, as in the paper, and not 1 - b2, as in optax. Off at first.
    pub fn paper(self, on: bool) -> Self {
        self.knob("paper", f64::from(u8::from(on)))
    }
}
