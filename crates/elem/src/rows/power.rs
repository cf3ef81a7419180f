//! Roots and powers.

use super::condition::{is_zero, nonzero};
use crate::{Binary, Consts, Elem, Unary};

/// `sqrt(x)`: NaN below 0.
///
/// Derivative `1 / (2 y)`: +inf at 0, its one-sided limit. A zero cotangent there gives NaN: where a zero is expected,
/// select a harmless argument first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sqrt;

impl Unary for Sqrt {
    const NAME: &'static str = "sqrt";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.sqrt()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g / (y + y)
    }
}

/// `1 / sqrt(x)`: infinite at either zero, with its sign; NaN below; 0 at inf. Derivative `-y^3 / 2`: infinite at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rsqrt;

impl Unary for Rsqrt {
    const NAME: &'static str = "rsqrt";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.lit(1.0) / x.sqrt()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * y * (y * y) * y.lit(-0.5)
    }
}

/// `sqrt(a^2 + b^2)`, without overflow or underflow in between; inf if either is infinite, else NaN if either is NaN.
///
/// Derivatives `a / y` and `b / y`; 0 at `(0, 0)`, NaN in what is infinite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hypot;

impl Binary for Hypot {
    const NAME: &'static str = "hypot";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.hypot(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, _: E, y: E, _: Consts) -> E {
        g * (a / nonzero(y))
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, _: E, b: E, y: E, _: Consts) -> E {
        g * (b / nonzero(y))
    }
}

/// `x^k0` for an integer `k0`; 1 for `k0` = 0, at NaN too. See [`powi`](crate::math::powi) for accuracy.
///
/// Derivative `k0 x^(k0-1)`: 0 for `k0` = 0 and by products for 1 to 3, so it is finite at 0 for every `k0 >= 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powi;

impl Unary for Powi {
    const NAME: &'static str = "powi";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x.powi(k[0] as i32)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        match k[0] as i32 {
            0 => g.lit(0.0),
            1 => g,
            2 => g * (x + x),
            3 => g * (x * x * x.lit(3.0)),
            n => g * (x.powi(n.saturating_sub(1)) * x.lit(k[0])),
        }
    }
}

/// `x^k0` for a constant `k0`; 1 for `k0` = 0, at NaN too; NaN for `x < 0` unless `k0` is an integer.
///
/// Derivative `k0 x^(k0-1)`: 0 for `k0` = 0; at `x` = 0 it is 0 for `k0 > 1`, +inf for `0 < k0 < 1`, -inf for `k0 < 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Powf;

impl Unary for Powf {
    const NAME: &'static str = "powf";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        x.pow_const(k[0])
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        if k[0] == 0.0 { g.lit(0.0) } else { g * (x.pow_const(k[0] - 1.0) * x.lit(k[0])) }
    }
}

/// `a^b`; 1 for `b` = 0, at NaN too; NaN for `a < 0` unless `b` is an integer.
///
/// Derivative in `a`: `b a^(b-1)`, and 0 where `b` = 0. Derivative in `b`: `y ln(a)`; at `a` = 0 it is 0 for `b >= 0`
/// and -inf for `b < 0`; NaN for `a < 0`, where no neighbouring exponent has a value. These are PyTorch's choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pow;

impl Binary for Pow {
    const NAME: &'static str = "pow";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.powf(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        // At b = 0 the factor a^-1 would be infinite: 1 stands in for such a base (and for NaN). Elsewhere b = 0 needs
        // no mask, and must have none: the mixed second derivative there is 1/a.
        let reciprocal_is_finite = a.lit(f64::from(f32::MIN_POSITIVE)).below(a.abs());
        let base = E::pick(is_zero(b) & !reciprocal_is_finite, a.lit(1.0), a);
        g * (b * base.powf(b - b.lit(1.0)))
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, y: E, _: Consts) -> E {
        // y is 0 or 1 there, and ln(1) = 0: the argument is selected, so that its derivative is finite too.
        let base = E::pick(is_zero(a) & !b.below(b.lit(0.0)), a.lit(1.0), a);
        g * (y * base.ln())
    }
}
