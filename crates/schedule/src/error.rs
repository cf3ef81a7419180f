//! What can be wrong with a schedule.

use crate::{Ratio, Unit};
use std::{error::Error, fmt};

/// Why a schedule cannot be used: which piece, with which number, and what to do.
///
/// `piece` is always the text of the piece, as [`Schedule`](crate::Schedule) prints it.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{ScheduleError, cosine, linear, percent};
///
/// let error = linear(0.0, f64::NAN, 500).check().unwrap_err();
/// assert!(matches!(error, ScheduleError::Value { value, .. } if value.is_nan()));
/// assert_eq!(error.to_string(), "linear(0, nan, 500): nan is not a value a schedule can have; values must be finite");
///
/// let error = cosine(1e-3, 0.0, percent(90)).bind(&Default::default()).unwrap_err();
/// assert!(error.to_string().contains("`.over(steps)`"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A value is NaN or infinite.
    Value {
        /// The piece.
        piece: String,
        /// The value.
        value: f64,
    },
    /// A duration is zero, negative, NaN or infinite.
    Duration {
        /// The piece.
        piece: String,
        /// The amount, in the unit it was written in.
        amount: Ratio,
    },
    /// The pieces ask for more than the whole run.
    OverWhole {
        /// The piece with which the sum exceeds the run.
        piece: String,
        /// The sum of the fractions up to it: above 1.
        sum: Ratio,
    },
    /// Two pieces of one sequence last for the rest of the run.
    TwoRests {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// A piece follows one that never ends.
    Unreachable {
        /// The piece that is never reached.
        piece: String,
        /// The piece that never ends.
        endless: String,
    },
    /// The schedule is [`empty`](crate::empty): it has no value.
    Empty,
    /// The clock does not know a unit.
    Clock {
        /// The piece.
        piece: String,
        /// The unit of its duration.
        unit: Unit,
    },
    /// The clock knows a unit by a number that makes no sense: zero, negative, NaN, or a run that is a part of itself.
    ClockValue {
        /// What the number stands for.
        what: &'static str,
        /// The number.
        value: Ratio,
    },
    /// The other pieces leave nothing of the run.
    NoRest {
        /// The piece that lasts for the rest.
        piece: String,
        /// The steps the other pieces take.
        used: Ratio,
        /// The steps of the run.
        total: Ratio,
    },
    /// The schedule has more than 2^53 steps, where floats no longer tell steps apart.
    TooLong {
        /// The piece with which the sum exceeds 2^53.
        piece: String,
        /// The sum.
        steps: Ratio,
    },
    /// Durations whose exact sum or product has more than 38 digits.
    TooFine {
        /// The piece at which this shows.
        piece: String,
    },
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::Value { piece, value } => {
                let value = crate::text::Number(*value);
                write!(f, "{piece}: {value} is not a value a schedule can have; values must be finite")
            }
            ScheduleError::Duration { piece, amount } => {
                write!(f, "{piece}: a piece cannot last {amount}; a duration must be finite and above zero")
            }
            ScheduleError::OverWhole { piece, sum } => {
                let percent = sum.to_f64() * 100.0;
                write!(
                    f,
                    "{piece}: up to here the pieces ask for {percent} % of the run; 100 % is all there is, and "
                )?;
                f.write_str("`rest()` is what is left of it")
            }
            ScheduleError::TwoRests { first, second } => {
                write!(f, "{first} and {second}: only one piece can last for the rest of the run; ")?;
                f.write_str("give the other a length, or a part of the run as `percent(40)`")
            }
            ScheduleError::Unreachable { piece, endless } => {
                write!(f, "{piece} is never reached: {endless} before it never ends; ")?;
                write!(f, "give it a length: `linear(v, v, n)` holds the value v for n steps")
            }
            ScheduleError::Empty => f.write_str("an empty schedule has no value; `then` something"),
            ScheduleError::Clock { piece, unit } => {
                write!(
                    f,
                    "{piece}: {}",
                    match unit {
                        Unit::Epochs => "epochs need the number of steps in one: bind with `Clock::new().epoch(steps)`",
                        Unit::Samples => "samples need the batch size: bind with `Clock::new().batch(samples)`",
                        Unit::Tokens =>
                            "tokens need the number of tokens in a step: bind with `Clock::new().tokens(n)`",
                        Unit::Run => "a part of the run needs the run's length: bind with `.over(steps)`",
                        Unit::Rest => "the rest of the run needs the run's length: bind with `.over(steps)`",
                        Unit::Steps => "steps need no clock",
                    }
                )
            }
            ScheduleError::ClockValue { what, value } => {
                write!(
                    f,
                    "{what} cannot be {value}: the clock's numbers must be finite and above zero, and the run's "
                )?;
                f.write_str("length in steps, epochs, samples or tokens")
            }
            ScheduleError::NoRest { piece, used, total } => {
                write!(
                    f,
                    "{piece}: nothing is left of the run: it has {total} steps and the other pieces take {used}; "
                )?;
                f.write_str("train longer, or write the others as parts of the run, as `percent(10)`")
            }
            ScheduleError::TooLong { piece, steps } => {
                write!(
                    f,
                    "{piece}: {steps} steps are more than can be counted (2^53); if a subtraction as `steps - 200` "
                )?;
                f.write_str("went below zero, write `rest()` for what is left of the run")
            }
            ScheduleError::TooFine { piece } => {
                write!(f, "{piece}: the exact sum of the durations has more than 38 digits; use rounder ones")
            }
        }
    }
}

impl Error for ScheduleError {}
