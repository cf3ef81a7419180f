//! Trigonometric functions, of radians, and their inverses.

use super::condition::nonzero;
use crate::{Binary, Consts, Elem, Unary};

/// `sin(x)`: NaN at the infinities. Derivative `cos(x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sin;

impl Unary for Sin {
    const NAME: &'static str = "sin";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.sin()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g * x.cos()
    }
}

/// `cos(x)`: NaN at the infinities. Derivative `-sin(x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cos;

impl Unary for Cos {
    const NAME: &'static str = "cos";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.cos()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        -(g * x.sin())
    }
}

/// `tan(x)`: NaN at the infinities; finite else, as no number is a pole. Derivative `1 + y^2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tan;

impl Unary for Tan {
    const NAME: &'static str = "tan";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.tan()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        g * (y.lit(1.0) + y * y)
    }
}

/// The arc in `[-pi/2, pi/2]` whose sine is `x`: NaN outside `[-1, 1]`.
///
/// Derivative `1 / sqrt((1 - x) (1 + x))`: inf at -1 and 1, NaN outside. The factors keep the digits there that `1 - x^2` loses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asin;

impl Unary for Asin {
    const NAME: &'static str = "asin";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.asin()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / cofactor(x)
    }
}

/// The arc in `[0, pi]` whose cosine is `x`: NaN outside `[-1, 1]`. Derivative minus that of [`Asin`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acos;

impl Unary for Acos {
    const NAME: &'static str = "acos";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.acos()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        -(g / cofactor(x))
    }
}

/// The cosine of the arc whose sine is `x`.
#[inline(always)]
fn cofactor<E: Elem>(x: E) -> E {
    let one = x.lit(1.0);
    ((one - x) * (one + x)).sqrt()
}

/// The arc in `[-pi/2, pi/2]` whose tangent is `x`. Derivative `1 / (1 + x^2)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Atan;

impl Unary for Atan {
    const NAME: &'static str = "atan";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.atan()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        g / (x.lit(1.0) + x * x)
    }
}

/// The angle of the point `(b, a)`, in `[-pi, pi]`: the arc of `a / b` in the right quadrant. Multiples of `pi / 4` at zeros
/// and infinities, by their signs; 0 at `(0, 0)`.
///
/// Derivatives `b / (a^2 + b^2)` and `-a / (a^2 + b^2)`, divided by the root twice as the sum of squares overflows; 0 at `(0, 0)`,
/// NaN at the infinities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Atan2;

impl Binary for Atan2 {
    const NAME: &'static str = "atan2";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.atan2(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        let radius = nonzero(a.hypot(b));
        g * (b / radius) / radius
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        let radius = nonzero(a.hypot(b));
        -(g * (a / radius) / radius)
    }
}
