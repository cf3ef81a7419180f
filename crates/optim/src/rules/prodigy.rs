//! Prodigy: Adam in units of an estimated distance.
//!
//! ```text
//! c   = sqrt(1 - beta2^t) / (1 - beta1^t)                                  t counts from 1
//! m  <- beta1 m + (1 - beta1) d g
//! v  <- beta2 v + (1 - beta2) (d g)^2
//! s  <- beta3 s + lr c d (d / d0) g                                         without lr c under safeguard_warmup
//! r  <- beta3 r + (d / d0) sum of lr c d g (p0 - p)
//! e   = max(d, estim_lr_coef r / |s|_1)
//! p  <- p - lr c d (m / (sqrt(v) + e eps) + weight_decay p)
//! d  <- e                                                                   d0 at first
//! ```
//!
//! p0 is where a parameter was before its first step; r and the norm are over all parameters that are stepped. d grows towards the
//! distance of the weights from a solution, in the largest of their values, and never shrinks. The learning rate is a factor, 1 or a
//! schedule that begins or peaks there. Where s is 0 all through, as while a warm-up is still at 0, d stays.
//!
//! Mishchenko and Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner" (2023). Names and defaults are those of
//! `optax.contrib.prodigy`. With groups, each parameter counts with its own rate; one whose rate is 0 adds nothing to r.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{correction, root};
use crate::aliases::Prodigy;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`Prodigy`](crate::Prodigy).
#[derive(Debug, Clone, Copy)]
pub struct ProdigyRule;

const ESTIMATE: usize = 0;
const NUMERATOR: usize = 1;
const APPLIED: usize = 2;

impl ProdigyRule {
    /// What an estimate makes of the learning rate: `lr c d`.
    fn rate<E: Elem>(now: &Now<'_, E>, d: E) -> E {
        let (beta1, beta2) = (now.knobs[0], now.knobs[1]);
        d * now.lr * correction(beta1, now.step) / correction(beta2, now.step).sqrt()
    }

    /// 0 stands for the root of beta2.
    fn beta3<E: Elem>(now: &Now<'_, E>) -> E {
        let (beta2, beta3) = (now.knobs[1], now.knobs[2]);
        E::pick(beta3.lit(0.0).below(beta3), beta3, root(beta2))
    }
}

impl Staged for ProdigyRule {
    const NAME: &'static str = "prodigy";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::below("beta3", 0.0, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("estim_lr0", 1e-6, f64::MIN_POSITIVE..=f64::MAX),
        Knob::new("estim_lr_coef", 1.0, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("safeguard_warmup", false),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq", "grad_sum", "params0"];
    const MEMO: &'static [(&'static str, f64)] =
        &[("estim_lr", 0.0), ("numerator_weighted", 0.0), ("estim_lr_applied", 0.0)];
    const SCOPE: Scope = Scope::Net;
    type Hyper<E: Elem> = [E; 11];
    type State<E: Elem> = [E; 4];
    type Sums<E: Elem> = [E; 2];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> [E; 11] {
        let &[beta1, beta2, _, eps, d0, _, decay, safeguard] = now.knobs else { unreachable!("as many as KNOBS") };
        let one = beta1.lit(1.0);
        let d = memo[ESTIMATE].max(d0);
        let rate = Self::rate(now, d);
        let of_sum = E::pick(one.lit(0.0).below(safeguard), d, rate) * d / d0;
        let first = one.lit(f64::from(u8::from(now.step == 0)));
        [beta1, one - beta1, beta2, one - beta2, Self::beta3(now), d, of_sum, rate, eps * d, decay, first]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(6)
    }

    #[inline(always)]
    fn observe<E: Elem>(h: &[E; 11], p: E, g: E, s: &mut [E; 4]) -> [E; 2] {
        let &[beta1, fresh1, beta2, fresh2, beta3, d, of_sum, rate, _, _, first] = h;
        let dg = d * g;
        s[0] = beta1 * s[0] + fresh1 * dg;
        s[1] = beta2 * s[1] + fresh2 * dg * dg;
        s[2] = beta3 * s[2] + of_sum * g;
        s[3] = E::pick(p.lit(0.0).below(first), p, s[3]);
        [rate * g * (s[3] - p), s[2].abs()]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[numerator, denominator]: &[E; 2], memo: &mut [E]) {
        let (d0, coefficient) = (now.knobs[4], now.knobs[5]);
        let d = memo[ESTIMATE].max(d0);
        let numerator = Self::beta3(now) * memo[NUMERATOR] + d / d0 * numerator;
        let some = d.lit(0.0).below(denominator);
        let estimate = coefficient * numerator / E::pick(some, denominator, d.lit(1.0));
        memo[ESTIMATE] = E::pick(some, d.max(estimate), d);
        memo[NUMERATOR] = numerator;
        memo[APPLIED] = d;
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 2], memo: &[E], h: &mut [E; 11]) -> E {
        h[8] = now.knobs[3] * memo[ESTIMATE];
        Self::rate(now, memo[APPLIED])
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 11], p: E, _: E, s: &mut [E; 4]) -> E {
        let &[.., eps, decay, _] = h;
        s[0] / (root(s[1]) + eps) + decay * p
    }
}

impl<T: Float> Prodigy<T> {
    /// Prodigy at a factor on the rate it finds: 1, or a schedule. A cosine from 1 to 0 does well.
    ///
    /// ```
    /// use rappel_optim::{Prodigy, cosine};
    ///
    /// let prodigy: Prodigy = Prodigy::new(cosine(1.0, 0.0, 1000)).weight_decay(0.01);
    /// assert_eq!(prodigy.to_string(), "prodigy(lr=cosine(1, 0, 1000), weight_decay=0.01)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the two moments stays, each in `[0, 1)`. 0.9 and 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// How much of the sums stays that the distance is estimated from, in `[0, 1)`; at 0, as at first, the root of beta2.
    pub fn beta3(self, beta3: impl Into<Schedule>) -> Self {
        self.knob("beta3", beta3)
    }

    /// What is added to the root, in units of d. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// d0: a first estimate, well below the truth. 1e-6 at first.
    pub fn estim_lr0(self, d0: impl Into<Schedule>) -> Self {
        self.knob("estim_lr0", d0)
    }

    /// What an estimate is multiplied with. 1 at first.
    pub fn estim_lr_coef(self, by: impl Into<Schedule>) -> Self {
        self.knob("estim_lr_coef", by)
    }

    /// Decoupled decay. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Whether the learning rate is left out of s, for a long warm-up. Off at first.
    pub fn safeguard_warmup(self, on: bool) -> Self {
        self.knob("safeguard_warmup", f64::from(u8::from(on)))
    }
}
