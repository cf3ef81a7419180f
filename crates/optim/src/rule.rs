//! What an update rule is: one formula.

use rappel_elem::Elem;

use crate::knob::Knob;

/// An array `[E; N]`, seen without its N, so that rules with different numbers of slots are one type behind a pointer.
pub trait Slots<E>: Copy {
    /// The number of slots.
    const N: usize;

    /// Makes each slot from its index.
    fn gather(f: impl FnMut(usize) -> E) -> Self;

    /// The value of a slot.
    fn get(&self, i: usize) -> E;
}

impl<E: Copy, const N: usize> Slots<E> for [E; N] {
    const N: usize = N;

    #[inline(always)]
    fn gather(f: impl FnMut(usize) -> E) -> Self {
        std::array::from_fn(f)
    }

    #[inline(always)]
    fn get(&self, i: usize) -> E {
        self[i]
    }
}

/// The most slots of state a rule may have; more do not compile.
pub const MOST_SLOTS: usize = 8;

/// The most numbers a rule may derive from its hyperparameters; more do not compile.
pub const MOST_HYPER: usize = 16;

/// An update rule whose step is elementwise, written once.
///
/// It gives the *direction* d of the step `p <- p - lr d`; the learning rate stays outside, because trust ratios, decoupled decay and
/// every judgement of a rate need the direction. Read on `f32` or `f64` it is one fused pass over parameter, gradient and state; read
/// on a `Var` it is a step that can be differentiated through ([`update`]).
///
/// A rule of one's own is a short file:
///
/// ```
/// use rappel_optim::{Knob, Optimizer, Rule};
/// use rappel_optim::elem::Elem;
///
/// /// The sign of the gradient.
/// #[derive(Debug)]
/// struct SignSgd;
///
/// impl Rule for SignSgd {
///     const NAME: &'static str = "sign_sgd";
///     const KNOBS: &'static [Knob] = &[];
///     const STATE: &'static [&'static str] = &[];
///     type Hyper<E: Elem> = [E; 0];
///     type State<E: Elem> = [E; 0];
///
///     fn hyper<E: Elem>(_lr: E, _knobs: &[E], _step: u64) -> [E; 0] {
///         []
///     }
///
///     #[inline(always)]
///     fn direction<E: Elem>(_: &[E; 0], _p: E, g: E, _: &mut [E; 0]) -> E {
///         let zero = g.lit(0.0);
///         E::pick(zero.below(g), g.lit(1.0), E::pick(g.below(zero), g.lit(-1.0), zero))
///     }
/// }
///
/// let optimizer = Optimizer::<SignSgd>::with_rule(0.01);
/// assert_eq!(optimizer.name(), "sign_sgd");
/// ```
pub trait Rule: Send + Sync + 'static {
    /// The name in messages and text: PyTorch's, in lower case, where it has the rule.
    const NAME: &'static str;
    /// The hyperparameters besides the learning rate, in the order in which `hyper` receives them.
    const KNOBS: &'static [Knob];
    /// Names of the slots of state, as many as `State` has; PyTorch's where it has the rule.
    const STATE: &'static [&'static str];
    /// The flag that chooses this rule in text, as `adam(lr=0.001, amsgrad=true)`, where another of the same name and hyperparameters
    /// does without: for what changes the state, so that it costs nothing where it is off.
    const VARIANT: Option<&'static str> = None;

    /// What the formula needs of the hyperparameters of one step.
    type Hyper<E: Elem>: Slots<E>;
    /// The state of one value; it starts as zeros.
    type State<E: Elem>: Slots<E>;

    /// From the hyperparameters to what the formula needs, bias corrections included: in f64, once for all values of a parameter.
    ///
    /// `step` counts the steps *this parameter* has made before, so it is 0 where the state is still zeros, also for a parameter that
    /// joins or is unfrozen late in a run. (Schedules follow the optimizer's own count.)
    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> Self::Hyper<E>;

    /// The direction d of the step `p <- p - lr d`, from a parameter, its gradient and its state, which moves on. To be marked
    /// `#[inline(always)]`: what is not inlined into the pass does not vectorise.
    fn direction<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> E;

    /// Whether the state is of no consequence for the given hyperparameters, of which those that may change during the run are
    /// `None`; it is not kept then.
    fn stateless(_constants: &[Option<f64>]) -> bool {
        Self::State::<f64>::N == 0
    }

    /// What is wrong with these hyperparameters together, each being in its range; asked when the schedules are bound. Those that may
    /// change during the run are `None`.
    fn conflict(_constants: &[Option<f64>]) -> Option<&'static str> {
        None
    }

    /// The place among `knobs`, which are values, of a weight decay that is decoupled: the direction has it as so much of the
    /// parameter, and nothing else depends on it. What looks at the direction, as cautious updates do, sees it without.
    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        None
    }
}

/// One step of a rule: `p - lr d`. The optimizer's pass is this function on numbers; on variables it is a step that can be
/// differentiated through, in the weights, the gradient, the learning rate and every hyperparameter.
///
/// ```
/// use rappel_optim::autodiff::{Tape, Tensor};
/// use rappel_optim::rules::SgdRule;
/// use rappel_optim::{Rule, update};
///
/// // Two steps of momentum on the loss w^2, and the derivative of the loss after them in the learning rate.
/// let tape = Tape::<f64>::default();
/// let lr = tape.var(&Tensor::scalar(0.1));
/// let knobs = [0.9, 0.0, 0.0, 0.0].map(|k| tape.constant(k)); // momentum, dampening, weight decay, nesterov
/// let mut w = tape.var(&Tensor::scalar(1.0));
/// let mut state = [tape.constant(0.0)];
/// for step in 0..2 {
///     let gradient = w.square().grad(&[w])[0];
///     let h = SgdRule::hyper(lr, &knobs, step);
///     w = update::<SgdRule, _>(&h, lr, w, gradient, &mut state);
/// }
/// let by_lr = w.square().grad(&[lr])[0].item();
/// // w = 1 - 5.8 lr + 4 lr^2
/// assert!((by_lr - 2.0 * 0.46 * (-5.8 + 8.0 * 0.1)).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn update<R: Rule, E: Elem>(h: &R::Hyper<E>, lr: E, p: E, g: E, s: &mut R::State<E>) -> E {
    p - lr * R::direction(h, p, g, s)
}
