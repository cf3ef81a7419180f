//! Yogi: Adam whose second moment moves by no more than a gradient's square.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- v - (1 - b2) sign(v - g^2) g^2                         m and v are 1e-6 before a parameter's first step
//! d  = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)        t counts from 1
//! p <- p - lr d
//! ```
//!
//! Zaheer et al., "Adaptive Methods for Nonconvex Optimization" (2018). Names and defaults are those of `optax.yogi`, as are the first
//! values of both means.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::moments::betas;
use super::{root, sign};
use crate::aliases::Yogi;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Yogi`](crate::Yogi).
#[derive(Debug, Clone, Copy)]
pub struct YogiRule;

/// Both means before the first step.
const START: f64 = 1e-6;

impl Rule for YogiRule {
    const NAME: &'static str = "yogi";
    const KNOBS: &'static [Knob] = &[
        Knob::below("b1", 0.9, 0.0..=1.0),
        Knob::below("b2", 0.999, 0.0..=1.0),
        Knob::new("eps", 1e-3, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["mu", "nu"];
    type Hyper<E: Elem> = [E; 7];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], step: u64) -> [E; 7] {
        let &[b1, b2, eps] = knobs else { unreachable!("as many as KNOBS") };
        let [b1, fresh1, _, fresh2, c1, c2] = betas(b1, b2, step);
        [b1, fresh1, fresh2, c1, c2, eps, eps.lit(if step == 0 { START } else { 0.0 })]
    }

    #[inline(always)]
    fn direction<E: Elem>(&[b1, fresh1, fresh2, c1, c2, eps, start]: &[E; 7], _p: E, g: E, s: &mut [E; 2]) -> E {
        let (m, v, square) = (s[0] + start, s[1] + start, g * g);
        s[0] = b1 * m + fresh1 * g;
        s[1] = v - fresh2 * sign(v - square) * square;
        s[0] * c1 / (root(s[1] * c2) + eps)
    }
}

impl<T: Float> Yogi<T> {
    /// Yogi at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Yogi;
    ///
    /// let yogi: Yogi = Yogi::new(0.01).b2(0.99);
    /// assert_eq!(yogi.to_string(), "yogi(lr=0.01, b2=0.99)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// How much of the running mean of the gradient stays, in `[0, 1)`. 0.9 at first.
    pub fn b1(self, b1: impl Into<Schedule>) -> Self {
        self.knob("b1", b1)
    }

    /// How little of a gradient's square moves the second moment, in `[0, 1)`. 0.999 at first.
    pub fn b2(self, b2: impl Into<Schedule>) -> Self {
        self.knob("b2", b2)
    }

    /// What is added to the root of the second moment. 0.001 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }
}
