//! Activations that are the identity on the right.

use crate::{Binary, Consts, Elem, Unary};

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

/// `x` where positive, else `k0 x`: a leak of slope `k0`. Derivative 1 where `x > 0`, else `k0`: `k0` at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeakyRelu;

impl Unary for LeakyRelu {
    const NAME: &'static str = "leaky_relu";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), x, x * x.lit(k[0]))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), g, g * g.lit(k[0]))
    }
}

/// `a` where positive, else `b a`: a leak whose slope is learned.
///
/// Derivative in `a` 1 where `a > 0`, else `b`; in `b` 0 where `a > 0`, else `a`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PRelu;

impl Binary for PRelu {
    const NAME: &'static str = "prelu";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        E::pick(a.lit(0.0).below(a), a, a * b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        E::pick(a.lit(0.0).below(a), g, g * b)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        E::pick(a.lit(0.0).below(a), g.lit(0.0), g * a)
    }
}

/// `x` where positive, else `k0 (e^x - 1)`: `-k0` at -inf. Derivative 1 where `x > 0`, else `y + k0`: `k0` at 0.
///
/// (Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by Exponential Linear Units, 2016)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elu;

impl Unary for Elu {
    const NAME: &'static str = "elu";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), x, x.expm1() * x.lit(k[0]))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, y: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), g, g * (y + y.lit(k[0])))
    }
}

/// [`Elu`] scaled so that activations of mean 0 and variance 1 keep both: `s x` where positive, else `s a (e^x - 1)`, with `s` =
/// 1.0507 and `a` = 1.6733.
///
/// Derivative `s` where `x > 0`, else `y + s a`: `s a` at 0. (Klambauer et al.: Self-Normalizing Neural Networks, 2017, whose
/// digits these are.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selu;

/// `s` and `s a`.
const SCALE: f64 = 1.050_700_987_355_480_5;
const LEFT: f64 = SCALE * 1.673_263_242_354_377_3;

impl Unary for Selu {
    const NAME: &'static str = "selu";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        E::pick(x.lit(0.0).below(x), x * x.lit(SCALE), x.expm1() * x.lit(LEFT))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, y: E, _: Consts) -> E {
        E::pick(x.lit(0.0).below(x), g * g.lit(SCALE), g * (y + y.lit(LEFT)))
    }
}

/// `x` where positive, else `k0 (e^(x / k0) - 1)`: [`Elu`] with a derivative that is continuous for every `k0`.
///
/// Derivative 1 where `x > 0`, else `y / k0 + 1`. (Barron: Continuously Differentiable Exponential Linear Units, 2017)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Celu;

impl Unary for Celu {
    const NAME: &'static str = "celu";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), x, (x / x.lit(k[0])).expm1() * x.lit(k[0]))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, y: E, k: Consts) -> E {
        E::pick(x.lit(0.0).below(x), g, g * (y / y.lit(k[0]) + y.lit(1.0)))
    }
}
