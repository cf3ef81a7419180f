//! Comparing and choosing, for operands of one shape. A mask holds 1 and 0.

use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// A comparison of two values; every comparison with NaN is false, but for `Ne`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
}

impl Comparison {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Comparison::Lt => "lt",
            Comparison::Le => "le",
            Comparison::Eq => "eq",
            Comparison::Ne => "ne",
        }
    }
}

/// The mask of where the comparison holds.
pub(crate) fn compare<T: Float>(by: Comparison, a: &[T], b: &[T], to: &mut [T]) {
    match by {
        Comparison::Lt => dispatch(Mask { a, b, to, holds: |a: T, b: T| a < b }),
        Comparison::Le => dispatch(Mask { a, b, to, holds: |a: T, b: T| a <= b }),
        Comparison::Eq => dispatch(Mask { a, b, to, holds: |a: T, b: T| a == b }),
        Comparison::Ne => dispatch(Mask { a, b, to, holds: |a: T, b: T| a != b }),
    }
}

/// The mask of where both are equal, NaN being equal to NaN.
pub(crate) fn same<T: Float>(a: &[T], b: &[T], to: &mut [T]) {
    let nan = |x: T| x.partial_cmp(&x).is_none();
    dispatch(Mask { a, b, to, holds: move |a: T, b: T| a == b || nan(a) && nan(b) });
}

/// `a` where the mask is not 0, else `b`.
pub(crate) fn choose<T: Float>(mask: &[T], a: &[T], b: &[T], to: &mut [T]) {
    dispatch(Choose { mask, a, b, to });
}

struct Mask<'a, T, F> {
    a: &'a [T],
    b: &'a [T],
    to: &'a mut [T],
    holds: F,
}

impl<T: Float, F: Fn(T, T) -> bool> Kernel for Mask<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((to, &a), &b) in self.to.iter_mut().zip(self.a).zip(self.b) {
            *to = if (self.holds)(a, b) { T::ONE } else { T::ZERO };
        }
    }
}

struct Choose<'a, T> {
    mask: &'a [T],
    a: &'a [T],
    b: &'a [T],
    to: &'a mut [T],
}

impl<T: Float> Kernel for Choose<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (((to, &m), &a), &b) in self.to.iter_mut().zip(self.mask).zip(self.a).zip(self.b) {
            *to = if m == T::ZERO { b } else { a };
        }
    }
}
