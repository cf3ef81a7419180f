//! NAdam: Adam with Nesterov's look-ahead and a momentum that grows.
//!
//! ```text
//! mu(t) = beta1 (1 - 0.96^(t momentum_decay) / 2)                            t counts from 1
//! P <- P mu(t)                                                               remembered of each parameter, 1 before its first step
//! g <- g + weight_decay p                                                    unless decoupled
//! m <- beta1 m + (1 - beta1) g
//! v <- beta2 v + (1 - beta2) g^2
//! u  = mu(t+1) m / (1 - P mu(t+1)) + (1 - mu(t)) g / (1 - P)
//! d  = u / (sqrt(v / (1 - beta2^t)) + eps)                                   + weight_decay p, if decoupled
//! p <- p - lr d
//! ```
//!
//! Dozat, "Incorporating Nesterov Momentum into Adam" (2016). Defaults as in `torch.optim.NAdam`. optax's, whose momentum does not grow,
//! is [`NAdamW`](crate::NAdamW).

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::NAdam;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Staged};

/// The formula of [`NAdam`](crate::NAdam).
#[derive(Debug, Clone, Copy)]
pub struct NAdamRule;

/// The momentum of a step, the first being 1.
fn mu<E: Elem>(now: &Now<'_, E>, step: u64) -> E {
    let (beta1, decay) = (now.knobs[0], now.knobs[4]);
    beta1 * (beta1.lit(1.0) - beta1.lit(0.5) * (decay * beta1.lit(step as f64 * 0.96_f64.ln())).exp())
}

impl Staged for NAdamRule {
    const NAME: &'static str = "nadam";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::new("momentum_decay", 4e-3, 0.0..=f64::MAX),
        Knob::flag("decoupled_weight_decay", false),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq"];
    const MEMO: &'static [(&'static str, f64)] = &[("mu_product", 1.0)];
    type Hyper<E: Elem> = [E; 10];
    type State<E: Elem> = [E; 2];
    type Sums<E: Elem> = [E; 0];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> [E; 10] {
        let &[beta1, beta2, eps, decay, _, decoupled] = now.knobs else { unreachable!("as many as KNOBS") };
        let one = beta1.lit(1.0);
        let [b1, fresh1, b2, fresh2, _, c2] = betas(beta1, beta2, now.step);
        let (mu, next) = (mu(now, now.step + 1), mu(now, now.step + 2));
        let product = memo[0] * mu;
        let (of_mean, of_gradient) = (next / (one - product * next), (one - mu) / (one - product));
        // Where Adam undoes the bias of the mean, the look-ahead weighs it.
        [b1, fresh1, b2, fresh2, of_mean, c2, of_gradient, eps, (one - decoupled) * decay, decoupled * decay]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, _: &[E; 0], memo: &mut [E]) {
        memo[0] = memo[0] * mu(now, now.step + 1);
    }

    fn decoupled(knobs: &[f64]) -> Option<usize> {
        (knobs[5] == 1.0).then_some(3)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 10], p: E, g: E, s: &mut [E; 2]) -> E {
        let &[.., of_gradient, eps, l2, decay] = h;
        let g = g + l2 * p;
        let (m, v) = moments(h, g, s);
        (m + of_gradient * g) / (root(v) + eps) + decay * p
    }
}

impl<T: Float> NAdam<T> {
    /// NAdam at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::NAdam;
    ///
    /// let nadam: NAdam = NAdam::new(2e-3).weight_decay(0.01).decoupled_weight_decay(true);
    /// assert_eq!(nadam.to_string(), "nadam(lr=0.002, weight_decay=0.01, decoupled_weight_decay=true)");
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

    /// How much of the parameter is added to its gradient, or to the direction where the decay is decoupled. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// How fast the momentum grows from half of beta1 to beta1. 0.004 at first.
    pub fn momentum_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("momentum_decay", decay)
    }

    /// Whether the decay is decoupled from the gradient. Off at first.
    pub fn decoupled_weight_decay(self, on: bool) -> Self {
        self.knob("decoupled_weight_decay", f64::from(u8::from(on)))
    }
}
