//! Lion: the sign of momentum.
//!
//! ```text
//! d  = sign(b1 m + (1 - b1) g) + weight_decay p
//! m <- b2 m + (1 - b2) g
//! p <- p - lr d
//! ```
//!
//! Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023). Names and defaults are those of `optax.lion`, its weight decay of
//! 0.001 included. The sign of 0 is 0. A step moves every value by the rate: good rates are three to ten times smaller than Adam's. Of a
//! sign the derivative is 0, so that steps differentiated through are blind to the gradients.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::sign;
use crate::aliases::Lion;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Lion`](crate::Lion).
#[derive(Debug, Clone, Copy)]
pub struct LionRule;

impl Rule for LionRule {
    const NAME: &'static str = "lion";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.99, 0.0..=1.0),
        Knob::new("weight_decay", 1e-3, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu"];
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 1];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 5] {
        let &[b1, b2, decay] = knobs else { unreachable!("as many as KNOBS") };
        let one = b1.lit(1.0);
        [b1, one - b1, b2, one - b2, decay]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(2)
    }

    #[inline(always)]
    fn direction<E: Elem>(&[b1, fresh1, b2, fresh2, decay]: &[E; 5], p: E, g: E, s: &mut [E; 1]) -> E {
        let d = sign(b1 * s[0] + fresh1 * g);
        s[0] = b2 * s[0] + fresh2 * g;
        d + decay * p
    }
}

impl<T: Float> Lion<T> {
    /// Lion at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Lion;
    ///
    /// let lion: Lion = Lion::new(1e-4).weight_decay(0.1);
    /// assert_eq!(lion.to_string(), "lion(lr=0.0001, weight_decay=0.1)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much the mean weighs against the gradient in the sign, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean stays, in `[0, 1)`. 0.99 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// Decoupled decay: this much of the parameter is added to the direction. 0.001 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
