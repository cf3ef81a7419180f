//! What is left of a division.
//!
//! The derivative in the divisor is minus the quotient, a whole number. It is formed from the value, so that it agrees with it
//! where the division itself would round up to the next; being whole, it has no derivative of its own.

use crate::{Binary, Consts, Elem};

/// `a` less a whole number of times `b`, with the sign of `a`: C's `fmod`, Rust's `%`. Exact; NaN for `b` = 0 and for an
/// infinite `a`.
///
/// Derivatives `1` and `-trunc(a / b)`, at the jumps too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fmod;

impl Binary for Fmod {
    const NAME: &'static str = "fmod";
    const PASSES_A: bool = true;
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.fmod(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        g
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, y: E, _: Consts) -> E {
        -(g * ((a - y) / b).round_ties_even())
    }
}

/// `a` less a whole number of times `b`, with the sign of `b`: Python's `%`, PyTorch's `remainder`. NaN for `b` = 0 and for an
/// infinite `a`.
///
/// Derivatives `1` and `-floor(a / b)`, at the jumps too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remainder;

impl Binary for Remainder {
    const NAME: &'static str = "remainder";
    const PASSES_A: bool = true;
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        let (y, zero) = (a.fmod(b), a.lit(0.0));
        let apart = (y.below(zero) & zero.below(b)) | (zero.below(y) & b.below(zero));
        E::pick(apart, y + b, y)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        g
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, y: E, _: Consts) -> E {
        -(g * ((a - y) / b).round_ties_even())
    }
}
