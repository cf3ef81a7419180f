//! What a tensor may hold, and what it may compute with.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use rappel_elem::{Elem, Scalar};

/// A value a [`Tensor`](crate::Tensor) may hold: plain data that is copied freely.
///
/// `f32` and `f64` are also [`Float`]; `u32` holds labels and indices.
pub trait Data: Copy + Default + PartialEq + Debug + Display + Send + Sync + 'static {
    /// The name used in messages and in `Debug`: `f32`, `u32` ...
    const NAME: &'static str;
}

macro_rules! data {
    ($($t:ident)*) => { $(impl Data for $t { const NAME: &'static str = stringify!($t); })* };
}
data!(f32 f64 i32 i64 u8 u32 u64 bool);

/// A number the kernels compute with: `f32` or `f64`.
///
pub trait Float: Data + Elem<Mask = bool> + Scalar + PartialOrd + Sum {
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// The smallest number, `-inf`: the identity of `max`.
    const NEG_INFINITY: Self;
    /// Not a number. Recycled buffers are filled with it while debug assertions are on.
    const NAN: Self;

    /// The nearest number of this type.
    fn of(x: f64) -> Self;

    /// Whether the number is neither infinite nor NaN.
    fn finite(self) -> bool;
}

macro_rules! float {
    ($($t:ident)*) => { $(
        impl Float for $t {
            const ZERO: $t = 0.0;
            const ONE: $t = 1.0;
            const NEG_INFINITY: $t = $t::NEG_INFINITY;
            const NAN: $t = $t::NAN;

            #[inline(always)]
            fn of(x: f64) -> $t {
                x as $t
            }

            #[inline(always)]
            fn finite(self) -> bool {
                self.is_finite()
            }
        }
    )* };
}
float!(f32 f64);
