//! The error function and its complement.

use std::f64::consts::FRAC_2_SQRT_PI;

use crate::{Consts, Elem, Unary};

/// The error function, `2 / sqrt(pi)` times the integral of `e^-t^2` from 0 to `x`: -1 and 1 at the infinities.
///
/// Derivative `2 / sqrt(pi) e^-x^2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erf;

impl Unary for Erf {
    const NAME: &'static str = "erf";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.erf()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * ((-(x * x)).exp() * x.lit(FRAC_2_SQRT_PI))
    }
}

/// `1 - erf(x)`, with every digit on the right: 2 at -inf, 0 at inf. Derivative `-2 / sqrt(pi) e^-x^2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erfc;

impl Unary for Erfc {
    const NAME: &'static str = "erfc";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.erfc()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * ((-(x * x)).exp() * x.lit(-FRAC_2_SQRT_PI))
    }
}
