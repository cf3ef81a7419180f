//! What stands between two layers: the smooth ones. The rest is in [`rectifier`](super::Relu), [`gate`](super::Silu) and
//! [`hard`](super::HardTanh).

use super::condition::held;
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

/// [`Softplus`] of `k0 x`, over `k0`, where `k0 x <= k1`, and `x` beyond: PyTorch's, which cuts the tail off.
///
/// Derivative `sigmoid(k0 x)`, and 1 beyond. With `k1` = inf nothing is cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoftplusUpTo;

impl Unary for SoftplusUpTo {
    const NAME: &'static str = "softplus_up_to";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        let z = x * x.lit(k[0]);
        E::pick(z.lit(k[1]).below(z), x, Softplus::f(z, k) / x.lit(k[0]))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        let z = x * x.lit(k[0]);
        E::pick(z.lit(k[1]).below(z), g, g * z.sigmoid())
    }
}

/// `ln(sigmoid(x))`, formed as `min(x, 0) - ln(1 + e^-|x|)`: no overflow, no logarithm of a rounded probability; -inf at -inf, 0
/// at inf.
///
/// Derivative `sigmoid(-x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSigmoid;

impl Unary for LogSigmoid {
    const NAME: &'static str = "log_sigmoid";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.min(x.lit(0.0)) - (-x.abs()).exp().ln_1p()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * (-x).sigmoid()
    }
}

/// `x / (1 + |x|)`: -1 and 1 at the infinities. Derivative `1 / (1 + |x|)^2`, divided twice as the square overflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softsign;

impl Unary for Softsign {
    const NAME: &'static str = "softsign";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        // The quotient is 1 long before 1e30, and inf / inf is NaN.
        let x = held(x, 1e30);
        x / (x.lit(1.0) + x.abs())
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let d = x.lit(1.0) + x.abs();
        g / d / d
    }
}
