//! DoG: the distance from the start over the root of the summed gradients.
//!
//! ```text
//! g <- g + weight_decay p
//! r <- max(r, |p - p0|)
//! G <- G + |g|^2
//! p <- p - lr r / sqrt(G + eps) g                   norms of all parameters that are stepped
//! ```
//!
//! p0 is where a parameter was before its first step. r begins at `reps_rel (1 + |p0|)`, or at `init_distance` if that is above 0; or,
//! before both, with an `init_learning_rate` above 0 it begins at 0 and the first step has that rate. The learning rate is a factor,
//! mostly 1. With eps 0 the weights are the same whatever the loss is multiplied with.
//!
//! Ivgi et al., "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule" (2023), who recommend 1e-4 for `reps_rel` where
//! there is batch normalisation, and to evaluate with an average of the weights. Defaults are those of `optax.contrib.dog`, whose
//! `init_step=("heuristic", x)` is `reps_rel=x` here, `("distance", x)` is `init_distance=x` and `("learning_rate", x)` is
//! `init_learning_rate=x`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Dog;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`Dog`](crate::Dog).
#[derive(Debug, Clone, Copy)]
pub struct DogRule;

const DISTANCE: usize = 0;
const SUM: usize = 1;
const RATE: usize = 2;

impl Staged for DogRule {
    const NAME: &'static str = "dog";
    const KNOBS: &'static [Knob] = &[
        Knob::new("reps_rel", 1e-6, 0.0..=f64::MAX),
        Knob::new("init_distance", 0.0, 0.0..=f64::MAX),
        Knob::new("init_learning_rate", 0.0, 0.0..=f64::MAX),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["init_params"];
    const MEMO: &'static [(&'static str, f64)] =
        &[("max_dist", 0.0), ("sum_sq_norm_grads", 0.0), ("learning_rate", 0.0)];
    const SCOPE: Scope = Scope::Net;
    type Hyper<E: Elem> = [E; 2];
    type State<E: Elem> = [E; 1];
    type Sums<E: Elem> = [E; 3];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 2] {
        [now.knobs[4], now.lr.lit(f64::from(u8::from(now.step == 0)))]
    }

    #[inline(always)]
    fn observe<E: Elem>(&[decay, first]: &[E; 2], p: E, g: E, s: &mut [E; 1]) -> [E; 3] {
        let g = g + decay * p;
        s[0] = E::pick(p.lit(0.0).below(first), p, s[0]);
        let far = p - s[0];
        [far * far, g * g, p * p]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[far, square, size]: &[E; 3], memo: &mut [E]) {
        let &[relative, distance, rate, eps, _] = now.knobs else { unreachable!("as many as KNOBS") };
        let (zero, one) = (eps.lit(0.0), eps.lit(1.0));
        if now.step == 0 {
            let heuristic = E::pick(zero.below(distance), distance, relative * (one + root(size)));
            memo[DISTANCE] = E::pick(zero.below(rate), zero, heuristic);
        }
        memo[DISTANCE] = memo[DISTANCE].max(root(far));
        memo[SUM] = memo[SUM] + square;
        let below = memo[SUM] + eps;
        let some = zero.below(below);
        let found = E::pick(some, memo[DISTANCE] / E::pick(some, below, one).sqrt(), zero);
        memo[RATE] = if now.step == 0 { E::pick(zero.below(rate), rate, found) } else { found };
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 3], memo: &[E], _: &mut [E; 2]) -> E {
        now.lr * memo[RATE]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[decay, _]: &[E; 2], p: E, g: E, _: &mut [E; 1]) -> E {
        g + decay * p
    }
}

impl<T: Float> Dog<T> {
    /// DoG at a factor on the rate it finds: 1, or a schedule.
    ///
    /// ```
    /// use rappel_optim::{Dog, adapters::ema};
    ///
    /// let dog: Dog = Dog::new(1.0).reps_rel(1e-4) | ema(0.999);
    /// assert_eq!(dog.to_string(), "dog(lr=1, reps_rel=0.0001) | ema(0.999)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The first distance, in units of one and the norm of the weights. 1e-6 at first.
    pub fn reps_rel(self, relative: impl Into<Schedule>) -> Self {
        self.knob("reps_rel", relative)
    }

    /// The first distance itself, if above 0. 0 at first.
    pub fn init_distance(self, distance: impl Into<Schedule>) -> Self {
        self.knob("init_distance", distance)
    }

    /// The rate of the first step, if above 0. 0 at first.
    pub fn init_learning_rate(self, rate: impl Into<Schedule>) -> Self {
        self.knob("init_learning_rate", rate)
    }

    /// What is added to the summed squares. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
