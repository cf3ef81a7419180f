//! Rprop: every value has a step of its own, and only the signs of its gradients count.
//!
//! ```text
//! size <- size etaplus          where g and the gradient before have one sign
//!         size etaminus         where they have not; g <- 0 there, so that the step after is neither
//! size <- size within [step_size_min, step_size_max]
//! p    <- p - sign(g) size
//! ```
//!
//! Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993). Names and defaults
//! are those of `torch.optim.Rprop`. The learning rate is where the sizes begin. What it is after a parameter's first step does nothing,
//! except that at 0 nothing moves. For whole batches; the sign of a small batch's gradient is noise.
//!
//! What stands around the rule sees a direction that is this step in units of the learning rate, so decoupled decay is `lr` times the
//! decay as around any rule.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{sign, unit};
use crate::aliases::Rprop;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Staged};

/// The formula of [`Rprop`](crate::Rprop).
#[derive(Debug, Clone, Copy)]
pub struct RpropRule;

impl Staged for RpropRule {
    const NAME: &'static str = "rprop";
    const KNOBS: &'static [Knob] = &[
        Knob::below("etaminus", 0.5, 0.0..=1.0).within("etas"),
        Knob::new("etaplus", 1.2, 1.0..=f64::MAX).within("etas"),
        Knob::new("step_size_min", 1e-6, 0.0..=f64::MAX).within("step_sizes"),
        Knob::new("step_size_max", 50.0, 0.0..=f64::MAX).within("step_sizes"),
    ];
    const STATE: &'static [&'static str] = &["prev", "step_size"];
    type Hyper<E: Elem> = [E; 6];
    type State<E: Elem> = [E; 2];
    type Sums<E: Elem> = [E; 0];

    fn hyper<E: Elem>(now: &Now<'_, E>, _: &[E]) -> [E; 6] {
        let &[minus, plus, min, max] = now.knobs else { unreachable!("as many as KNOBS") };
        let first = if now.step == 0 { now.lr } else { now.lr.lit(0.0) };
        [minus, plus, min, max, first, now.lr.lit(1.0) / unit(now.lr)]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[minus, plus, min, max, first, by]: &[E; 6], _p: E, g: E, s: &mut [E; 2]) -> E {
        let (zero, one) = (g.lit(0.0), g.lit(1.0));
        // The product of the gradients themselves could underflow.
        let both = sign(g) * sign(s[0]);
        let (agree, turned) = (zero.below(both), both.below(zero));
        let grown = (s[1] + first) * E::pick(agree, plus, E::pick(turned, minus, one));
        s[1] = grown.max(min).min(max);
        s[0] = E::pick(turned, zero, g);
        sign(s[0]) * s[1] * by
    }

    fn conflict(constants: &[Option<f64>]) -> Option<&'static str> {
        let &[_, _, Some(min), Some(max)] = constants else { return None };
        (max < min).then_some("the largest of step_sizes is not below the smallest")
    }
}

impl<T: Float> Rprop<T> {
    /// Rprop from a first step of this size for every value.
    ///
    /// ```
    /// use rappel_optim::Rprop;
    ///
    /// let rprop: Rprop = Rprop::new(0.01).etas(0.5, 1.1);
    /// assert_eq!(rprop.to_string(), "rprop(lr=0.01, etas=[0.5, 1.1])");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// What a step is multiplied with where the gradient has turned, in `[0, 1)`, and where it has not, 1 or more. 0.5 and 1.2 at
    /// first.
    pub fn etas(self, minus: impl Into<Schedule>, plus: impl Into<Schedule>) -> Self {
        self.knob("etaminus", minus).knob("etaplus", plus)
    }

    /// The smallest and the largest step. 1e-6 and 50 at first.
    pub fn step_sizes(self, min: impl Into<Schedule>, max: impl Into<Schedule>) -> Self {
        self.knob("step_size_min", min).knob("step_size_max", max)
    }
}
