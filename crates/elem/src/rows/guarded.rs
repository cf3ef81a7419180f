//! Roots and powers whose derivatives at 0 count as 0, of every order: for deviations and norms, whose least value is 0.

use super::condition::{is_zero, nonzero};
use crate::{Consts, Elem, Unary};

/// `sqrt(x)`: NaN below 0. Derivative `1 / (2 y)`, and 0 at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SafeSqrt;

impl Unary for SafeSqrt {
    const NAME: &'static str = "safe_sqrt";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.sqrt()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        let harmless = nonzero(y);
        E::pick(is_zero(y), y.lit(0.0), g / (harmless + harmless))
    }
}

/// The magnitude to the power `k0` with the sign of `x`; 0 at 0, for `k0 < 0` too. Derivative `k0 abs(x)^(k0-1)`, and 0 at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignedPow;

impl Unary for SignedPow {
    const NAME: &'static str = "signed_pow";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        let (zero, power) = (x.lit(0.0), nonzero(x).abs().pow_const(k[0]));
        E::pick(is_zero(x), zero, E::pick(x.below(zero), -power, power))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        let slope = nonzero(x).abs().pow_const(k[0] - 1.0) * x.lit(k[0]);
        E::pick(is_zero(x), x.lit(0.0), g * slope)
    }
}
