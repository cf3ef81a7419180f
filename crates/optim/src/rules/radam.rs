//! RAdam: Adam that waits with its divisor until that can be trusted.
//!
//! ```text
//! g <- g + weight_decay p                                        unless decoupled
//! m <- beta1 m + (1 - beta1) g
//! v <- beta2 v + (1 - beta2) g^2
//! R  = 2 / (1 - beta2) - 1
//! r  = R - 2 t beta2^t / (1 - beta2^t)                           of how many gradients v tells; t counts from 1
//! a  = sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r)) sqrt(1 - beta2^t) / (sqrt(v) + eps)        1 while r <= 5
//! d  = a m / (1 - beta1^t)                                       + weight_decay p, if decoupled
//! p <- p - lr d
//! ```
//!
//! Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020). Defaults and the place of eps as in `torch.optim.RAdam`.
//! With a beta2 of 2/3 or less it never divides.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::RAdam;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`RAdam`](crate::RAdam).
#[derive(Debug, Clone, Copy)]
pub struct RAdamRule;

/// What a divided step is multiplied with, 0 while there is none: `c2` is `1 / (1 - beta2^t)`.
fn rectified<E: Elem>(beta2: E, c2: E, step: u64) -> E {
    let n = |x: f64| beta2.lit(x);
    let most = n(2.0) / (n(1.0) - beta2) - n(1.0);
    let now = most - n(2.0 * (step as f64 + 1.0)) * (c2 - n(1.0));
    let some = n(5.0).below(now);
    let (most, now) = (E::pick(some, most, n(6.0)), E::pick(some, now, n(6.0)));
    let square = (now - n(4.0)) * (now - n(2.0)) * most / ((most - n(4.0)) * (most - n(2.0)) * now) / c2;
    E::pick(some, square.sqrt(), n(0.0))
}

impl Rule for RAdamRule {
    const NAME: &'static str = "radam";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("decoupled_weight_decay", false),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq"];
    type Hyper<E: Elem> = [E; 10];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 10] {
        let &[beta1, beta2, eps, decay, decoupled] = knobs else { unreachable!("as many as KNOBS") };
        let one = beta1.lit(1.0);
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(beta1, beta2, step);
        let by = rectified(beta2, c2, step);
        // The second mean is divided by as it is, eps being added to its root.
        [b1, fresh1, b2, fresh2, c1, one, by, eps, (one - decoupled) * decay, decoupled * decay]
    }

    fn decoupled(knobs: &[f64]) -> Option<usize> {
        (knobs[4] == 1.0).then_some(3)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 10], p: E, g: E, s: &mut [E; 2]) -> E {
        let &[.., by, eps, l2, decay] = h;
        let (m, v) = moments(h, g + l2 * p, s);
        let (zero, one) = (g.lit(0.0), g.lit(1.0));
        let some = zero.below(by);
        let size = E::pick(some, root(v) + eps, one);
        m * E::pick(some, by, one) / size + decay * p
    }
}

impl<T: Float> RAdam<T> {
    /// RAdam at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::RAdam;
    ///
    /// let radam: RAdam = RAdam::new(1e-3).betas(0.9, 0.99);
    /// assert_eq!(radam.to_string(), "radam(lr=0.001, betas=[0.9, 0.99])");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running means of the gradient and of its square stays, each in `[0, 1)`; numbers or schedules. 0.9 and
    /// 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// What is added to the root of the running mean square, whose bias is undone after. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// How much of the parameter is added to its gradient, or to the direction where the decay is decoupled. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Whether the decay is decoupled from the gradient. Off at first.
    pub fn decoupled_weight_decay(self, on: bool) -> Self {
        self.knob("decoupled_weight_decay", f64::from(u8::from(on)))
    }
}
