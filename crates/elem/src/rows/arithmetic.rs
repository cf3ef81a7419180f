//! The four operations and the functions next to them.

use crate::{Binary, Consts, Elem, Unary};

/// `-x`. Derivative `-1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neg;

impl Unary for Neg {
    const NAME: &'static str = "neg";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        -x
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, _: E, _: Consts) -> E {
        -g
    }
}

/// `x * x`, rounded once. Derivative `2 x`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Square;

impl Unary for Square {
    const NAME: &'static str = "square";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x * x
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * (x + x)
    }
}

/// `1 / x`: infinite at either zero, with its sign. Derivative `-1 / x^2`, formed from the value as `-(g y) y`: -inf at
/// 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recip;

impl Unary for Recip {
    const NAME: &'static str = "recip";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.lit(1.0) / x
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        -(g * y * y)
    }
}

/// `a + b`. Derivatives `1` and `1`: both pass the cotangent on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Add;

impl Binary for Add {
    const NAME: &'static str = "add";
    const PASSES_A: bool = true;
    const PASSES_B: bool = true;
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a + b
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        g
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        g
    }
}

/// `a - b`. Derivatives `1` (passes the cotangent on) and `-1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sub;

impl Binary for Sub {
    const NAME: &'static str = "sub";
    const PASSES_A: bool = true;
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a - b
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        g
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, _: E, _: E, _: Consts) -> E {
        -g
    }
}

/// `a b`. Derivatives `b` and `a`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mul;

impl Binary for Mul {
    const NAME: &'static str = "mul";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a * b
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        g * b
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        g * a
    }
}

/// `a / b`. Derivatives `1 / b` and `-y / b`.
///
/// The second is formed from the value: `a / b^2` would underflow in the square (in `f32` from `b` = 1e-23 down).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Div;

impl Binary for Div {
    const NAME: &'static str = "div";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a / b
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        g / b
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, b: E, y: E, _: Consts) -> E {
        -(g * y) / b
    }
}
