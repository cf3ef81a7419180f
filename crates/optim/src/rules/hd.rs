//! Hypergradient descent: a learning rate that is itself moved by gradient descent, on the derivative of one step.
//!
//! ```text
//! h     = -<g, d of the step before>          the derivative of this loss in that step's rate; over the whole net
//! rate <- rate - hypergrad_lr h                it begins at lr
//! p    <- p - rate d                           d the rule's direction, with the rate just moved
//! ```
//!
//! Almeida et al., "Parameter adaptation in stochastic optimization" (1999); Baydin et al., "Online Learning Rate Adaptation with
//! Hypergradient Descent" (2018). Names and defaults are those of the latter's program, with `sgd_hd` its SGD-HD and, with momentum or
//! Nesterov's look-ahead, its SGDN-HD, and `adam_hd` its Adam-HD. A weight decay that is added to the gradient belongs to the loss that
//! is derived, as there. From their Adam it differs in two things: it adds `eps` after the root's bias correction as `adam` does, and it
//! moves the rate once a step for all parameters, where their program moves it between one parameter and the next, so that the first
//! are stepped by a rate which has seen only their own part.
//!
//! What moves is the difference from the `lr` that is given, the same for all parameters: a schedule goes on beneath it, and groups with
//! another rate keep their distance. A step whose rate would be below 0 or no number is refused, and the weights, the state and the rate
//! are as before.
//!
//! It costs one more pass over gradient and direction, and the memory of the direction. The rate is read by
//! [`memo`](crate::Optimizer::memo), with the derivative that moved it last:
//!
//! ```
//! use rappel_optim::SgdHd;
//! use rappel_optim::autodiff::{Param, Tape, Tensor};
//!
//! let mut w = Param::new(Tensor::from([1.0, -2.0]));
//! let mut sgd = SgdHd::new(1e-3).hypergrad_lr(1e-3); // far too low a rate
//! let mut tape = Tape::new();
//! for _ in 0..100 {
//!     tape.reset();
//!     let gradients = tape.param(&w).square().sum().backward();
//!     sgd.step(&mut w, &gradients)?;
//! }
//! assert!(sgd.memo("rate").is_some_and(|rate| rate > 0.1) && w.value.data()[1].abs() < 1e-3);
//! # Ok::<(), rappel_optim::StepError>(())
//! ```

use std::marker::PhantomData;

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::{AdamRule, SgdRule};
use crate::aliases::{AdamHd, SgdHd};
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::{MOST_SLOTS, Rule, Slots};
use crate::staged::{Now, Scope, Staged};

/// A rule whose rate can descend by [`HdRule`]; two lines for one of your own.
///
/// ```
/// use rappel_optim::Optimizer;
/// use rappel_optim::rules::{HdRule, Hypergradient};
///
/// # mod own {
/// # use rappel_optim::elem::Elem;
/// # use rappel_optim::{Knob, Rule};
/// # pub struct Plain;
/// # impl Rule for Plain {
/// #     const NAME: &'static str = "plain";
/// #     const KNOBS: &'static [Knob] = &[];
/// #     const STATE: &'static [&'static str] = &[];
/// #     type Hyper<E: Elem> = [E; 0];
/// #     type State<E: Elem> = [E; 0];
/// #     fn hyper<E: Elem>(_: E, _: &[E], _: u64) -> [E; 0] { [] }
/// #     fn direction<E: Elem>(_: &[E; 0], _: E, g: E, _: &mut [E; 0]) -> E { g }
/// # }
/// # }
/// # use own::Plain;
/// impl Hypergradient for Plain {
///     const HD: &'static str = "plain_hd";
///     const HYPERGRAD_LR: f64 = 1e-6;
/// }
///
/// let optimizer = Optimizer::<HdRule<Plain>>::new(0.1).hypergrad_lr(1e-3);
/// assert_eq!(optimizer.to_string(), "plain_hd(lr=0.1, hypergrad_lr=0.001)");
/// ```
pub trait Hypergradient: Rule {
    /// The name of the rule with its rate descending.
    const HD: &'static str;
    /// The rate of the rate by default.
    const HYPERGRAD_LR: f64;

    /// The gradient of what is to descend: that of the loss, with the decay that the rule adds to it.
    #[inline(always)]
    fn slope<E: Elem>(_h: &Self::Hyper<E>, _p: E, g: E) -> E {
        g
    }
}

impl Hypergradient for SgdRule {
    const HD: &'static str = "sgd_hd";
    const HYPERGRAD_LR: f64 = 1e-6;

    #[inline(always)]
    fn slope<E: Elem>(&[_, _, decay, ..]: &[E; 5], p: E, g: E) -> E {
        g + decay * p
    }
}

impl Hypergradient for AdamRule {
    const HD: &'static str = "adam_hd";
    const HYPERGRAD_LR: f64 = 1e-8;

    #[inline(always)]
    fn slope<E: Elem>(&[.., decay]: &[E; 8], p: E, g: E) -> E {
        g + decay * p
    }
}

/// The formula of [`SgdHd`](crate::SgdHd), [`AdamHd`](crate::AdamHd), and any rule that is [`Hypergradient`].
#[derive(Debug, Clone, Copy)]
pub struct HdRule<R>(PhantomData<fn() -> R>);

/// The state of a rule, and the direction it gave last.
#[derive(Debug, Clone, Copy)]
pub struct Followed<S, E> {
    state: S,
    direction: E,
}

impl<E: Copy, S: Slots<E>> Slots<E> for Followed<S, E> {
    const N: usize = S::N + 1;

    #[inline(always)]
    fn gather(mut f: impl FnMut(usize) -> E) -> Self {
        Followed { state: S::gather(&mut f), direction: f(S::N) }
    }

    #[inline(always)]
    fn get(&self, i: usize) -> E {
        if i < S::N { self.state.get(i) } else { self.direction }
    }
}

/// The most hyperparameters a rule may have besides; more do not compile.
const MOST_KNOBS: usize = 16;

const RATE: usize = 0;
const MOVED: usize = 1;
const HYPERGRADIENT: usize = 2;

impl<R: Hypergradient> HdRule<R> {
    const ALL_KNOBS: &'static [Knob; MOST_KNOBS] = &{
        let mut all = [Knob::new("hypergrad_lr", R::HYPERGRAD_LR, 0.0..=f64::MAX); MOST_KNOBS];
        let mut i = 0;
        while i < R::KNOBS.len() {
            all[i] = R::KNOBS[i];
            i += 1;
        }
        all
    };

    const ALL_STATE: &'static [&'static str; MOST_SLOTS] = &{
        let mut all = ["direction"; MOST_SLOTS];
        let mut i = 0;
        while i < R::STATE.len() {
            all[i] = R::STATE[i];
            i += 1;
        }
        all
    };
}

impl<R: Hypergradient> Staged for HdRule<R> {
    const NAME: &'static str = R::HD;
    const KNOBS: &'static [Knob] = Self::ALL_KNOBS.split_at(R::KNOBS.len() + 1).0;
    const STATE: &'static [&'static str] = Self::ALL_STATE.split_at(R::STATE.len() + 1).0;
    const MEMO: &'static [(&'static str, f64)] = &[("rate", 0.0), ("moved", 0.0), ("hypergradient", 0.0)];
    const SCOPE: Scope = Scope::Net;
    type Hyper<E: Elem> = R::Hyper<E>;
    type State<E: Elem> = Followed<R::State<E>, E>;
    type Sums<E: Elem> = [E; 1];

    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> Self::Hyper<E> {
        R::hyper(Self::rate(now, memo), &now.knobs[..R::KNOBS.len()], now.step)
    }

    #[inline(always)]
    fn observe<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> [E; 1] {
        [R::slope(h, p, g) * s.direction]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[product]: &[E; 1], memo: &mut [E]) {
        memo[MOVED] = memo[MOVED] + now.knobs[R::KNOBS.len()] * product;
        memo[RATE] = Self::rate(now, memo);
        memo[HYPERGRADIENT] = -product;
    }

    fn rate<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> E {
        now.lr + memo[MOVED]
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 1], memo: &[E], h: &mut Self::Hyper<E>) -> E {
        *h = Self::hyper(now, memo);
        Self::rate(now, memo)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> E {
        s.direction = R::direction(h, p, g, &mut s.state);
        s.direction
    }

    fn conflict(constants: &[Option<f64>]) -> Option<&'static str> {
        R::conflict(&constants[..R::KNOBS.len()])
    }
}

impl<R: Hypergradient, T: Float> Optimizer<HdRule<R>, T> {
    /// A rule from a learning rate that descends.
    ///
    /// ```
    /// use rappel_optim::{AdamHd, SgdHd};
    ///
    /// let sgd: SgdHd = SgdHd::new(0.01).momentum(0.9).nesterov(true).hypergrad_lr(1e-4);
    /// assert_eq!(sgd.to_string(), "sgd_hd(lr=0.01, momentum=0.9, nesterov=true, hypergrad_lr=0.0001)");
    /// assert_eq!(AdamHd::<f32>::new(1e-3).hypergrad_lr(1e-7).to_string(), "adam_hd(lr=0.001, hypergrad_lr=1e-07)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The rate of the rate. 1e-6 at first for SGD, 1e-8 for Adam.
    pub fn hypergrad_lr(self, lr: impl Into<Schedule>) -> Self {
        self.knob("hypergrad_lr", lr)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    ///
    /// # Panics
    /// At the caller's line, when the rule has no `weight_decay`.
    #[track_caller]
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}

impl<T: Float> SgdHd<T> {
    /// As [`Sgd::momentum`](crate::Sgd::momentum).
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }

    /// As [`Sgd::dampening`](crate::Sgd::dampening).
    pub fn dampening(self, dampening: impl Into<Schedule>) -> Self {
        self.knob("dampening", dampening)
    }

    /// As [`Sgd::nesterov`](crate::Sgd::nesterov).
    pub fn nesterov(self, on: bool) -> Self {
        self.knob("nesterov", f64::from(u8::from(on)))
    }
}

impl<T: Float> AdamHd<T> {
    /// As [`Adam::betas`](crate::Adam::betas).
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// As [`Adam::eps`](crate::Adam::eps).
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }
}
