//! Adadelta: steps in the unit of the parameter, by the recent size of the steps before.
//!
//! ```text
//! g <- g + weight_decay p
//! v <- rho v + (1 - rho) g^2
//! d  = g sqrt(u + eps) / sqrt(v + eps)
//! u <- rho u + (1 - rho) d^2
//! p <- p - lr d
//! ```
//!
//! Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), where the rate is 1. Names and defaults are those of
//! `torch.optim.Adadelta`; the weight decay is L2, as there. As u begins at 0, a first step is of the size `sqrt(eps)`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Adadelta;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adadelta`](crate::Adadelta).
#[derive(Debug, Clone, Copy)]
pub struct AdadeltaRule;

impl Rule for AdadeltaRule {
    const NAME: &'static str = "adadelta";
    const KNOBS: &'static [Knob] = &[
        Knob::new("rho", 0.9, 0.0..=1.0),
        Knob::new("eps", 1e-6, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["square_avg", "acc_delta"];
    type Hyper<E: Elem> = [E; 4];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 4] {
        let &[rho, eps, decay] = knobs else { unreachable!("as many as KNOBS") };
        [rho, rho.lit(1.0) - rho, eps, decay]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[rho, fresh, eps, decay]: &[E; 4], p: E, g: E, s: &mut [E; 2]) -> E {
        let g = g + decay * p;
        s[0] = rho * s[0] + fresh * g * g;
        let d = g * (root(s[1] + eps) / root(s[0] + eps));
        s[1] = rho * s[1] + fresh * d * d;
        d
    }
}

impl<T: Float> Adadelta<T> {
    /// Adadelta at a learning rate: a number or a schedule. 1 is the paper's.
    ///
    /// ```
    /// use rappel_optim::Adadelta;
    ///
    /// let adadelta: Adadelta = Adadelta::new(1.0).rho(0.95);
    /// assert_eq!(adadelta.to_string(), "adadelta(lr=1, rho=0.95)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of both running mean squares stays, in `[0, 1]`. 0.9 at first.
    pub fn rho(self, rho: impl Into<Schedule>) -> Self {
        self.knob("rho", rho)
    }

    /// What is added to both mean squares under their roots. 1e-6 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
