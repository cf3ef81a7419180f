//! A value as written: a number, or what stands for one.

use crate::{Node, Schedule};
use std::sync::Arc;

/// A value of a schedule, as written: a number, or what stands for one.
///
/// Every constructor that takes a value takes `impl Into<Value>`: a number, the [`here`] of a seam, the name a
/// [`share`](crate::share) gave, or a schedule: a knob that itself moves, read at the local time of the piece it belongs to.
///
/// ```
/// use rappel_schedule::{Clock, cosine, linear};
///
/// // A cosine whose peak itself decays.
/// let lr = cosine(linear(1.0, 0.5, 100), 0.0, 100);
/// assert_eq!(lr.to_string(), "cosine(linear(1, 0.5, 100), 0, 100)");
/// assert!((lr.bind(&Clock::new())?.at_step(50) - 0.375).abs() < 1e-15); // half of 0.75
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number.
    Number(f64),
    /// What a [`share`](crate::share) around it says.
    Shared(Arc<str>),
    /// The value the piece before ends with.
    Here,
    /// The value of the schedule a warm-up is spliced over, where the warm-up ends.
    There,
    /// A value that moves: the schedule's, at the local time of the piece.
    Moving(Schedule),
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(v) => Some(*v),
            _ => None,
        }
    }
}

/// The value the piece before ends with: `linear(0.0, 1e-3, 500).then(cosine(here(), 0.0, 9_500))` has no jump at its seam,
/// whatever becomes of the first piece, and the peak is one knob. Only behind a `then`.
///
/// ```
/// use rappel_schedule::{Clock, here, linear};
///
/// let lr = linear(0.0, 1.0, 10).then(linear(here(), 0.0, 10));
/// assert_eq!(lr.to_string(), "linear(0, 1, 10) >> linear(here, 0, 10)");
/// assert_eq!(lr.bind(&Clock::new())?.at_step(10), 1.0);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn here() -> Value {
    Value::Here
}

/// In a warm-up that is [`splice`](Schedule::splice)d over a schedule: the value that schedule has where the warm-up ends.
///
/// ```
/// use rappel_schedule::{Clock, cosine, linear, there};
///
/// let lr = linear(0.0, there(), 50).splice(cosine(1.0, 0.0, 100));
/// assert_eq!(lr.to_string(), "linear(0, there, 50).splice(cosine(1, 0, 100))");
/// let plan = lr.bind(&Clock::new())?;
/// assert!((plan.at_step(50) - 0.5).abs() < 1e-15 && (plan.at_step(25) - 0.25).abs() < 1e-15);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn there() -> Value {
    Value::There
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Value {
            fn from(value: $number) -> Value {
                Value::Number(value.into())
            }
        }
    )* };
}
numbers!(f64, f32, i32);

impl From<Schedule> for Value {
    fn from(schedule: Schedule) -> Value {
        match schedule.node() {
            Node::Constant(value) => value.clone(),
            _ => Value::Moving(schedule),
        }
    }
}
