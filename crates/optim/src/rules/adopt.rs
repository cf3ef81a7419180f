//! ADOPT: Adam that divides a gradient by the size of those before it.
//!
//! ```text
//! u  = g / max(sqrt(v), eps)                  between -k^(1/4) and k^(1/4) with use_clipping; k counts a parameter's steps from 0
//! m <- b1 m + (1 - b1) u                      stays 0 at a parameter's first step
//! v <- b2 v + (1 - b2) g^2                    v <- g^2 at a parameter's first step
//! d  = m                                      or, with nesterov, b1 m + (1 - b1) u
//! p <- p - lr d
//! ```
//!
//! Taniguchi et al., "ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate" (2024). Names, defaults and the clipping
//! are those of `optax.contrib.adopt`; the first step moves nothing, as there.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Adopt;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Adopt`](crate::Adopt).
#[derive(Debug, Clone, Copy)]
pub struct AdoptRule;

impl Rule for AdoptRule {
    const NAME: &'static str = "adopt";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.9999, 0.0..=1.0),
        Knob::new("eps", 1e-6, 0.0..=f64::MAX),
        Knob::flag("nesterov", false),
        Knob::flag("use_clipping", true),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu"];
    type Hyper<E: Elem> = [E; 8];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 8] {
        let &[b1, b2, eps, nesterov, clipping] = knobs else { unreachable!("as many as KNOBS") };
        let (zero, one) = (b1.lit(0.0), b1.lit(1.0));
        let (b1, b2) = if step == 0 { (one, zero) } else { (b1, b2) };
        let bound = E::pick(zero.below(clipping), one.lit((step as f64).powf(0.25)), one.lit(f64::INFINITY));
        // d = of_mean m + of_fresh u serves both kinds.
        let of_mean = one - nesterov + nesterov * b1;
        [b1, one - b1, b2, one - b2, eps, bound, of_mean, nesterov * (one - b1)]
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 8], _p: E, g: E, s: &mut [E; 2]) -> E {
        let &[b1, fresh1, b2, fresh2, eps, bound, of_mean, of_fresh] = h;
        let u = (g / root(s[1]).max(eps)).max(-bound).min(bound);
        s[0] = b1 * s[0] + fresh1 * u;
        s[1] = b2 * s[1] + fresh2 * g * g;
        of_mean * s[0] + of_fresh * u
    }
}

impl<T: Float> Adopt<T> {
    /// ADOPT at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Adopt;
    ///
    /// let adopt: Adopt = Adopt::new(1e-3).use_clipping(false);
    /// assert_eq!(adopt.to_string(), "adopt(lr=0.001, use_clipping=false)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the divided gradient stays, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How much of the running mean of the gradient's square stays, in `[0, 1)`. 0.9999 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// The least that is divided by. 1e-6 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// Nesterov's look-ahead. Off at first.
    pub fn nesterov(self, on: bool) -> Self {
        self.knob("nesterov", f64::from(u8::from(on)))
    }

    /// Whether divided gradients are clipped, to a bound that grows with the steps. On at first.
    pub fn use_clipping(self, on: bool) -> Self {
        self.knob("use_clipping", f64::from(u8::from(on)))
    }
}
