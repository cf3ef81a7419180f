//! Arithmetic with a constant `k0` that is the same for every element.

use crate::{Binary, Consts, Elem, Unary};

/// `x + k0`. Derivative `1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift;

impl Unary for Shift {
    const NAME: &'static str = "shift";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x + x.lit(k[0])
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, _: E, _: Consts) -> E {
        g
    }
}

/// `x k0`. Derivative `k0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale;

impl Unary for Scale {
    const NAME: &'static str = "scale";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x * x.lit(k[0])
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, _: E, k: Consts) -> E {
        g * g.lit(k[0])
    }
}

/// `k0 - x`. Derivative `-1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubFrom;

impl Unary for SubFrom {
    const NAME: &'static str = "sub_from";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x.lit(k[0]) - x
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, _: E, _: Consts) -> E {
        -g
    }
}

/// `x / k0`, a true division: not `x (1 / k0)`, which rounds twice. Derivative `1 / k0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DivBy;

impl Unary for DivBy {
    const NAME: &'static str = "div_by";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x / x.lit(k[0])
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, _: E, k: Consts) -> E {
        g / g.lit(k[0])
    }
}

/// `k0 / x`. Derivative `-k0 / x^2`, formed from the value as `-y / x`, so it does not underflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DivInto;

impl Unary for DivInto {
    const NAME: &'static str = "div_into";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x.lit(k[0]) / x
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, y: E, _: Consts) -> E {
        -(g * y) / x
    }
}

/// The point between `a` and `b` at the fraction `k0`: `a + k0 (b - a)` up to a half, from there `b - (1 - k0) (b - a)`, so that both
/// ends are met exactly. Outside `[0, 1]` it extrapolates.
///
/// Derivatives `1 - k0` and `k0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lerp;

impl Binary for Lerp {
    const NAME: &'static str = "lerp";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, k: Consts) -> E {
        if k[0] < 0.5 { a + (b - a) * a.lit(k[0]) } else { b - (b - a) * a.lit(1.0 - k[0]) }
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, _: E, _: E, k: Consts) -> E {
        g * g.lit(1.0 - k[0])
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, _: E, _: E, k: Consts) -> E {
        g * g.lit(k[0])
    }
}
