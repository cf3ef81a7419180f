//! AdaBelief: Adam in units of how far the gradient is from what its mean foretold.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) (g - m)^2 + eps_root
//! d  = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients" (2020). Names and defaults are those of
//! `optax.adabelief`; `eps_root` is added at every step and stays in v, as there.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::betas;
use super::root;
use crate::aliases::AdaBelief;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`AdaBelief`](crate::AdaBelief).
#[derive(Debug, Clone, Copy)]
pub struct AdaBeliefRule;

impl Rule for AdaBeliefRule {
    const NAME: &'static str = "adabelief";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-16, 0.0..=f64::MAX),
        Knob::new("eps_root", 1e-16, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu"];
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        let &[b1, b2, eps, eps_root] = knobs else { unreachable!("as many as KNOBS") };
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(b1, b2, step);
        [b1, fresh1, b2, fresh2, c1, c2, eps, eps_root]
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], _p: E, g: E, s: &mut [E; 2]) -> E {
        let &[b1, fresh1, b2, fresh2, c1, c2, eps, eps_root] = h;
        s[0] = b1 * s[0] + fresh1 * g;
        let surprise = g - s[0];
        s[1] = b2 * s[1] + fresh2 * surprise * surprise + eps_root;
        s[0] * c1 / (root(s[1] * c2) + eps)
    }
}

impl<T: Float> AdaBelief<T> {
    /// AdaBelief at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::AdaBelief;
    ///
    /// let adabelief: AdaBelief = AdaBelief::new(1e-3).eps(1e-8);
    /// assert_eq!(adabelief.to_string(), "adabelief(lr=0.001, eps=1e-08)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient stays, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean of the squared surprise stays, in `[0, 1)`. 0.999 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// What is added to the root of that mean. 1e-16 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// What is added to that mean at every step. 1e-16 at first.
    pub fn eps_root(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps_root", eps)
    }
}
