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
    /// What recycled buffers are filled with while debug assertions are on, so that a kernel that leaves a value unwritten shows.
    #[doc(hidden)]
    const POISON: Self;
}

macro_rules! data {
    ($($t:ident $poison:expr;)*) => { $(
        impl Data for $t {
            const NAME: &'static str = stringify!($t);
            const POISON: $t = $poison;
        }
    )* };
}
data! {
    f32 f32::NAN; f64 f64::NAN; i32 i32::MIN; i64 i64::MIN; u8 u8::MAX; u32 u32::MAX; u64 u64::MAX; bool true;
}

/// A number the kernels compute with: `f32` or `f64`.
///
pub trait Float: Data + Elem<Mask = bool> + Scalar + PartialOrd + Sum {
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// The smallest number, `-inf`: the identity of `max`.
    const NEG_INFINITY: Self;

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
