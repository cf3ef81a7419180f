//! A knob that is written once and used in several places.

use crate::{Dur, Length, Node, Schedule, Value};
use std::sync::Arc;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shared {
    /// A number: a value, or where a length stands so many steps.
    Number(f64),
    /// A duration.
    Dur(Dur),
}

impl From<Dur> for Shared {
    /// A number of steps is a number, as it is in the text.
    fn from(duration: Dur) -> Shared {
        crate::text::plain(duration).map_or(Shared::Dur(duration), Shared::Number)
    }
}

/// `let name = value in body`: one knob that `body` may use in several places, so that learning it moves them all.
///
/// The name is the text's: letters, digits and underscores, none of the language's own words.
///
/// ```
/// use rappel_schedule::{Clock, cosine, share, warmup};
///
/// let lr = share("p", 1e-3, |p| warmup(p.clone(), 500).then(cosine(p, 0.0, 9_500)));
/// assert_eq!(lr.to_string(), "let p = 0.001 in warmup(p, 500) >> cosine(p, 0, 9500)");
/// assert_eq!(lr.bind(&Clock::new())?.at_step(500), 1e-3);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub fn share(name: &str, value: f64, body: impl FnOnce(Value) -> Schedule) -> Schedule {
    let name: Arc<str> = name.into();
    Schedule::of(Node::Let(name.clone(), Shared::Number(value), body(Value::Shared(name))))
}

/// `let name = length in body`: one length that `body` may use in several places.
///
/// ```
/// use rappel_schedule::{linear, epochs, share_length};
///
/// let lr = share_length("n", epochs(5), |n| linear(0.0, 1.0, n.clone()).then(linear(1.0, 0.0, n)));
/// assert_eq!(lr.to_string(), "let n = 5ep in linear(0, 1, n) >> linear(1, 0, n)");
/// ```
pub fn share_length(name: &str, length: impl Into<Dur>, body: impl FnOnce(Length) -> Schedule) -> Schedule {
    let name: Arc<str> = name.into();
    Schedule::of(Node::Let(name.clone(), Shared::from(length.into()), body(Length::Shared(name))))
}
