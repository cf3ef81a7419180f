//! A rule of one's own.

use crate::text::{Arg, Call};
use crate::{Node, Schedule};

/// A factor by a rule of your own, by the name under which a [`Registry`](crate::Registry) has it: `adaptive::name(..)` in
/// the text. The numbers are what the rule is made from.
pub fn adaptive(name: &str, numbers: impl IntoIterator<Item = f64>) -> Schedule {
    Schedule::of(Node::Factor(adaptive_rule(name, numbers)))
}

/// A rule of your own for [`until`](Schedule::until), by the name under which a [`Registry`](crate::Registry) has it.
///
/// ```
/// use rappel_schedule::{adaptive_rule, warmup};
///
/// let lr = warmup(0.1, 500).until(adaptive_rule("calm", [0.5])).then(0.1);
/// assert_eq!(lr.to_string(), "warmup(0.1, 500).until(adaptive::calm(0.5)) >> 0.1");
/// ```
pub fn adaptive_rule(name: &str, numbers: impl IntoIterator<Item = f64>) -> Call {
    let args = numbers.into_iter().map(|number| Arg { name: None, value: number.into() }).collect();
    Call::new(format!("adaptive::{name}"), args)
}
