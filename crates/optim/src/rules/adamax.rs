//! Adamax: Adam in units of the largest recent gradient.
//!
//! ```text
//! g <- g + weight_decay p
//! m <- beta1 m + (1 - beta1) g
//! u <- max(beta2 u, |g| + eps)
//! d  = (m / (1 - beta1^t)) / u        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), section 7. Defaults and the place of eps as in
//! `torch.optim.Adamax`; the weight decay is L2, as there. With an eps of 0 a gradient that was never other than 0 makes a NaN.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::correction;
use crate::aliases::Adamax;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adamax`](crate::Adamax).
#[derive(Debug, Clone, Copy)]
pub struct AdamaxRule;

impl Rule for AdamaxRule {
    const NAME: &'static str = "adamax";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_inf"];
    type Hyper<E: Elem> = [E; 6];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 6] {
        let &[beta1, beta2, eps, decay] = knobs else { unreachable!("as many as KNOBS") };
        [beta1, beta1.lit(1.0) - beta1, beta2, eps, decay, correction(beta1, step)]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[beta1, fresh, beta2, eps, decay, c1]: &[E; 6], p: E, g: E, s: &mut [E; 2]) -> E {
        let g = g + decay * p;
        s[0] = beta1 * s[0] + fresh * g;
        s[1] = (beta2 * s[1]).max(g.abs() + eps);
        s[0] * c1 / s[1]
    }
}

impl<T: Float> Adamax<T> {
    /// Adamax at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Adamax;
    ///
    /// let adamax: Adamax = Adamax::new(2e-3).betas(0.9, 0.99);
    /// assert_eq!(adamax.to_string(), "adamax(lr=0.002, betas=[0.9, 0.99])");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient and of its largest size stays, each in `[0, 1)`; numbers or schedules. 0.9
    /// and 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// What is added to the size of a gradient. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
