//! Losses of a single element.

use crate::{Binary, Consts, Elem};

/// `(a - b)^2`. Derivatives `2 (a - b)` and `-2 (a - b)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquaredDifference;

impl Binary for SquaredDifference {
    const NAME: &'static str = "squared_difference";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        let d = a - b;
        d * d
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        let d = a - b;
        g * (d + d)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        let d = b - a;
        g * (d + d)
    }
}

/// Binary cross-entropy from a logit `a` and a target `b` in `[0, 1]`: `-b ln(s) - (1 - b) ln(1 - s)` with `s =
/// sigmoid(a)`.
///
/// Formed as `max(a, 0) - a b + ln(1 + e^-|a|)`, which neither overflows nor takes the logarithm of a rounded
/// probability; NaN at an infinite logit whose target agrees with it. Derivatives `sigmoid(a) - b` and `-a`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BceWithLogits;

impl Binary for BceWithLogits {
    const NAME: &'static str = "bce_with_logits";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.max(a.lit(0.0)) - a * b + (-a.abs()).exp().ln_1p()
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * (a.sigmoid() - b)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        -(g * a)
    }
}
