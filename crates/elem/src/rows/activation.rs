//! What stands between two layers.

use crate::{Consts, Elem, Unary};

/// `tanh(x)`: -1 and 1 at the infinities.
///
/// Derivative `1 - y^2`. The factored `(1 - y)(1 + y)` is no better: the digits are lost when `y` is rounded, before
/// either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl Unary for Tanh {
    const NAME: &'static str = "tanh";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.tanh()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * (y.lit(1.0) - y * y)
    }
}

/// `1 / (1 + e^-x)`: 0 and 1 at the infinities, every digit kept on the left. Derivative `y (1 - y)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Unary for Sigmoid {
    const NAME: &'static str = "sigmoid";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.sigmoid()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * (y * (y.lit(1.0) - y))
    }
}

/// `x` where positive, else 0; NaN at NaN.
///
/// Derivative 1 where `x > 0`, else 0: 0 at 0, as PyTorch and JAX have it (half, as a maximum of two would give, is
/// another function's choice). The cotangent is selected: an infinite one is dropped by a dead unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Unary for Relu {
    const NAME: &'static str = "relu";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        E::pick(x.below(x.lit(0.0)), x.lit(0.0), x)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        E::pick(x.lit(0.0).below(x), g, g.lit(0.0))
    }
}

/// `ln(1 + e^x)`, formed as `max(x, 0) + ln(1 + e^-|x|)`: no overflow on the right, no cancellation on the left; 0 at
/// -inf.
///
/// Derivative `sigmoid(x)`. `ln(sigmoid(x))` is `-softplus(-x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softplus;

impl Unary for Softplus {
    const NAME: &'static str = "softplus";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.max(x.lit(0.0)) + (-x.abs()).exp().ln_1p()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * x.sigmoid()
    }
}
