//! Hyperbolic functions and their inverses; the tangent is an [activation](super::Tanh).

use crate::{Consts, Elem, Unary};

/// `sinh(x)`: infinite beyond 89.4 (`f32`) or 710.4 (`f64`). Derivative `cosh(x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sinh;

impl Unary for Sinh {
    const NAME: &'static str = "sinh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.sinh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * x.cosh()
    }
}

/// `cosh(x)`: inf beyond 89.4 (`f32`) or 710.4 (`f64`). Derivative `sinh(x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cosh;

impl Unary for Cosh {
    const NAME: &'static str = "cosh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.cosh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * x.sinh()
    }
}

/// `asinh(x)`. Derivative `1 / sqrt(x^2 + 1)`, whose root does not overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asinh;

impl Unary for Asinh {
    const NAME: &'static str = "asinh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.asinh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / x.hypot(x.lit(1.0))
    }
}

/// `acosh(x)`: 0 at 1, NaN below.
///
/// Derivative `1 / (sqrt(x - 1) sqrt(x + 1))`: inf at 1, NaN below. The factors keep the digits next to 1 that `x^2 - 1` loses,
/// and two roots do not overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acosh;

impl Unary for Acosh {
    const NAME: &'static str = "acosh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.acosh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let one = x.lit(1.0);
        g / ((x - one).sqrt() * (x + one).sqrt())
    }
}

/// `atanh(x)`: infinite at -1 and 1, NaN outside.
///
/// Derivative `1 / ((1 - x) (1 + x))`: inf at -1 and 1. The factors keep the digits there that `1 - x^2` loses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Atanh;

impl Unary for Atanh {
    const NAME: &'static str = "atanh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.atanh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let one = x.lit(1.0);
        g / ((one - x) * (one + x))
    }
}
