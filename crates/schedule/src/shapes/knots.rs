//! Lines from value to value, and values one after the other: written as lists, kept as the sequences they are.

use super::{constant, cosine, exponential, hold, linear};
use crate::{Length, Schedule, Value, here};

/// From value to value: `from`, then for each `(length, to)` a line to `to` over `length`.
///
/// It is a sequence of lines, each from where the one before ends, so each value is one knob.
///
/// ```
/// use rappel_schedule::{Clock, knots};
///
/// let lr = knots(0.0, [(10, 1.0), (90, 0.1)]);
/// assert_eq!(lr.to_string(), "linear(0, 1, 10) >> linear(here, 0.1, 90)");
/// assert_eq!([0, 5, 10, 55, 100].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.0, 0.5, 1.0, 0.55, 0.1]);
/// ```
pub fn knots<L: Into<Length>, V: Into<Value>>(
    from: impl Into<Value>,
    to: impl IntoIterator<Item = (L, V)>,
) -> Schedule {
    chain(from.into(), to, linear)
}

/// From value to value, as [`knots`], each time along half a period of a cosine.
pub fn cosine_knots<L: Into<Length>, V: Into<Value>>(
    from: impl Into<Value>,
    to: impl IntoIterator<Item = (L, V)>,
) -> Schedule {
    chain(from.into(), to, cosine)
}

/// From value to value, as [`knots`], each time by a constant ratio: a line in the logarithm.
pub fn log_knots<L: Into<Length>, V: Into<Value>>(
    from: impl Into<Value>,
    to: impl IntoIterator<Item = (L, V)>,
) -> Schedule {
    chain(from.into(), to, exponential)
}

fn chain<L: Into<Length>, V: Into<Value>>(
    from: Value,
    to: impl IntoIterator<Item = (L, V)>,
    piece: fn(Value, Value, Length) -> Schedule,
) -> Schedule {
    let mut from = from;
    Schedule::sequence(
        to.into_iter().map(|(length, to)| piece(std::mem::replace(&mut from, here()), to.into(), length.into())),
    )
}

/// The values one after the other, each for as long as `every` says; the last for ever.
///
/// ```
/// use rappel_schedule::{epochs, table};
///
/// let lr = table(epochs(30), [0.1, 0.01, 0.001]);
/// assert_eq!(lr.to_string(), "hold(0.1, 30ep) >> hold(0.01, 30ep) >> 0.001");
/// ```
pub fn table<V: Into<Value>>(every: impl Into<Length>, values: impl IntoIterator<Item = V>) -> Schedule {
    let every = every.into();
    let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let last = values.pop();
    let held = values.into_iter().map(|value| hold(value, every.clone()));
    Schedule::sequence(held.chain(last.map(constant)))
}
