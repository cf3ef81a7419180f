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

/// Binary cross-entropy from a probability `a` and a target `b`: `-b max(ln(a), -100) - (1 - b) max(ln(1 - a), -100)`, NaN for a
/// probability outside `[0, 1]`.
///
/// The logarithms are held at -100, as PyTorch holds them, so that a probability of 0 or 1 costs at most 100 and never NaN. Derivatives
/// `(a - b) / max(a (1 - a), 1e-12)`, as in PyTorch finite at 0 and 1 too, and the difference of the two logarithms as they are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bce;

impl Binary for Bce {
    const NAME: &'static str = "bce";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        let [of, against] = held_logs(a);
        (b - b.lit(1.0)) * against - b * of
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        let spread = (a.lit(1.0) - a) * a;
        g * ((a - b) / spread.max(a.lit(1e-12)))
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, _: E, _: E, _: Consts) -> E {
        let [of, against] = held_logs(a);
        g * (against - of)
    }
}

/// `ln(p)` and `ln(1 - p)`, neither below -100.
#[inline(always)]
fn held_logs<E: Elem>(p: E) -> [E; 2] {
    let least = p.lit(-100.0);
    [p.ln().max(least), (-p).ln_1p().max(least)]
}

/// Quadratic in `d = a - b` where that is small, linear elsewhere: `k1 d^2 / (2 k0)` within `k0` of 0, `k1 (abs(d) - k0 / 2)` beyond.
///
/// With `k0 = k1` Huber's loss, with `k1` = 1 the smooth absolute error, with `k0` = 0 besides the absolute error itself. Derivatives
/// `k1 d / k0` held in `[-k1, k1]`, and the same negated; for `k0` = 0 they are 0 at 0.
///
/// (Huber: Robust estimation of a location parameter, 1964)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Huber;

impl Huber {
    /// What the quadratic multiplies `d` by.
    #[inline(always)]
    fn curvature(k: Consts) -> f64 {
        if k[0] > 0.0 { k[1] / k[0] } else { 0.0 }
    }

    #[inline(always)]
    fn slope<E: Elem>(d: E, k: Consts) -> E {
        let inside = d * d.lit(Self::curvature(k));
        let outside = E::pick(d.lit(k[0]).below(d), d.lit(k[1]), inside);
        E::pick(d.below(d.lit(-k[0])), d.lit(-k[1]), outside)
    }
}

impl Binary for Huber {
    const NAME: &'static str = "huber";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, k: Consts) -> E {
        let d = a - b;
        let size = d.abs();
        let quadratic = d * d * d.lit(0.5 * Self::curvature(k));
        E::pick(d.lit(k[0]).below(size), (size - d.lit(0.5 * k[0])) * d.lit(k[1]), quadratic)
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, a: E, b: E, _: E, k: Consts) -> E {
        g * Self::slope(a - b, k)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, k: Consts) -> E {
        g * Self::slope(b - a, k)
    }
}

/// The Kullback-Leibler divergence's share of one value, from the logarithm `a` of a probability and a target probability `b`:
/// `b (ln(b) - a)`, and 0 where `b` is 0, whatever `a` is.
///
/// Derivatives `-b` and `ln(b) + 1 - a`. In a target of 0 the derivative is 0, as PyTorch has it; the one-sided limit is -inf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KlDiv;

impl Binary for KlDiv {
    const NAME: &'static str = "kl_div";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        unless_zero(b, b, |b| b * (b.ln() - a))
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        -(g * b)
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        unless_zero(b, b, |b| g * (b.ln() + b.lit(1.0) - a))
    }
}

/// [`KlDiv`] of a target that is itself a logarithm: `e^b (b - a)`, and 0 where `e^b` is 0.
///
/// Derivatives `-e^b` and `e^b (b - a + 1)`, 0 where `e^b` is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KlDivLog;

impl Binary for KlDivLog {
    const NAME: &'static str = "kl_div_log";
    #[inline(always)]
    fn f<E: Elem>(a: E, b: E, _: Consts) -> E {
        unless_zero(b.exp(), b, |b| b.exp() * (b - a))
    }
    #[inline(always)]
    fn chain_a<E: Elem>(g: E, _: E, b: E, _: E, _: Consts) -> E {
        -(g * b.exp())
    }
    #[inline(always)]
    fn chain_b<E: Elem>(g: E, a: E, b: E, _: E, _: Consts) -> E {
        unless_zero(b.exp(), b, |b| g * (b.exp() * (b - a + b.lit(1.0))))
    }
}

/// 0 where `p` is 0, elsewhere `f(b)`. Where `p` is 0, `f` sees a 1 in the place of `b`, so that its own derivatives are finite there.
#[inline(always)]
fn unless_zero<E: Elem>(p: E, b: E, f: impl Fn(E) -> E) -> E {
    let zero = p.lit(0.0);
    // Neither above nor below, and no NaN, which is neither either.
    let dead = !(zero.below(p) | p.below(zero)) & p.below(p.lit(1.0));
    E::pick(dead, zero, f(E::pick(dead, b.lit(1.0), b)))
}
