//! What an update rule is that looks at more than one value: norms, inner products, the loss.

use rappel_elem::Elem;

use crate::knob::Knob;
use crate::rule::{Rule, Slots};

/// The most numbers a rule may sum in its first pass; more do not compile.
pub const MOST_SUMS: usize = 4;

/// The most numbers a rule may remember beside the state of its values; more do not compile.
pub const MOST_MEMO: usize = 8;

/// Over what a rule sums, and what its numbers are remembered of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each parameter alone, as a trust ratio does.
    Parameter,
    /// All parameters that are stepped, as a distance from the start does.
    Net,
}

/// What a rule is told before a step.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a, E> {
    /// The learning rate.
    pub lr: E,
    /// The other hyperparameters, in the order of `KNOBS`.
    pub knobs: &'a [E],
    /// How many steps were made before: by the parameter in `hyper` and `scalars`, which is 0 where its state is still zeros; in
    /// `remember` by what the numbers are remembered of.
    pub step: u64,
    /// The loss, where the rule's `LOSS` asks for it; else 0.
    pub loss: E,
}

/// An update rule in three stages, for what an elementwise [`Rule`] cannot say: norms, inner products, the loss.
///
/// ```text
/// h      = hyper(now, memo)               once a parameter, in f64
/// sums   = sum of observe(h, p, g, s)     first pass, elementwise; over a parameter or the net, as SCOPE says
/// memo  <- remember(now, sums, memo)      numbers that are kept: an estimate of a distance, an adapted rate
/// lr     = scalars(now, sums, memo, h)    once a parameter, in f64; may change h
/// p     <- p - lr direction(h, p, g, s)   second pass, elementwise
/// ```
///
/// A first pass is made only if something is summed. State may move on in either pass. All of it is read on numbers and on
/// variables, as a [`Rule`] is; every `Rule` is a `Staged` that has only the last stage.
///
/// ```
/// use rappel_optim::elem::Elem;
/// use rappel_optim::{Knob, Now, Optimizer, Scope, Staged};
///
/// /// The gradient at unit length: `d = g / |g|`, the norm being that of the whole net.
/// #[derive(Debug)]
/// struct Normalized;
///
/// impl Staged for Normalized {
///     const NAME: &'static str = "normalized";
///     const KNOBS: &'static [Knob] = &[];
///     const STATE: &'static [&'static str] = &[];
///     const SCOPE: Scope = Scope::Net;
///     type Hyper<E: Elem> = [E; 1];
///     type State<E: Elem> = [E; 0];
///     type Sums<E: Elem> = [E; 1];
///
///     fn hyper<E: Elem>(now: &Now<'_, E>, _memo: &[E]) -> [E; 1] {
///         [now.lr.lit(1.0)]
///     }
///
///     #[inline(always)]
///     fn observe<E: Elem>(_: &[E; 1], _p: E, g: E, _: &mut [E; 0]) -> [E; 1] {
///         [g * g]
///     }
///
///     fn scalars<E: Elem>(now: &Now<'_, E>, &[square]: &[E; 1], _memo: &[E], h: &mut [E; 1]) -> E {
///         h[0] = square.lit(1.0) / square.sqrt();
///         now.lr
///     }
///
///     #[inline(always)]
///     fn direction<E: Elem>(&[by]: &[E; 1], _p: E, g: E, _: &mut [E; 0]) -> E {
///         g * by
///     }
/// }
///
/// # use rappel_optim::autodiff::{Param, Tape, Tensor};
/// let mut w = Param::new(Tensor::from([3.0, -4.0]));
/// let mut optimizer = Optimizer::<Normalized>::with_rule(1.0);
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// optimizer.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [2.4, -3.2]);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub trait Staged: Send + Sync + 'static {
    /// As [`Rule::NAME`].
    const NAME: &'static str;
    /// As [`Rule::KNOBS`].
    const KNOBS: &'static [Knob];
    /// As [`Rule::STATE`].
    const STATE: &'static [&'static str];
    /// As [`Rule::VARIANT`].
    const VARIANT: Option<&'static str> = None;
    /// Name and first value of the numbers that are remembered, of a parameter or of the net as `SCOPE` says.
    const MEMO: &'static [(&'static str, f64)] = &[];
    /// The slot of state that holds the weights to evaluate with, where these are not the ones that are trained.
    const EVALUATED: Option<usize> = None;
    /// Over what is summed.
    const SCOPE: Scope = Scope::Parameter;
    /// Whether the rule needs the loss; a step without one is an error then.
    const LOSS: bool = false;

    /// What the formulas need of the hyperparameters of one step.
    type Hyper<E: Elem>: Slots<E>;
    /// The state of one value; it starts as zeros.
    type State<E: Elem>: Slots<E>;
    /// What is summed.
    type Sums<E: Elem>: Slots<E>;

    /// From the hyperparameters and what is remembered to what the formulas need; before the first pass.
    fn hyper<E: Elem>(now: &Now<'_, E>, memo: &[E]) -> Self::Hyper<E>;

    /// What one value adds to the sums. To be marked `#[inline(always)]`. Zeros, unless the rule sums.
    #[inline(always)]
    fn observe<E: Elem>(_h: &Self::Hyper<E>, _p: E, g: E, _s: &mut Self::State<E>) -> Self::Sums<E> {
        Self::Sums::gather(|_| g.lit(0.0))
    }

    /// Moves what is remembered. With [`Scope::Net`] once a step, with the hyperparameters that no group has changed.
    fn remember<E: Elem>(_now: &Now<'_, E>, _sums: &Self::Sums<E>, _memo: &mut [E]) {}

    /// The learning rate that the numbers remembered of the net make of the given one. Where it is below 0 or no number the step is
    /// refused; then what was remembered is so still, and no weight has moved.
    fn rate<E: Elem>(now: &Now<'_, E>, _memo: &[E]) -> E {
        now.lr
    }

    /// Completes what the direction needs, and gives what it is multiplied with: the learning rate, unless the rule says otherwise.
    fn scalars<E: Elem>(now: &Now<'_, E>, _sums: &Self::Sums<E>, memo: &[E], _h: &mut Self::Hyper<E>) -> E {
        Self::rate(now, memo)
    }

    /// As [`Rule::direction`].
    fn direction<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> E;

    /// As [`Rule::stateless`].
    fn stateless(_constants: &[Option<f64>]) -> bool {
        Self::State::<f64>::N == 0
    }

    /// As [`Rule::conflict`].
    fn conflict(_constants: &[Option<f64>]) -> Option<&'static str> {
        None
    }

    /// As [`Rule::decoupled`].
    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        None
    }
}

impl<R: Rule> Staged for R {
    const NAME: &'static str = R::NAME;
    const KNOBS: &'static [Knob] = R::KNOBS;
    const STATE: &'static [&'static str] = R::STATE;
    const VARIANT: Option<&'static str> = R::VARIANT;
    type Hyper<E: Elem> = R::Hyper<E>;
    type State<E: Elem> = R::State<E>;
    type Sums<E: Elem> = [E; 0];

    fn hyper<E: Elem>(now: &Now<'_, E>, _memo: &[E]) -> Self::Hyper<E> {
        R::hyper(now.lr, now.knobs, now.step)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> E {
        R::direction(h, p, g, s)
    }

    fn stateless(constants: &[Option<f64>]) -> bool {
        R::stateless(constants)
    }

    fn conflict(constants: &[Option<f64>]) -> Option<&'static str> {
        R::conflict(constants)
    }

    fn decoupled(knobs: &[f64]) -> Option<usize> {
        R::decoupled(knobs)
    }
}
