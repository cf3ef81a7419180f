//! LAMB: Adam's direction at the length of the parameter.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) g^2
//! u  = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t) + eps_root) + eps) + weight_decay p
//! d  = u |p| / |u|                                   u where either norm is 0; norms of each parameter
//! p <- p - lr d
//! ```
//!
//! You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes" (2020). Names and defaults are those of
//! `optax.lamb`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::Lamb;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Staged};

/// The formula of [`Lamb`](crate::Lamb).
#[derive(Debug, Clone, Copy)]
pub struct LambRule;

impl LambRule {
    /// Adam's direction with the decay, from a state that has moved on.
    #[inline(always)]
    fn update<E: Elem>(h: &[E; 10], p: E, s: &[E; 2]) -> E {
        let &[_, _, _, _, c1, c2, eps, eps_root, decay, _] = h;
        s[0] * c1 / (root(s[1] * c2 + eps_root) + eps) + decay * p
    }
}

impl Staged for LambRule {
    const NAME: &'static str = "lamb";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-6, 0.0..=f64::MAX),
        Knob::new("eps_root", 0.0, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu"];
    type Hyper<E: Elem> = [E; 10];
    type State<E: Elem> = [E; 2];
    type Sums<E: Elem> = [E; 2];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 10] {
        let &[b1, b2, eps, eps_root, decay] = now.knobs else { unreachable!("as many as KNOBS") };
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(b1, b2, now.step);
        [b1, fresh1, b2, fresh2, c1, c2, eps, eps_root, decay, b1.lit(1.0)]
    }

    #[inline(always)]
    fn observe<E: Elem>(h: &[E; 10], p: E, g: E, s: &mut [E; 2]) -> [E; 2] {
        moments(h, g, s);
        let u = Self::update(h, p, s);
        [p * p, u * u]
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, &[p, u]: &[E; 2], _: &[E], h: &mut [E; 10]) -> E {
        let (zero, one) = (p.lit(0.0), p.lit(1.0));
        let both = zero.below(p) & zero.below(u);
        // The quotient of what is not both is not formed, as its slope would be infinite.
        h[9] = E::pick(both, E::pick(both, p, one).sqrt() / E::pick(both, u, one).sqrt(), one);
        now.lr
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 10], p: E, _: E, s: &mut [E; 2]) -> E {
        Self::update(h, p, s) * h[9]
    }
}

impl<T: Float> Lamb<T> {
    /// LAMB at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Lamb;
    ///
    /// let lamb: Lamb = Lamb::new(0.01).weight_decay(0.1);
    /// assert_eq!(lamb.to_string(), "lamb(lr=0.01, weight_decay=0.1)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the parameter is added to Adam's direction before its length is taken. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
