//! MoMo-Adam: Adam's direction at a rate that a model of the loss allows.
//!
//! ```text
//! m <- b1 m + (1 - b1) g               f <- b1 f + (1 - b1) loss               c <- b1 c + (1 - b1) <g, p>
//! v <- b2 v + (1 - b2) g^2             D  = eps + sqrt(v / (1 - b2^k))         k counts from 1
//! t  = max((1 + lr weight_decay) (f - (1 - b1^k) lb - c) + <m, p>, 0) / <m, m / D>
//! p <- p - min(lr / (1 - b1^k), t) m / D - lr weight_decay / (1 + lr weight_decay) p
//! ```
//!
//! The rest is as in [`MomoRule`](super::MomoRule): Schaipp et al., "MoMo: Momentum Models for Adaptive Learning Rates" (2023). Names and
//! defaults are those of `optax.contrib.momo_adam`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::momo::{MEMO, Model, SHARE, decay};
use super::{correction, root};
use crate::aliases::MomoAdam;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`MomoAdam`](crate::MomoAdam).
#[derive(Debug, Clone, Copy)]
pub struct MomoAdamRule;

impl MomoAdamRule {
    /// `m / D`, and 0 where D is.
    #[inline(always)]
    fn scaled<E: Elem>(&[_, _, _, _, eps, c2, ..]: &[E; 8], s: &[E; 2]) -> E {
        let (zero, one) = (eps.lit(0.0), eps.lit(1.0));
        let scale = eps + root(s[1] * c2);
        // What is NaN is not below.
        let none = scale.below(eps.lit(f64::MIN_POSITIVE));
        E::pick(none, zero, s[0] / E::pick(none, one, scale))
    }
}

impl Staged for MomoAdamRule {
    const NAME: &'static str = "momo_adam";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("lower_bound", 0.0, f64::MIN..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("adapt_lower_bound", false),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq"];
    const MEMO: &'static [(&'static str, f64)] = MEMO;
    const SCOPE: Scope = Scope::Net;
    const LOSS: bool = true;
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 2];
    type Sums<E: Elem> = [E; 3];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 8] {
        let &[b1, b2, eps, _, weight_decay, _] = now.knobs else { unreachable!("as many as KNOBS") };
        let one = b1.lit(1.0);
        let (c2, decay) = (correction(b2, now.step), decay(now.lr, weight_decay));
        [b1, one - b1, b2, one - b2, eps, c2, decay, one.lit(0.0)]
    }

    #[inline(always)]
    fn observe<E: Elem>(h: &[E; 8], p: E, g: E, s: &mut [E; 2]) -> [E; 3] {
        let &[b1, fresh1, b2, fresh2, ..] = h;
        s[0] = b1 * s[0] + fresh1 * g;
        s[1] = b2 * s[1] + fresh2 * g * g;
        [g * p, s[0] * Self::scaled(h, s), s[0] * p]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, sums: &[E; 3], memo: &mut [E]) {
        let &[beta, _, _, lower_bound, weight_decay, adapt] = now.knobs else { unreachable!("as many as KNOBS") };
        let whole = beta.lit(1.0) / correction(beta, now.step);
        Model { beta, whole, lower_bound, weight_decay, adapt }.remember(now, sums, memo);
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 3], memo: &[E], h: &mut [E; 8]) -> E {
        h[7] = memo[SHARE];
        now.lr
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], p: E, _: E, s: &mut [E; 2]) -> E {
        let &[.., decay, share] = h;
        share * Self::scaled(h, s) + decay * p
    }
}

impl<T: Float> MomoAdam<T> {
    /// MoMo-Adam at a greatest learning rate: a number or a schedule. Its step needs the loss, which the gradients of
    /// `loss.backward()` know.
    ///
    /// ```
    /// use rappel_optim::MomoAdam;
    ///
    /// let momo: MomoAdam = MomoAdam::new(0.01).weight_decay(0.1);
    /// assert_eq!(momo.to_string(), "momo_adam(lr=0.01, weight_decay=0.1)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// What the loss is never below. 0 at first.
    pub fn lower_bound(self, bound: impl Into<Schedule>) -> Self {
        self.knob("lower_bound", bound)
    }

    /// Decay, as the last term of the formula has it. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Whether the lower bound is estimated from the losses seen. Off at first.
    pub fn adapt_lower_bound(self, on: bool) -> Self {
        self.knob("adapt_lower_bound", f64::from(u8::from(on)))
    }
}
