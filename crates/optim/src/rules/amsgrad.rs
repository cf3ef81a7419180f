//! AMSGrad: Adam whose divisor never shrinks.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) g^2
//! u <- max(u, v / (1 - b2^t))                                t counts from 1
//! d  = (m / (1 - b1^t)) / (sqrt(u + eps_root) + eps)
//! p <- p - lr d
//! ```
//!
//! Reddi et al., "On the Convergence of Adam and Beyond" (2018). Names and defaults are those of `optax.amsgrad`, which keeps the greatest
//! of the means whose bias is undone; PyTorch undoes the bias of the greatest mean, which is
//! [`Adam::amsgrad`](crate::Optimizer::amsgrad).

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::AmsGrad;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`AmsGrad`](crate::AmsGrad).
#[derive(Debug, Clone, Copy)]
pub struct AmsGradRule;

impl Rule for AmsGradRule {
    const NAME: &'static str = "amsgrad";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("eps_root", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu", "nu_max"];
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 3];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        let &[b1, b2, eps, eps_root] = knobs else { unreachable!("as many as KNOBS") };
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(b1, b2, step);
        [b1, fresh1, b2, fresh2, c1, c2, eps, eps_root]
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], _p: E, g: E, s: &mut [E; 3]) -> E {
        let &[.., eps, eps_root] = h;
        let (m, v) = moments(h, g, s);
        s[2] = s[2].max(v);
        m / (root(s[2] + eps_root) + eps)
    }
}

impl<T: Float> AmsGrad<T> {
    /// AMSGrad at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::AmsGrad;
    ///
    /// let amsgrad: AmsGrad = AmsGrad::new(1e-3).b2(0.99);
    /// assert_eq!(amsgrad.to_string(), "amsgrad(lr=0.001, b2=0.99)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient stays, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean of its square stays, in `[0, 1)`. 0.999 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// What is added to the root of the greatest mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// What is added under that root. 0 at first.
    pub fn eps_root(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps_root", eps)
    }
}
