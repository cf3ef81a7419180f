//! What an update rule is: one formula.

use std::fmt;
use std::ops::RangeInclusive;

use rappel_elem::Elem;

/// A hyperparameter of a rule: its name, PyTorch's default, and the values it may take.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// The name in messages and text.
    pub name: &'static str,
    /// The default, PyTorch's where it has the rule.
    pub default: f64,
    /// Values outside are refused by the step that meets them.
    pub range: RangeInclusive<f64>,
    /// Whether the upper end of the range is left out.
    pub below_end: bool,
}

impl Knob {
    /// A knob that may take any value of a closed range.
    pub const fn new(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, range, below_end: false }
    }

    /// A knob whose value stays below the upper end of the range.
    pub const fn below(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, range, below_end: true }
    }

    /// Whether the knob may take this value; never NaN or infinite.
    pub fn accepts(&self, value: f64) -> bool {
        value.is_finite() && self.range.contains(&value) && !(self.below_end && value == *self.range.end())
    }
}

/// The allowed values as text: `0 <= momentum < 1`.
impl fmt::Display for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <= {}", self.range.start(), self.name)?;
        match (self.below_end, *self.range.end()) {
            (_, f64::MAX) => Ok(()),
            (true, end) => write!(f, " < {end}"),
            (false, end) => write!(f, " <= {end}"),
        }
    }
}

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

/// The most slots of state a rule may have.
pub const MOST_SLOTS: usize = 8;

/// The most numbers a rule may derive from its hyperparameters.
pub const MOST_HYPER: usize = 16;

/// An update rule whose step is elementwise, written once.
///
/// It gives the *direction* d of the step `p <- p - lr d`; the learning rate stays outside, because trust ratios, decoupled decay and
/// every judgement of a rate need the direction. Read on `f32` or `f64` it is one fused pass over parameter, gradient and state; read
/// on a `Var` it is a step that can be differentiated through.
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
    /// Names of the slots of state; PyTorch's where it has the rule.
    const STATE: &'static [&'static str];

    /// What the formula needs of the hyperparameters of one step.
    type Hyper<E: Elem>: Slots<E>;
    /// The state of one value; it starts as zeros.
    type State<E: Elem>: Slots<E>;

    /// From the hyperparameters of step `step` (counted from 0) to what the formula needs, bias corrections included.
    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> Self::Hyper<E>;

    /// The direction d of the step `p <- p - lr d`, from a parameter, its gradient and its state, which moves on.
    fn direction<E: Elem>(h: &Self::Hyper<E>, p: E, g: E, s: &mut Self::State<E>) -> E;

    /// Whether the state is of no consequence for the given hyperparameters, of which those that may change during the run are
    /// `None`; it is not kept then.
    fn stateless(_constants: &[Option<f64>]) -> bool {
        Self::State::<f64>::N == 0
    }
}
