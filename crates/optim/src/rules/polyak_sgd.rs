//! Gradient descent at Polyak's step size: as far as a loss that falls along its slope would need to reach its least value.
//!
//! ```text
//! p <- p - lr scaling min((loss - f_min) / (|g|^2 + eps), max_learning_rate) g            norm of all parameters that are stepped
//! ```
//!
//! `f_min` is the least loss, or a guess; 0 fits a net that can learn its data by heart. Below it a step goes uphill, unless the
//! variant is `"sps+"`, which stays there. Where `|g|^2 + eps` is at most 2.2e-16 no step is made.
//!
//! Loizou et al., "Stochastic Polyak Step-size for SGD" (2021); the variant: Garrigos et al., "Function Value Learning" (2023). Names
//! and defaults are those of `optax.polyak_sgd`, and the formula is the one it documents; its code multiplies the gradient by `scaling`
//! before the norm is taken, and so divides an uncapped step by it. The learning rate that every rule has is one factor more, 1 in text.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::aliases::PolyakSgd;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::staged::{Now, Scope, Staged};

/// The formula of [`PolyakSgd`](crate::PolyakSgd).
#[derive(Debug, Clone, Copy)]
pub struct PolyakSgdRule;

impl Staged for PolyakSgdRule {
    const NAME: &'static str = "polyak_sgd";
    const KNOBS: &'static [Knob] = &[
        Knob::new("max_learning_rate", 1.0, 0.0..=f64::MAX),
        Knob::new("scaling", 1.0, 0.0..=f64::MAX),
        Knob::new("f_min", 0.0, f64::MIN..=f64::MAX),
        Knob::new("eps", 0.0, 0.0..=f64::MAX),
        Knob::choice("variant", &["sps", "sps+"]),
    ];
    const STATE: &'static [&'static str] = &[];
    const MEMO: &'static [(&'static str, f64)] = &[("learning_rate", 0.0)];
    const SCOPE: Scope = Scope::Net;
    const LOSS: bool = true;
    type Hyper<E: Elem> = [E; 0];
    type State<E: Elem> = [E; 0];
    type Sums<E: Elem> = [E; 1];

    fn hyper<E: Elem>(_: &Now<'_, E>, _: &[E]) -> [E; 0] {
        []
    }

    #[inline(always)]
    fn observe<E: Elem>(_: &[E; 0], _: E, g: E, _: &mut [E; 0]) -> [E; 1] {
        [g * g]
    }

    fn remember<E: Elem>(now: &Now<'_, E>, &[square]: &[E; 1], memo: &mut [E]) {
        let &[most, _, least, eps, variant] = now.knobs else { unreachable!("as many as KNOBS") };
        let (zero, one) = (eps.lit(0.0), eps.lit(1.0));
        let gap = now.loss - least;
        let gap = E::pick(zero.below(variant), gap.max(zero), gap);
        let below = square + eps;
        let some = eps.lit(f64::EPSILON).below(below);
        memo[0] = E::pick(some, (gap / E::pick(some, below, one)).min(most), zero);
    }

    fn scalars<E: Elem>(now: &Now<'_, E>, _: &[E; 1], memo: &[E], _: &mut [E; 0]) -> E {
        now.lr * now.knobs[1] * memo[0]
    }

    #[inline(always)]
    fn direction<E: Elem>(_: &[E; 0], _: E, g: E, _: &mut [E; 0]) -> E {
        g
    }
}

impl<T: Float> PolyakSgd<T> {
    /// Polyak's step size times a factor: 1, or a schedule. Its step needs the loss, which the gradients of `loss.backward()` know.
    ///
    /// ```
    /// use rappel_optim::PolyakSgd;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([3.0, 4.0]));
    /// let mut polyak = PolyakSgd::new(1.0);
    /// let tape = Tape::new();
    /// let loss = tape.param(&w).square().sum();
    /// polyak.step(&mut w, &loss.backward())?;
    /// assert_eq!(w.value.data(), [1.5, 2.0]); // the rate is 25 / 100
    /// assert_eq!(polyak.memos().collect::<Vec<_>>(), [("learning_rate", 0.25)]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The greatest step size. 1 at first.
    pub fn max_learning_rate(self, most: impl Into<Schedule>) -> Self {
        self.knob("max_learning_rate", most)
    }

    /// What the step size is multiplied with after it is capped. 1 at first.
    pub fn scaling(self, scaling: impl Into<Schedule>) -> Self {
        self.knob("scaling", scaling)
    }

    /// The least loss, or a guess. 0 at first.
    pub fn f_min(self, least: impl Into<Schedule>) -> Self {
        self.knob("f_min", least)
    }

    /// What is added to the square of the norm. 0 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// Whether no step is made at a loss below `f_min`. Off at first.
    pub fn sps_plus(self, on: bool) -> Self {
        self.knob("variant", f64::from(u8::from(on)))
    }
}
