//! Exponentials and logarithms.

use std::f64::consts::LN_2;

use crate::{Consts, Elem, Unary};

/// `e^x`: inf from 88.73 (`f32`) or 709.79 (`f64`) on, 0 at -inf. Derivative `y`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exp;

impl Unary for Exp {
    const NAME: &'static str = "exp";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.exp()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * y
    }
}

/// `e^x - 1`: -1 at -inf; keeps every digit near 0. Derivative `y + 1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expm1;

impl Unary for Expm1 {
    const NAME: &'static str = "expm1";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.expm1()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * (y + y.lit(1.0))
    }
}

/// `2^x`: inf from 128 (`f32`) or 1024 (`f64`) on, 0 at -inf; exact for whole `x`. Derivative `y ln 2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exp2;

impl Unary for Exp2 {
    const NAME: &'static str = "exp2";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.exp2()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * (y * y.lit(LN_2))
    }
}

/// `ln(x)`: -inf at 0, NaN below. Derivative `1 / x`: infinite at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ln;

impl Unary for Ln {
    const NAME: &'static str = "ln";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.ln()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / x
    }
}

/// `ln(1 + x)`: -inf at -1, NaN below; keeps every digit near 0. Derivative `1 / (1 + x)`: infinite at -1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ln1p;

impl Unary for Ln1p {
    const NAME: &'static str = "ln_1p";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.ln_1p()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / (x.lit(1.0) + x)
    }
}

/// `log2(x)`: -inf at 0, NaN below; exact for powers of two. Derivative `1 / (x ln 2)`: infinite at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log2;

impl Unary for Log2 {
    const NAME: &'static str = "log2";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.log2()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / (x * x.lit(LN_2))
    }
}
