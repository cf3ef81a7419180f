//! Averaged stochastic gradient descent: a falling rate, and the mean of the weights beside them.
//!
//! ```text
//! g   <- g + weight_decay p
//! p   <- p - eta (g + lambd p)
//! ax  <- ax + mu (p - ax)
//! eta <- lr / (1 + lambd lr t)^alpha             t counts from 1; eta begins at lr
//! mu  <- 1 / max(1, t - t0)                      mu begins at 1
//! ```
//!
//! Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992). Names and defaults are those of
//! `torch.optim.ASGD`, where the step is made with the eta of the step before and is not multiplied with the learning rate again.
//!
//! The mean ax is what [`eval`](crate::Optimizer::eval) lends a net, and the slot `ax` of [`state`](crate::Optimizer::state). It is that of
//! the rule's own steps: what an adapter changes in the direction or decays beside it is not seen in it.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::aliases::Asgd;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Staged};

/// The formula of [`Asgd`](crate::Asgd).
#[derive(Debug, Clone, Copy)]
pub struct AsgdRule;

const ETA: usize = 0;
const MU: usize = 1;

impl Staged for AsgdRule {
    const NAME: &'static str = "asgd";
    const KNOBS: &'static [Knob] = &[
        Knob::new("lambd", 1e-4, 0.0..=f64::MAX),
        Knob::new("alpha", 0.75, 0.0..=f64::MAX),
        Knob::new("t0", 1e6, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["ax"];
    const EVALUATED: Option<usize> = Some(0);
    const MEMO: &'static [(&'static str, f64)] = &[("eta", 0.0), ("mu", 1.0)];
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 1];
    type Sums<E: Elem> = [E; 0];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> [E; 5] {
        let &[lambd, _, _, decay] = now.knobs else { unreachable!("as many as KNOBS") };
        let eta = if now.step == 0 { now.lr } else { memo[ETA] };
        [eta, lambd, decay, memo[MU], eta.lit(1.0) - memo[MU]]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, _: &[E; 0], memo: &mut [E]) {
        let &[lambd, alpha, t0, _] = now.knobs else { unreachable!("as many as KNOBS") };
        let (one, t) = (now.lr.lit(1.0), now.lr.lit(now.step as f64 + 1.0));
        memo[ETA] = now.lr * (-alpha * (lambd * now.lr * t).ln_1p()).exp();
        memo[MU] = one / (t - t0).max(one);
    }

    fn scalars<E: Elem>(_: &Now<'_, E>, _: &[E; 0], _: &[E], &mut [eta, ..]: &mut [E; 5]) -> E {
        eta
    }

    #[inline(always)]
    fn direction<E: Elem>(&[eta, lambd, decay, mu, stays]: &[E; 5], p: E, g: E, s: &mut [E; 1]) -> E {
        let d = g + (decay + lambd) * p;
        s[0] = stays * s[0] + mu * (p - eta * d);
        d
    }
}

impl<T: Float> Asgd<T> {
    /// Averaged descent at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Asgd;
    ///
    /// let asgd: Asgd = Asgd::new(0.1).t0(100.0);
    /// assert_eq!(asgd.to_string(), "asgd(lr=0.1, t0=100)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the parameter is added to its gradient, and how fast the rate falls. 1e-4 at first.
    pub fn lambd(self, lambd: impl Into<Schedule>) -> Self {
        self.knob("lambd", lambd)
    }

    /// The power by which the rate falls. 0.75 at first.
    pub fn alpha(self, alpha: impl Into<Schedule>) -> Self {
        self.knob("alpha", alpha)
    }

    /// After how many steps the mean begins; until then it is the weights. 1e6 at first.
    pub fn t0(self, t0: impl Into<Schedule>) -> Self {
        self.knob("t0", t0)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
