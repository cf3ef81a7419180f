//! RMSprop: the gradient in units of its recent size, with momentum after that.
//!
//! ```text
//! g <- g + weight_decay p
//! v <- alpha v + (1 - alpha) g^2
//! m <- alpha m + (1 - alpha) g
//! u  = g / (sqrt(v) + eps)                  or, centered, g / (sqrt(v - m^2) + eps)
//! b <- momentum b + u
//! p <- p - lr b
//! ```
//!
//! Tieleman and Hinton, "Lecture 6.5" (2012); centered: Graves, "Generating Sequences With Recurrent Neural Networks" (2013). Names
//! and defaults are those of `torch.optim.RMSprop`; the weight decay is L2 and no bias is corrected, as there, so the first step is of
//! the size `lr / sqrt(1 - alpha)`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::knob::Knob;
use crate::optimizer::{Optimizer, Rmsprop};
use crate::rule::Rule;

/// The formula of [`Rmsprop`](crate::Rmsprop).
#[derive(Debug, Clone, Copy)]
pub struct RmspropRule;

impl Rule for RmspropRule {
    const NAME: &'static str = "rmsprop";
    const KNOBS: &'static [Knob] = &[
        Knob::below("alpha", 0.99, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::below("momentum", 0.0, 0.0..=1.0),
        Knob::flag("centered", false),
    ];
    const STATE: &'static [&'static str] = &["square_avg", "grad_avg", "momentum_buffer"];
    type Hyper<E: Elem> = [E; 6];
    type State<E: Elem> = [E; 3];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 6] {
        let &[alpha, eps, decay, momentum, centered] = knobs else { unreachable!("as many as KNOBS") };
        [alpha, alpha.lit(1.0) - alpha, eps, decay, momentum, centered]
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 6], p: E, g: E, s: &mut [E; 3]) -> E {
        let &[alpha, fresh, eps, decay, momentum, centered] = h;
        let g = g + decay * p;
        s[0] = alpha * s[0] + fresh * g * g;
        s[1] = alpha * s[1] + fresh * g;
        s[2] = momentum * s[2] + g / (root(s[0] - centered * s[1] * s[1]) + eps);
        s[2]
    }
}

impl<T: Float> Rmsprop<T> {
    /// RMSprop at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Rmsprop;
    ///
    /// let rmsprop: Rmsprop = Rmsprop::new(1e-3).alpha(0.9).centered(true);
    /// assert_eq!(rmsprop.to_string(), "rmsprop(lr=0.001, alpha=0.9, centered=true)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running means of the square and of the gradient stays, in `[0, 1)`. 0.99 at first.
    pub fn alpha(self, alpha: impl Into<Schedule>) -> Self {
        self.knob("alpha", alpha)
    }

    /// What is added to the root. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// How much of the last step's direction stays, in `[0, 1)`. 0 at first.
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }

    /// Whether the gradient is divided by its spread about its running mean instead of its size. Off at first.
    pub fn centered(self, on: bool) -> Self {
        self.knob("centered", f64::from(u8::from(on)))
    }
}
