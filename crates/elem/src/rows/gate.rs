//! Activations that let a part of a value through: a product with a number between 0 and 1.
//!
//! Far out the gate is 0 or 1 while the value grows. The value is held where that has long been so, or the product at an infinity
//! would be `inf * 0`.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::condition::held;
use crate::{Binary, Consts, Elem, Unary};

/// Where every gate here is 0 or 1, in `f64` too.
const FAR: f64 = 1e3;

/// `x sigmoid(x)`, also called swish: -0 at -inf, inf at inf. Derivative `s (1 + x (1 - s))` with `s = sigmoid(x)`: 0 at -inf, 1 at
/// inf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silu;

impl Unary for Silu {
    const NAME: &'static str = "silu";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        silu(x)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * silu_slope(x)
    }
}

/// `x sigmoid(x)`. Only its left end needs to be held.
#[inline(always)]
fn silu<E: Elem>(x: E) -> E {
    let low = x.lit(-FAR);
    E::pick(x.below(low), low, x) * x.sigmoid()
}

#[inline(always)]
fn silu_slope<E: Elem>(x: E) -> E {
    let (s, one) = (x.sigmoid(), x.lit(1.0));
    s * (one + held(x, FAR) * (one - s))
}

/// `x P`, `P` the probability that a standard normal number is below `x`: `erfc(-x / sqrt(2)) / 2`, so that the left tail keeps its
/// digits. -0 at -inf, inf at inf.
///
/// Derivative `P + x p` with the normal density `p`: 0 at -inf, 1 at inf. (Hendrycks, Gimpel: Gaussian Error Linear Units, 2016)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gelu;

impl Unary for Gelu {
    const NAME: &'static str = "gelu";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        let low = x.lit(-FAR);
        E::pick(x.below(low), low, x) * below_normal(x)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let t = held(x, FAR);
        let density = (t * t * x.lit(-0.5)).exp() * x.lit(0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2);
        g * (below_normal(x) + t * density)
    }
}

/// The probability that a standard normal number is below `x`.
#[inline(always)]
fn below_normal<E: Elem>(x: E) -> E {
    (x * x.lit(-FRAC_1_SQRT_2)).erfc() * x.lit(0.5)
}

/// [`Gelu`] by a tanh, as PyTorch's `approximate="tanh"`: `x sigmoid(2 u)` with `u = sqrt(2 / pi) (x + 0.044715 x^3)`, which is
/// `x (1 + tanh(u)) / 2` without its cancellation on the left.
///
/// Derivative `s (1 + 2 x u' (1 - s))` with `s = sigmoid(2 u)`: 0 at -inf, 1 at inf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GeluTanh;

/// `2 sqrt(2 / pi)`.
const TWICE: f64 = 2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
const CUBIC: f64 = 0.044_715;

impl Unary for GeluTanh {
    const NAME: &'static str = "gelu_tanh";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        let low = x.lit(-FAR);
        E::pick(x.below(low), low, x) * bend(held(x, FAR)).sigmoid()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let (t, one) = (held(x, FAR), x.lit(1.0));
        let s = bend(t).sigmoid();
        let slope = x.lit(TWICE) + t * t * x.lit(3.0 * TWICE * CUBIC);
        g * (s * (one + t * slope * (one - s)))
    }
}

/// `2 u` of [`GeluTanh`].
#[inline(always)]
fn bend<E: Elem>(x: E) -> E {
    x * (x.lit(TWICE) + x * x * x.lit(TWICE * CUBIC))
}

/// `x tanh(ln(1 + e^x))`: -0 at -inf, inf at inf. With `e = e^x` the gate is `e (e + 2) / (e (e + 2) + 2)`, without a logarithm.
///
/// Derivative 0 at -inf, 1 at inf. (Misra: Mish, A Self Regularized Non-Monotonic Activation Function, 2020)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mish;

impl Unary for Mish {
    const NAME: &'static str = "mish";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        let (e, two, low) = (limited(x).exp(), x.lit(2.0), x.lit(-FAR));
        let n = e * (e + two);
        E::pick(x.below(low), low, x) * (n / (n + two))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        // tanh' sigmoid(x) = 4 e (1 + e) / (n + 2)^2
        let (e, two) = (limited(x).exp(), x.lit(2.0));
        let n = e * (e + two);
        let q = two / (n + two);
        g * (n / (n + two) + limited(held(x, FAR)) * (q * q * (e * (e + x.lit(1.0)))))
    }
}

/// `x` up to 20: beyond, the gate of [`Mish`] is 1, and the square of `e^x` would overflow.
#[inline(always)]
fn limited<E: Elem>(x: E) -> E {
    let high = x.lit(20.0);
    E::pick(high.below(x), high, x)
}

/// `a sigmoid(b)`: a value and its gate. Derivatives `sigmoid(b)` and `y (1 - sigmoid(b))`.
///
/// (Dauphin et al.: Language Modeling with Gated Convolutional Networks, 2017)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glu;

impl Binary for Glu {
    const NAME: &'static str = "glu";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a * b.sigmoid()
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        g * b.sigmoid()
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, b: E, y: E, _: Consts) -> E {
        g * (y * (y.lit(1.0) - b.sigmoid()))
    }
}

/// `silu(a) b`: a gate and its value. Derivatives `b silu'(a)` and `silu(a)`. (Shazeer: GLU Variants Improve Transformer, 2020)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwiGlu;

impl Binary for SwiGlu {
    const NAME: &'static str = "swiglu";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        silu(a) * b
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * (b * silu_slope(a))
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        g * silu(a)
    }
}
