//! DoWG: DoG with gradients weighted by the distance they were found at.
//!
//! ```text
//! g <- g + weight_decay p
//! r <- max(r, |p - p0|^2)                           init_estim_sq_dist at first
//! v <- v + r |g|^2
//! p <- p - lr r / (sqrt(v) + eps) g                 norms of all parameters that are stepped
//! ```
//!
//! p0 is where a parameter was before its first step. The learning rate is a factor, mostly 1. With eps 0 and an
//! `init_estim_sq_dist` of its own the weights are the same whatever the loss is multiplied with.
//!
//! Khaled et al., "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method" (2023). Names and defaults are those
//! of `optax.contrib.dowg`, with 0 for its `None`: an `init_estim_sq_dist` of 0 is eps.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Dowg;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`Dowg`](crate::Dowg).
#[derive(Debug, Clone, Copy)]
pub struct DowgRule;

const DISTANCE: usize = 0;
const SUM: usize = 1;
const RATE: usize = 2;

impl Staged for DowgRule {
    const NAME: &'static str = "dowg";
    const KNOBS: &'static [Knob] = &[
        Knob::new("init_estim_sq_dist", 0.0, 0.0..=f64::MAX),
        Knob::new("eps", 1e-4, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["init_params"];
    const MEMO: &'static [(&'static str, f64)] =
        &[("estim_sq_dist", 0.0), ("weighted_sq_norm_grads", 0.0), ("learning_rate", 0.0)];
    const SCOPE: Scope = Scope::Net;
    type Hyper<E: Elem> = [E; 2];
    type State<E: Elem> = [E; 1];
    type Sums<E: Elem> = [E; 2];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 2] {
        [now.knobs[2], now.lr.lit(f64::from(u8::from(now.step == 0)))]
    }

    #[inline(always)]
    fn observe<E: Elem>(&[decay, first]: &[E; 2], p: E, g: E, s: &mut [E; 1]) -> [E; 2] {
        let g = g + decay * p;
        s[0] = E::pick(p.lit(0.0).below(first), p, s[0]);
        let far = p - s[0];
        [far * far, g * g]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[far, square]: &[E; 2], memo: &mut [E]) {
        let (distance, eps) = (now.knobs[0], now.knobs[1]);
        let (zero, one) = (eps.lit(0.0), eps.lit(1.0));
        if now.step == 0 {
            memo[DISTANCE] = E::pick(zero.below(distance), distance, eps);
        }
        memo[DISTANCE] = memo[DISTANCE].max(far);
        memo[SUM] = memo[SUM] + memo[DISTANCE] * square;
        let below = root(memo[SUM]) + eps;
        let some = zero.below(below);
        memo[RATE] = E::pick(some, memo[DISTANCE] / E::pick(some, below, one), zero);
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 2], memo: &[E], _: &mut [E; 2]) -> E {
        now.lr * memo[RATE]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[decay, _]: &[E; 2], p: E, g: E, _: &mut [E; 1]) -> E {
        g + decay * p
    }
}

impl<T: Float> Dowg<T> {
    /// DoWG at a factor on the rate it finds: 1, or a schedule.
    ///
    /// ```
    /// use rappel_optim::Dowg;
    ///
    /// let dowg: Dowg = Dowg::new(1.0).init_estim_sq_dist(1e-3);
    /// assert_eq!(dowg.to_string(), "dowg(lr=1, init_estim_sq_dist=0.001)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The square of a first distance, well below the truth; at 0, as at first, eps.
    pub fn init_estim_sq_dist(self, square: impl Into<Schedule>) -> Self {
        self.knob("init_estim_sq_dist", square)
    }

    /// What is added to the root. 1e-4 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
