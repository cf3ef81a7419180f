//! Adagrad: every value has its own rate, which falls as its squared gradients add up.
//!
//! ```text
//! g <- g + weight_decay p
//! s <- s + g^2                                    s begins at initial_accumulator_value
//! d  = g / (sqrt(s) + eps) / (1 + (t - 1) lr_decay)         t counts from 1
//! p <- p - lr d
//! ```
//!
//! Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011). Names and defaults
//! are those of `torch.optim.Adagrad`; the weight decay is L2, as there.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Adagrad;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adagrad`](crate::Adagrad).
#[derive(Debug, Clone, Copy)]
pub struct AdagradRule;

impl Rule for AdagradRule {
    const NAME: &'static str = "adagrad";
    const KNOBS: &'static [Knob] = &[
        Knob::new("lr_decay", 0.0, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::new("initial_accumulator_value", 0.0, 0.0..=f64::MAX),
        Knob::new("eps", 1e-10, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["sum"];
    type Hyper<E: Elem> = [E; 4];
    type State<E: Elem> = [E; 1];

    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> [E; 4] {
        let &[lr_decay, decay, initial, eps] = knobs else { unreachable!("as many as KNOBS") };
        let (zero, one) = (lr.lit(0.0), lr.lit(1.0));
        let initial = if step == 0 { initial } else { zero };
        [decay, initial, eps, one / (one + lr_decay * lr.lit(step as f64))]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[decay, initial, eps, share]: &[E; 4], p: E, g: E, s: &mut [E; 1]) -> E {
        let g = g + decay * p;
        s[0] = s[0] + initial + g * g;
        g * share / (root(s[0]) + eps)
    }
}

impl<T: Float> Adagrad<T> {
    /// Adagrad at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Adagrad;
    ///
    /// let adagrad: Adagrad = Adagrad::new(0.1).lr_decay(1e-3);
    /// assert_eq!(adagrad.to_string(), "adagrad(lr=0.1, lr_decay=0.001)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The rate is divided by 1 and this much for each step before. 0 at first.
    pub fn lr_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("lr_decay", decay)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// Where the sum of squares begins; read at a parameter's first step. 0 at first.
    pub fn initial_accumulator_value(self, value: impl Into<Schedule>) -> Self {
        self.knob("initial_accumulator_value", value)
    }

    /// What is added to the root of the sum of squares. 1e-10 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }
}
