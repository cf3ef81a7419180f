//! How long a piece lasts: an exact amount and its unit.

use crate::Ratio;
use std::sync::Arc;

/// What a duration is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Updates of the optimizer.
    Steps,
    /// Passes over the data; the clock says how many steps one has.
    Epochs,
    /// Training examples; the clock says how many a step takes.
    Samples,
    /// Tokens; the clock says how many a step takes.
    Tokens,
    /// The whole run; the clock says how many steps it has. 1/10 is 10 %.
    Run,
    /// What the other pieces leave of the run. It has no amount.
    Rest,
}

impl Unit {
    /// Several of it, for a message.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Unit::Steps => "steps",
            Unit::Epochs => "epochs",
            Unit::Samples => "samples",
            Unit::Tokens => "tokens",
            Unit::Run | Unit::Rest => "parts of the run",
        }
    }
}

/// How long a piece lasts: an exact amount and its unit.
///
/// A plain integer is a number of steps. Everything else names its unit, which is never guessed from a number's type or
/// size: [`steps`], [`epochs`], [`samples`], [`tokens`], [`percent`], [`fraction`], [`rest`].
///
/// A duration that is negative, zero, NaN or infinite is kept as it is and refused when the schedule is checked or bound.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Dur, epochs, fraction, linear, percent};
///
/// assert_eq!(linear(0.0, 1e-3, epochs(5)).to_string(), "linear(0, 0.001, 5ep)");
/// assert_eq!(percent(29), fraction(0.29));
/// assert_eq!(Dur::from(500).to_string(), "500");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dur {
    amount: Ratio,
    unit: Unit,
}

impl Dur {
    fn new(amount: impl Into<Ratio>, unit: Unit) -> Dur {
        Dur { amount: amount.into(), unit }
    }

    /// Another amount of the same unit.
    pub(crate) fn with(self, amount: Ratio) -> Dur {
        Dur { amount, ..self }
    }

    /// How many of the unit; of a fraction of the run 1/10 for 10 %; 1 for [`Unit::Rest`].
    pub fn amount(self) -> Ratio {
        self.amount
    }

    /// The unit.
    pub fn unit(self) -> Unit {
        self.unit
    }
}

/// `n` steps. For fractions of a step; whole numbers of steps are written as plain integers.
///
/// ```
/// use rappel_schedule::{Dur, Ratio, steps};
///
/// assert_eq!(steps(500), Dur::from(500));
/// assert_eq!(steps(Ratio::new(100, 3)).to_string(), "100/3");
/// ```
pub fn steps(n: impl Into<Ratio>) -> Dur {
    Dur::new(n, Unit::Steps)
}

/// `n` passes over the data, in parts too: `epochs(2.4)`.
pub fn epochs(n: impl Into<Ratio>) -> Dur {
    Dur::new(n, Unit::Epochs)
}

/// As many steps as it takes to see `n` training examples.
pub fn samples(n: impl Into<Ratio>) -> Dur {
    Dur::new(n, Unit::Samples)
}

/// As many steps as it takes to see `n` tokens: `tokens(375e6)`.
pub fn tokens(n: impl Into<Ratio>) -> Dur {
    Dur::new(n, Unit::Tokens)
}

/// `n` % of the run, exactly: 29 % of 100 steps are 29. At most 100.
pub fn percent(n: impl Into<Ratio>) -> Dur {
    let n = n.into();
    // A percentage that cannot be divided by 100 exactly is far too fine or too large; as infinite it is refused.
    fraction(n.over(Ratio::HUNDRED).unwrap_or(if n.is_finite() { Ratio::new(1, 0) } else { n }))
}

/// A part of the run, exactly: 0.29 of 100 steps are 29. At most 1. Thirds are `fraction(Ratio::new(1, 3))`.
pub fn fraction(of_the_run: impl Into<Ratio>) -> Dur {
    Dur::new(of_the_run, Unit::Run)
}

/// What the other pieces of the sequence leave of the run, wherever in it this piece stands; at most one piece can have it.
///
/// This is what `steps - 200` is meant to say, without its trap: in a run shorter than 200 steps that subtraction panics (in
/// a debug build) or wraps around (in a release build), while `rest()` gives an error that names both numbers.
///
/// ```
/// use rappel_schedule::{cosine, linear, percent, rest, warmup};
///
/// let lr = warmup(1e-3, 200).then(cosine(1e-3, 0.0, rest()));
/// assert_eq!(lr.over(1000)?.steps(), Some(1000));
/// assert!(lr.over(200).is_err()); // nothing is left
///
/// // Warm up, stay, decay in the last fifth: the middle takes what is left.
/// let lr = warmup(1e-3, 200).then(linear(1e-3, 1e-3, rest())).then(linear(1e-3, 0.0, percent(20)));
/// assert_eq!(lr.over(1000)?.at_step(799), 1e-3);
/// assert_eq!(lr.over(1000)?.at_step(900), 0.5e-3);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn rest() -> Dur {
    Dur::new(1, Unit::Rest)
}

/// A length as written: a duration, or the name a [`share_length`](crate::share_length) gave one.
///
/// Constructors take `impl Into<Length>`; a plain integer is a number of steps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Length {
    /// A duration.
    Dur(Dur),
    /// What a [`share_length`](crate::share_length), or a [`share`](crate::share) of a number of steps, around it says.
    Shared(Arc<str>),
}

impl From<Dur> for Length {
    fn from(duration: Dur) -> Length {
        Length::Dur(duration)
    }
}

macro_rules! plain_numbers_are_steps {
    ($($int:ty),*) => { $(
        impl From<$int> for Dur {
            fn from(n: $int) -> Dur {
                steps(n)
            }
        }

        impl From<$int> for Length {
            fn from(n: $int) -> Length {
                Length::Dur(steps(n))
            }
        }
    )* };
}
plain_numbers_are_steps!(i32, i64, u32, u64, usize);
