//! Logarithms of two arguments.

use super::condition::{is_number, is_zero};
use crate::{Binary, Consts, Elem};

/// `ln(e^a + e^b)`, from the larger: no overflow, no cancellation; `inf` or `-inf` where both are; NaN if either is.
///
/// Derivatives `sigmoid(a - b)` and `sigmoid(b - a)`; half each at equal infinities (and at NaN).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogAddExp;

impl Binary for LogAddExp {
    const NAME: &'static str = "logaddexp";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        a.max(b) + (-apart(a, b).abs()).exp().ln_1p()
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * apart(a, b).sigmoid()
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * apart(b, a).sigmoid()
    }
}

/// `a - b`, but 0 for equal infinities (and NaN).
#[inline(always)]
fn apart<E: Elem>(a: E, b: E) -> E {
    let d = a - b;
    E::pick(is_number(d), d, d.lit(0.0))
}

/// `a ln(b)`, and 0 where `a` is 0 unless `b` is NaN: an impossible outcome costs nothing.
///
/// Derivatives `ln(b)` and `a / b`, and 0 each where `a` = 0 and `b <= 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct XLogY;

impl Binary for XLogY {
    const NAME: &'static str = "xlogy";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        E::pick(is_zero(a) & is_number(b), a.lit(0.0), a * b.ln())
    }
    // Elsewhere a = 0 has no mask, and must have none: the mixed second derivative there is 1 / b.
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * harmless(a, b).ln()
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        g * (a / harmless(a, b))
    }
}

/// `b`, but 1 where `a` = 0 and `b <= 0`.
#[inline(always)]
fn harmless<E: Elem>(a: E, b: E) -> E {
    E::pick(is_zero(a) & !b.lit(0.0).below(b) & is_number(b), b.lit(1.0), b)
}
