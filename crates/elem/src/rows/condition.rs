//! Conditions that several rows select by.

use crate::Elem;

/// Whether `x` is a zero of either sign; false at NaN.
#[inline(always)]
pub(super) fn is_zero<E: Elem>(x: E) -> E::Mask {
    let zero = x.lit(0.0);
    x.below(x.lit(1.0)) & !x.below(zero) & !zero.below(x)
}

/// Whether `x` is not NaN.
#[inline(always)]
pub(super) fn is_number<E: Elem>(x: E) -> E::Mask {
    x.below(x.lit(1.0)) | x.lit(0.0).below(x)
}

/// `x` where it is not 0, else 1: a denominator for a numerator that is 0 there too.
#[inline(always)]
pub(super) fn nonzero<E: Elem>(x: E) -> E {
    E::pick(is_zero(x), x.lit(1.0), x)
}

/// `x` held in `[-bound, bound]`; NaN at NaN. For a product with a factor that has long been 0 there: `inf * 0` is NaN.
#[inline(always)]
pub(super) fn held<E: Elem>(x: E, bound: f64) -> E {
    let (low, high) = (x.lit(-bound), x.lit(bound));
    E::pick(x.below(low), low, E::pick(high.below(x), high, x))
}
