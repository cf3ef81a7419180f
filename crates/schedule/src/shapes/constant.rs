//! One value, without end.

use crate::{Node, Schedule, Value};

/// `value` at every step, without end.
///
/// The same as `value` itself wherever a schedule is taken. As it never ends, nothing can follow it; the value `v` for `n`
/// steps is [`hold(v, n)`](crate::hold).
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Schedule, constant, linear};
///
/// assert_eq!(constant(1e-3), Schedule::from(1e-3));
/// assert_eq!(constant(1e-3).to_string(), "0.001");
/// assert_eq!(linear(0.0, 1e-3, 500).then(1e-3), linear(0.0, 1e-3, 500).then(constant(1e-3)));
/// ```
pub fn constant(value: impl Into<Value>) -> Schedule {
    match value.into() {
        Value::Moving(schedule) => schedule,
        value => Schedule::of(Node::Constant(value)),
    }
}

impl From<Value> for Schedule {
    fn from(value: Value) -> Schedule {
        constant(value)
    }
}

macro_rules! a_number_is_a_schedule {
    ($($number:ty),*) => { $(
        impl From<$number> for Schedule {
            fn from(value: $number) -> Schedule {
                constant(f64::from(value))
            }
        }
    )* };
}
a_number_is_a_schedule!(f64, f32, i32);
