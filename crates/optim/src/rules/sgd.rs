//! Stochastic gradient descent, with momentum.
//!
//! ```text
//! g <- g + weight_decay p
//! b <- momentum b + (1 - dampening) g        at a parameter's first step b <- g
//! d  = b                                      or, with Nesterov's look-ahead, g + momentum b
//! p <- p - lr d
//! ```
//!
//! As `torch.optim.SGD`: the first gradient is not damped, without momentum (0) none is, and Nesterov's look-ahead needs a momentum
//! and no dampening. Nesterov: Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::aliases::Sgd;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Sgd`](crate::Sgd).
#[derive(Debug, Clone, Copy)]
pub struct SgdRule;

const MOMENTUM: usize = 0;
const DAMPENING: usize = 1;
const WEIGHT_DECAY: usize = 2;
const NESTEROV: usize = 3;

impl Rule for SgdRule {
    const NAME: &'static str = "sgd";
    const KNOBS: &'static [Knob] = &[
        Knob::below("momentum", 0.0, 0.0..=1.0),
        Knob::new("dampening", 0.0, 0.0..=1.0),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::flag("nesterov", false),
    ];
    const STATE: &'static [&'static str] = &["momentum_buffer"];
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 1];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 5] {
        let (momentum, nesterov) = (knobs[MOMENTUM], knobs[NESTEROV]);
        let (zero, one) = (momentum.lit(0.0), momentum.lit(1.0));
        let fresh = if step == 0 { one } else { E::pick(zero.below(momentum), one - knobs[DAMPENING], one) };
        // d = of_gradient g + of_buffer b serves both kinds: (0, 1), and (1, momentum) with the look-ahead.
        let of_buffer = one - nesterov + nesterov * momentum;
        [momentum, fresh, knobs[WEIGHT_DECAY], nesterov, of_buffer]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[momentum, fresh, decay, of_gradient, of_buffer]: &[E; 5], p: E, g: E, s: &mut [E; 1]) -> E {
        let g = g + decay * p;
        s[0] = momentum * s[0] + fresh * g;
        of_gradient * g + of_buffer * s[0]
    }

    /// Without momentum the buffer is the gradient, whatever it was.
    fn stateless(constants: &[Option<f64>]) -> bool {
        constants[MOMENTUM] == Some(0.0)
    }

    fn conflict(constants: &[Option<f64>]) -> Option<&'static str> {
        let nesterov = constants[NESTEROV] != Some(0.0);
        let fit = constants[MOMENTUM] != Some(0.0) && constants[DAMPENING] == Some(0.0);
        (nesterov && !fit).then_some("nesterov needs a momentum above 0 and a dampening of 0")
    }
}

impl<T: Float> Sgd<T> {
    /// Plain gradient descent at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::{Sgd, cosine, warmup};
    ///
    /// let plain: Sgd = Sgd::new(0.1);
    /// let tuned: Sgd = Sgd::new(warmup(0.1, 100).then(cosine(0.1, 0.0, 900))).momentum(0.9).nesterov(true);
    /// assert!(format!("{plain:?}").starts_with("sgd { lr: 0.1, momentum: 0"));
    /// assert!(format!("{tuned:?}").contains("momentum: 0.9"));
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the last step's buffer stays, in `[0, 1)`; a number or a schedule. 0 at first.
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }

    /// By how much a gradient is damped before it enters the buffer, in `[0, 1]`, from a parameter's second step on. 0 at first.
    pub fn dampening(self, dampening: impl Into<Schedule>) -> Self {
        self.knob("dampening", dampening)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Nesterov's look-ahead; it needs a momentum and no dampening. Off at first.
    pub fn nesterov(self, on: bool) -> Self {
        self.knob("nesterov", f64::from(u8::from(on)))
    }
}
