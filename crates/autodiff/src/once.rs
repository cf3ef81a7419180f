//! Compiling once what is generic over the number type.
//!
//! Generic code is compiled in the crate that uses it, for each number type, and again in the next crate. For the engine that is
//! minutes. There are two number types, so its large parts are plain functions of this crate, one for `f32` and one for `f64`, and the
//! generic method asks which of the two it has: a question that is answered while compiling.

use std::any::Any;

use crate::module::{cast, cast_mut};

/// What one of two functions gives: the one whose result has the type asked for.
pub(crate) fn either<A: 'static, B: 'static, C: 'static>(single: fn() -> A, double: fn() -> B) -> C {
    same_or(single(), |_| same(double()))
}

/// The same value, if the two types are one; else what `other` makes of it.
fn same_or<A: 'static, B: 'static>(a: A, other: impl FnOnce(A) -> B) -> B {
    let mut a = Some(a);
    let found = (&mut a as &mut dyn Any).downcast_mut::<Option<B>>().map(|b| b.take().expect("it was just put in"));
    match (found, a) {
        (Some(b), _) => b,
        (None, Some(a)) => other(a),
        (None, None) => unreachable!("what was not taken is there"),
    }
}

/// The same value under the name its type has where the number type is known.
pub(crate) fn same<A: 'static, B: 'static>(a: A) -> B {
    same_or(a, |_| unreachable!("a Float is f32 or f64"))
}

/// [`same`] of a reference.
pub(crate) fn same_ref<A: 'static, B: 'static>(a: &A) -> &B {
    cast(a).expect("a Float is f32 or f64")
}

/// [`same`] of an exclusive reference.
pub(crate) fn same_mut<A: 'static, B: 'static>(a: &mut A) -> &mut B {
    let Ok(a) = cast_mut(a) else { unreachable!("a Float is f32 or f64") };
    a
}
