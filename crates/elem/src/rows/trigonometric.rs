//! Sine and cosine, of radians.

use crate::{Consts, Elem, Unary};

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
