//! Functions with kinks: the absolute value, bounds, the larger of two.

use crate::{Binary, Consts, Elem, Unary};

/// The absolute value. Derivative the sign of `x`, and 0 at 0: the derivative of a local optimum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abs;

impl Unary for Abs {
    const NAME: &'static str = "abs";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        x.abs()
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        E::pick(x.below(x.lit(0.0)), -g, E::pick(x.lit(0.0).below(x), g, g.lit(0.0)))
    }
}

/// `x` held in the closed interval `[k0, k1]`; NaN at NaN. With `k0 > k1`, `k0` below `k0` and `k1` from there on.
///
/// Derivative 1 on the closed interval, 0 outside: at a bound the gradient still reaches `x` and can pull it back
/// inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clamp;

impl Unary for Clamp {
    const NAME: &'static str = "clamp";
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        let (low, high) = (x.lit(k[0]), x.lit(k[1]));
        E::pick(x.below(low), low, E::pick(high.below(x), high, x))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, k: Consts) -> E {
        E::pick(x.below(x.lit(k[0])) | x.lit(k[1]).below(x), g.lit(0.0), g)
    }
}

/// The smaller of two; NaN if either is NaN. Derivative 1 in the smaller, 0 in the other; at a tie (or NaN) half in
/// each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Min;

impl Binary for Min {
    const NAME: &'static str = "min";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.min(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        share(g, a, b)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        share(g, b, a)
    }
}

/// The larger of two; NaN if either is NaN. Derivative 1 in the larger, 0 in the other; at a tie (or NaN) half in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Max;

impl Binary for Max {
    const NAME: &'static str = "max";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.max(b)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        share(g, b, a)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        share(g, a, b)
    }
}

/// The part of `g` that `winner` gets when it wins by being the smaller: all, none, or half at a tie.
#[inline(always)]
fn share<E: Elem>(g: E, winner: E, other: E) -> E {
    let tied = g * g.lit(0.5);
    E::pick(winner.below(other), g, E::pick(other.below(winner), g.lit(0.0), tied))
}
