//! MoMo: momentum at a rate that a model of the loss allows.
//!
//! ```text
//! m <- beta m + (1 - beta) g           f <- beta f + (1 - beta) loss           c <- beta c + (1 - beta) <g, p>
//!                                      at the first step beta is 0
//! t  = max((1 + lr weight_decay) (f - lb - c) + <m, p>, 0) / |m|^2
//! p <- p - min(lr, t) m - lr weight_decay / (1 + lr weight_decay) p
//! ```
//!
//! Inner products and the norm are over all parameters that are stepped. `f - c + <m, p>` is what the losses and gradients seen say of
//! the loss at p, and lb a lower bound of it: `lower_bound`, or with `adapt_lower_bound` an estimate that never falls below that. The
//! learning rate is the greatest that is applied; rather take it too large. Where `|m|^2` is at most 2.2e-16 no step is made but the
//! decay's.
//!
//! Schaipp et al., "MoMo: Momentum Models for Adaptive Learning Rates" (2023). Names and defaults are those of `optax.contrib.momo`.
//! With weight decay the paper divides the momentum's step by `1 + lr weight_decay` too, optax does not, and neither does this.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::aliases::Momo;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`Momo`](crate::Momo).
#[derive(Debug, Clone, Copy)]
pub struct MomoRule;

/// What the rules of this family remember.
pub(super) const MEMO: &[(&str, f64)] =
    &[("barf", 0.0), ("gamma", 0.0), ("lb", 0.0), ("learning_rate", 0.0), ("share", 0.0), ("count", 0.0)];

/// Which part of the learning rate is applied.
pub(super) const SHARE: usize = 4;

const COUNT: usize = 5;

/// A model of the loss, linear along the momentum and cut off at a lower bound.
pub(super) struct Model<E> {
    /// How much of the running means stays.
    pub(super) beta: E,
    /// Of how much they are a mean: 1, or `1 - beta^t` where they began at 0.
    pub(super) whole: E,
    pub(super) lower_bound: E,
    pub(super) weight_decay: E,
    pub(super) adapt: E,
}

impl<E: Elem> Model<E> {
    /// Moves the means and the bound, and finds the rate, from `<g, p>`, `|m|^2` and `<m, p>`.
    pub(super) fn remember(&self, now: &Now<'_, E>, &[slope, square, inner]: &[E; 3], memo: &mut [E]) {
        let &Model { beta, whole, lower_bound, weight_decay, adapt } = self;
        let (zero, one, two) = (beta.lit(0.0), beta.lit(1.0), beta.lit(2.0));
        let adapt = zero.below(adapt);
        let f = beta * memo[0] + (one - beta) * now.loss;
        let c = beta * memo[1] + (one - beta) * slope;
        let bound = if now.step == 0 { lower_bound } else { E::pick(adapt, memo[2], lower_bound) };
        let grow = one + now.lr * weight_decay;
        let cap = grow * (f - c) + inner;
        let lowered = (cap / (two * whole * grow)).max(lower_bound);
        let used = E::pick(adapt & cap.below(grow * whole * bound), lowered, bound);
        let some = beta.lit(f64::EPSILON).below(square);
        let far = (grow * (f - whole * used - c) + inner).max(zero) / E::pick(some, square, one);
        let rate = (now.lr / whole).min(E::pick(some, far, zero));
        let next = ((f + inner - c - rate * square / two) / whole).max(lower_bound);
        let moves = zero.below(now.lr);
        memo[0] = f;
        memo[1] = c;
        memo[2] = E::pick(adapt, next, bound);
        memo[3] = rate;
        memo[SHARE] = E::pick(moves, rate / E::pick(moves, now.lr, one), zero);
        memo[COUNT] = memo[COUNT] + one;
    }
}

/// How much of the parameter is in the direction.
pub(super) fn decay<E: Elem>(lr: E, weight_decay: E) -> E {
    weight_decay / (lr.lit(1.0) + lr * weight_decay)
}

impl MomoRule {
    /// The means begin at the first loss and gradient of the net; that of a parameter that joins late has zeros before it, as they have.
    fn beta<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> E {
        let zero = now.lr.lit(0.0);
        E::pick(zero.below(memo[COUNT]), now.knobs[0], zero)
    }
}

impl Staged for MomoRule {
    const NAME: &'static str = "momo";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta", 0.9, 0.0..=1.0),
        Knob::new("lower_bound", 0.0, f64::MIN..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("adapt_lower_bound", false),
    ];
    const STATE: &'static [&'static str] = &["exp_avg"];
    const MEMO: &'static [(&'static str, f64)] = MEMO;
    const SCOPE: Scope = Scope::Net;
    const LOSS: bool = true;
    type Hyper<E: Elem> = [E; 4];
    type State<E: Elem> = [E; 1];
    type Sums<E: Elem> = [E; 3];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> [E; 4] {
        let beta = Self::beta(now, memo);
        [beta, beta.lit(1.0) - beta, decay(now.lr, now.knobs[2]), beta.lit(0.0)]
    }

    #[inline(always)]
    fn observe<E: Elem>(&[beta, fresh, ..]: &[E; 4], p: E, g: E, s: &mut [E; 1]) -> [E; 3] {
        s[0] = beta * s[0] + fresh * g;
        [g * p, s[0] * s[0], s[0] * p]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, sums: &[E; 3], memo: &mut [E]) {
        let &[_, lower_bound, weight_decay, adapt] = now.knobs else { unreachable!("as many as KNOBS") };
        let beta = Self::beta(now, memo);
        let model = Model { beta, whole: beta.lit(1.0), lower_bound, weight_decay, adapt };
        model.remember(now, sums, memo);
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 3], memo: &[E], h: &mut [E; 4]) -> E {
        h[3] = memo[SHARE];
        now.lr
    }

    #[inline(always)]
    fn direction<E: Elem>(&[_, _, decay, share]: &[E; 4], p: E, _: E, s: &mut [E; 1]) -> E {
        share * s[0] + decay * p
    }
}

impl<T: Float> Momo<T> {
    /// MoMo at a greatest learning rate: a number or a schedule. Its step needs the loss, which the gradients of `loss.backward()` know.
    ///
    /// ```
    /// use rappel_optim::Momo;
    ///
    /// let momo: Momo = Momo::new(1.0).lower_bound(0.1);
    /// assert_eq!(momo.to_string(), "momo(lr=1, lower_bound=0.1)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running means stays, in `[0, 1)`. 0.9 at first.
    pub fn beta(self, beta: impl Into<Schedule>) -> Self {
        self.knob("beta", beta)
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
