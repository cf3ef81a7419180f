//! D-Adaptation of AdamW: a rate from a lower bound on the distance to a solution.
//!
//! ```text
//! c   = sqrt(1 - beta2^t) / (1 - beta1^t)                                  t counts from 1
//! r  <- sqrt(beta2) r + (1 - sqrt(beta2)) sum of lr c d g s / (sqrt(v) + eps)
//! m  <- beta1 m + (1 - beta1) lr c d g
//! v  <- beta2 v + (1 - beta2) g^2
//! s  <- sqrt(beta2) s + (1 - sqrt(beta2)) lr c d g
//! p  <- p - m / (sqrt(v) + eps) - lr c d weight_decay p
//! d  <- max(d, r / ((1 - sqrt(beta2)) |s|_1))                               for the next step; estim_lr0 at first
//! ```
//!
//! r and the norm are over all parameters that are stepped; d never shrinks. The learning rate is a factor, 1 or a schedule that
//! begins or peaks there. It is inside the moment m, so that a step at rate 0 still follows those before it.
//!
//! Defazio and Mishchenko, "Learning-Rate-Free Learning by D-Adaptation" (2023). Names and defaults are those of
//! `optax.contrib.dadapt_adamw`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{correction, root};
use crate::aliases::DadaptAdamW;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`DadaptAdamW`](crate::DadaptAdamW).
#[derive(Debug, Clone, Copy)]
pub struct DadaptAdamWRule;

const ESTIMATE: usize = 0;
const NUMERATOR: usize = 1;
const APPLIED: usize = 2;

/// What stands for a rate of 0 where the step is written as a rate times a direction: m is no multiple of the rate.
const LEAST: f64 = 1e-30;

impl DadaptAdamWRule {
    /// What an estimate makes of the learning rate: `lr c d`.
    fn rate<E: Elem>(now: &Now<'_, E>, d: E) -> E {
        let (beta1, beta2) = (now.knobs[0], now.knobs[1]);
        d * now.lr * correction(beta1, now.step) / correction(beta2, now.step).sqrt()
    }
}

impl Staged for DadaptAdamWRule {
    const NAME: &'static str = "dadapt_adamw";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("estim_lr0", 1e-6, f64::MIN_POSITIVE..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq", "grad_sum"];
    const MEMO: &'static [(&'static str, f64)] =
        &[("estim_lr", 0.0), ("numerator_weighted", 0.0), ("estim_lr_applied", 0.0)];
    const SCOPE: Scope = Scope::Net;
    type Hyper<E: Elem> = [E; 10];
    type State<E: Elem> = [E; 3];
    type Sums<E: Elem> = [E; 2];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> [E; 10] {
        let &[beta1, beta2, eps, d0, decay] = now.knobs else { unreachable!("as many as KNOBS") };
        let (one, beta3) = (beta1.lit(1.0), root(beta2));
        let rate = Self::rate(now, memo[ESTIMATE].max(d0));
        let (of_moment, of_sum) = ((one - beta1) * rate, (one - beta3) * rate);
        [beta1, of_moment, beta2, one - beta2, beta3, of_sum, eps, decay, rate, one]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(4)
    }

    #[inline(always)]
    fn observe<E: Elem>(h: &[E; 10], _: E, g: E, s: &mut [E; 3]) -> [E; 2] {
        let &[beta1, of_moment, beta2, fresh2, beta3, of_sum, eps, _, rate, _] = h;
        let (zero, one) = (g.lit(0.0), g.lit(1.0));
        let scale = root(s[1]) + eps;
        let some = zero.below(scale);
        let weighted = E::pick(some, s[2] / E::pick(some, scale, one), zero);
        s[0] = beta1 * s[0] + of_moment * g;
        s[1] = beta2 * s[1] + fresh2 * g * g;
        s[2] = beta3 * s[2] + of_sum * g;
        [rate * g * weighted, s[2].abs()]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[numerator, norm]: &[E; 2], memo: &mut [E]) {
        let (beta3, d0) = (root(now.knobs[1]), now.knobs[3]);
        let (zero, one) = (d0.lit(0.0), d0.lit(1.0));
        let d = memo[ESTIMATE].max(d0);
        let numerator = beta3 * memo[NUMERATOR] + (one - beta3) * numerator;
        let some = zero.below(norm);
        let estimate = numerator / ((one - beta3) * E::pick(some, norm, one));
        memo[ESTIMATE] = E::pick(some, d.max(estimate), d);
        memo[NUMERATOR] = numerator;
        memo[APPLIED] = d;
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 2], memo: &[E], h: &mut [E; 10]) -> E {
        let rate = Self::rate(now, memo[APPLIED]);
        let rate = rate.max(rate.lit(LEAST));
        h[9] = rate.lit(1.0) / rate;
        rate
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 10], p: E, _: E, s: &mut [E; 3]) -> E {
        let &[.., eps, decay, _, by_rate] = h;
        s[0] * by_rate / (root(s[1]) + eps) + decay * p
    }
}

impl<T: Float> DadaptAdamW<T> {
    /// D-Adaptation at a factor on the rate it finds: 1, or a schedule.
    ///
    /// ```
    /// use rappel_optim::DadaptAdamW;
    ///
    /// let dadapt: DadaptAdamW = DadaptAdamW::new(1.0).weight_decay(0.01);
    /// assert_eq!(dadapt.to_string(), "dadapt_adamw(lr=1, weight_decay=0.01)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the two moments stays, each in `[0, 1)`. 0.9 and 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// What is added to the root. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// A first estimate of d, well below the truth. 1e-6 at first.
    pub fn estim_lr0(self, d0: impl Into<Schedule>) -> Self {
        self.knob("estim_lr0", d0)
    }

    /// Decoupled decay. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
