//! Adam: a step in units of the gradient's recent size.
//!
//! ```text
//! g <- g + weight_decay p
//! m <- beta1 m + (1 - beta1) g
//! v <- beta2 v + (1 - beta2) g^2
//! d  = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015). Defaults and the place of eps as in `torch.optim.Adam`; the
//! weight decay is L2, as there. With `amsgrad` the divisor is that of the greatest v so far: Reddi et al., "On the Convergence of Adam
//! and Beyond" (2018). [`AdamW`](crate::AdamW) differs in its decay alone, and is the same formula.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::{betas, moments};
use super::root;
use crate::aliases::Adam;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adam`](crate::Adam) and [`AdamW`](crate::AdamW): with the decay in the gradient or `DECOUPLED` from it, and
/// dividing by the mean square or, with `AMSGRAD`, by the greatest it has been.
#[derive(Debug, Clone, Copy)]
pub struct AdamOf<const DECOUPLED: bool, const AMSGRAD: bool>;

/// The formula of [`Adam`](crate::Adam).
pub type AdamRule = AdamOf<false, false>;

const BETA1: usize = 0;
const BETA2: usize = 1;
const EPS: usize = 2;
const WEIGHT_DECAY: usize = 3;

impl<const DECOUPLED: bool, const AMSGRAD: bool> AdamOf<DECOUPLED, AMSGRAD> {
    const ADAM: &'static str = if DECOUPLED { "adamw" } else { "adam" };
    const HYPER: &'static [Knob] = &[
        Knob::below("beta1", 0.9, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.999, 0.0..=1.0).within("betas"),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", if DECOUPLED { 0.01 } else { 0.0 }, 0.0..=f64::MAX),
    ];

    fn numbers<E: Elem>(knobs: &[E], step: u64) -> [E; 8] {
        let [b1, fresh1, b2, fresh2, c1, c2] = betas(knobs[BETA1], knobs[BETA2], step);
        [b1, fresh1, b2, fresh2, c1, c2, knobs[EPS], knobs[WEIGHT_DECAY]]
    }

    /// `divisor` makes of the mean square, whose bias is undone, the square of what is divided by.
    #[inline(always)]
    fn formula<E: Elem>(h: &[E; 8], p: E, g: E, s: &mut [E], divisor: impl FnOnce(&mut [E], E) -> E) -> E {
        let &[.., eps, decay] = h;
        let (m, v) = moments(h, if DECOUPLED { g } else { g + decay * p }, s);
        let d = m / (root(divisor(s, v)) + eps);
        if DECOUPLED { d + decay * p } else { d }
    }
}

impl<const DECOUPLED: bool> Rule for AdamOf<DECOUPLED, false> {
    const NAME: &'static str = Self::ADAM;
    const KNOBS: &'static [Knob] = Self::HYPER;
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq"];
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        Self::numbers(knobs, step)
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        DECOUPLED.then_some(WEIGHT_DECAY)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], p: E, g: E, s: &mut [E; 2]) -> E {
        Self::formula(h, p, g, s, |_, v| v)
    }
}

impl<const DECOUPLED: bool> Rule for AdamOf<DECOUPLED, true> {
    const NAME: &'static str = Self::ADAM;
    const KNOBS: &'static [Knob] = Self::HYPER;
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];
    const VARIANT: Option<&'static str> = Some("amsgrad");
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 3];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        Self::numbers(knobs, step)
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        DECOUPLED.then_some(WEIGHT_DECAY)
    }

    /// The greatest is found before the bias is undone, as PyTorch has it; [`AmsGrad`](crate::AmsGrad) does it after.
    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], p: E, g: E, s: &mut [E; 3]) -> E {
        Self::formula(h, p, g, s, |s, _| {
            s[2] = s[2].max(s[1]);
            s[2] * h[5]
        })
    }
}

impl<T: Float> Adam<T> {
    /// Adam at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::{Adam, cosine, warmup};
    ///
    /// let plain: Adam = Adam::new(1e-3);
    /// let tuned: Adam = Adam::new(warmup(1e-3, 100).then(cosine(1e-3, 0.0, 900))).betas(0.9, 0.99);
    /// assert!(format!("{plain:?}").starts_with("adam { lr: 0.001, beta1: 0.9"));
    /// assert!(format!("{tuned:?}").contains("beta2: 0.99"));
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }
}

impl<const DECOUPLED: bool, T: Float> Optimizer<AdamOf<DECOUPLED, false>, T> {
    /// Divides by the root of the greatest mean square so far, so that no step grows because gradients shrank: one slot of state more.
    /// To be called before the first step.
    ///
    /// ```
    /// use rappel_optim::Adam;
    ///
    /// let adam = Adam::<f32>::new(1e-3).amsgrad();
    /// assert_eq!(adam.to_string(), "adam(lr=0.001, amsgrad=true)");
    /// ```
    pub fn amsgrad(self) -> Optimizer<AdamOf<DECOUPLED, true>, T> {
        self.variant()
    }
}

impl<const DECOUPLED: bool, const AMSGRAD: bool, T: Float> Optimizer<AdamOf<DECOUPLED, AMSGRAD>, T> {
    /// How much of the running means of the gradient and of its square stays, each in `[0, 1)`; numbers or schedules. 0.9 and
    /// 0.999 at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// This much of the parameter is added to its gradient (Adam: L2 decay, 0 at first) or to the direction (AdamW: decoupled decay,
    /// 0.01 at first).
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
