//! LARS: the gradient at a share of the parameter's length, with momentum after that.
//!
//! ```text
//! u  = g + weight_decay p
//! u <- u trust_coefficient |p| / (|u| + eps)         u where either norm is 0; norms of each parameter
//! b <- momentum b + lr u
//! p <- p - b                                          or, with Nesterov's look-ahead, p - (lr u + momentum b)
//! ```
//!
//! You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks" (2017). Names, defaults and the place of the rate, before
//! the momentum, are those of `optax.lars`. So what is under way when the rate falls goes on at the rate it had.
//!
//! What stands around the rule sees a direction that is this step in units of the learning rate, so decoupled decay is `lr` times the
//! decay as around any rule.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::unit;
use crate::aliases::Lars;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Staged};

/// The formula of [`Lars`](crate::Lars).
#[derive(Debug, Clone, Copy)]
pub struct LarsRule;

const MOMENTUM: usize = 3;

impl Staged for LarsRule {
    const NAME: &'static str = "lars";
    const KNOBS: &'static [Knob] = &[
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::new("trust_coefficient", 1e-3, 0.0..=f64::MAX),
        Knob::new("eps", 0.0, 0.0..=f64::MAX),
        Knob::below("momentum", 0.9, 0.0..=1.0),
        Knob::flag("nesterov", false),
    ];
    const STATE: &'static [&'static str] = &["trace"];
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 1];
    type Sums<E: Elem> = [E; 2];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 5] {
        let &[decay, _, _, momentum, nesterov] = now.knobs else { unreachable!("as many as KNOBS") };
        let (one, by) = (now.lr.lit(1.0), now.lr.lit(1.0) / unit(now.lr));
        // d = of_update (lr u) + of_trace b serves both kinds, in units of the rate.
        [decay, momentum, nesterov * by, (one - nesterov + nesterov * momentum) * by, now.lr]
    }

    #[inline(always)]
    fn observe<E: Elem>(&[decay, ..]: &[E; 5], p: E, g: E, _: &mut [E; 1]) -> [E; 2] {
        let u = g + decay * p;
        [p * p, u * u]
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, &[p, u]: &[E; 2], _: &[E], h: &mut [E; 5]) -> E {
        let (zero, one) = (p.lit(0.0), p.lit(1.0));
        let both = zero.below(p) & zero.below(u);
        // The quotient of what is not both is not formed, as its slope would be infinite.
        let lengths = E::pick(both, p, one).sqrt() / (E::pick(both, u, one).sqrt() + now.knobs[2]);
        h[4] = now.lr * E::pick(both, now.knobs[1] * lengths, one);
        unit(now.lr)
    }

    #[inline(always)]
    fn direction<E: Elem>(&[decay, momentum, of_update, of_trace, rate]: &[E; 5], p: E, g: E, s: &mut [E; 1]) -> E {
        let u = rate * (g + decay * p);
        s[0] = momentum * s[0] + u;
        of_update * u + of_trace * s[0]
    }

    /// Without momentum the trace is the step, whatever it was.
    fn stateless(constants: &[Option<f64>]) -> bool {
        constants[MOMENTUM] == Some(0.0)
    }
}

impl<T: Float> Lars<T> {
    /// LARS at a learning rate: a number or a schedule. It is multiplied with the trust coefficient, so good ones are large.
    ///
    /// ```
    /// use rappel_optim::Lars;
    ///
    /// let lars: Lars = Lars::new(10.0).weight_decay(1e-4).nesterov(true);
    /// assert_eq!(lars.to_string(), "lars(lr=10, weight_decay=0.0001, nesterov=true)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// L2 decay, added to the gradient before its length is taken. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// The share of the parameter's length that a step has at a rate of 1. 0.001 at first.
    pub fn trust_coefficient(self, share: impl Into<Schedule>) -> Self {
        self.knob("trust_coefficient", share)
    }

    /// What is added to the length of the gradient. 0 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// How much of the last step stays, in `[0, 1)`. 0.9 at first.
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }

    /// Nesterov's look-ahead. Off at first.
    pub fn nesterov(self, on: bool) -> Self {
        self.knob("nesterov", f64::from(u8::from(on)))
    }
}
