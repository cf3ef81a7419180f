//! Piecewise linear and quadratic stand-ins for the smooth activations.

use crate::{Consts, Elem, Unary};

/// `x` held in `[k0, k1]`. Derivative 1 inside, 0 outside and at both ends, as in PyTorch; [`Clamp`](super::Clamp) has 1 at its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardTanh;

impl Unary for HardTanh {
    const NAME: &'static str = "hard_tanh";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, k: Consts) -> E {
        let (low, high) = (x.lit(k[0]), x.lit(k[1]));
        E::pick(x.below(low), low, E::pick(high.below(x), high, x))
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, k: Consts) -> E {
        E::pick(y.lit(k[0]).below(y) & y.below(y.lit(k[1])), g, g.lit(0.0))
    }
}

/// `x / 6 + 1/2` held in `[0, 1]`. Derivative 1/6 where the value is inside, else 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSigmoid;

impl Unary for HardSigmoid {
    const NAME: &'static str = "hard_sigmoid";
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        ramp(x)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, _: E, y: E, _: Consts) -> E {
        let (zero, one) = (y.lit(0.0), y.lit(1.0));
        E::pick(zero.below(y) & y.below(one), g / g.lit(6.0), g.lit(0.0))
    }
}

#[inline(always)]
fn ramp<E: Elem>(x: E) -> E {
    let (zero, one) = (x.lit(0.0), x.lit(1.0));
    let y = x / x.lit(6.0) + x.lit(0.5);
    E::pick(y.below(zero), zero, E::pick(one.below(y), one, y))
}

/// `x` times [`HardSigmoid`]: 0 below -3, `x` above 3. Derivative `x / 3 + 1/2` between, 0 from -3 down and 1 from 3 on.
///
/// (Howard et al.: Searching for MobileNetV3, 2019)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSwish;

impl Unary for HardSwish {
    const NAME: &'static str = "hard_swish";
    #[inline(always)]
    fn f<E: Elem>(x: E, _: Consts) -> E {
        let low = x.lit(-3.0);
        E::pick(x.below(low), low, x) * ramp(x)
    }
    #[inline(always)]
    fn chain<E: Elem>(g: E, x: E, _: E, _: Consts) -> E {
        let (low, high) = (x.lit(-3.0), x.lit(3.0));
        let between = g * (x / x.lit(3.0) + x.lit(0.5));
        E::pick(low.below(x), E::pick(x.below(high), between, g), g.lit(0.0))
    }
}
