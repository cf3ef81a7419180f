//! Arcs: the inverse trigonometric functions, as polynomials in `f64` on a reduced argument, rounded once.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::wide::polynomial;

/// The arc in `[0, pi/2]` whose tangent is `a / b`, both not negative. NaN where both are 0 or both infinite.
#[inline(always)]
fn arc(a: f64, b: f64) -> f64 {
    /// The tangents of an eighth and of three eighths of half a turn.
    const LOW: f64 = 0.414_213_562_373_095_05;
    const HIGH: f64 = 2.414_213_562_373_095;
    let (low, high) = (a <= LOW * b, a > HIGH * b);
    let (above, below) = if low { (a, b) } else { (a - b, a + b) };
    let (above, below) = if high { (-b, a) } else { (above, below) };
    let base = if low { 0.0 } else { FRAC_PI_4 };
    let base = if high { FRAC_PI_2 } else { base };
    let t = above / below;
    let p = polynomial(
        t * t,
        &[
            0.999_999_999_979_163_1,
            -0.333_333_321_283_519_4,
            0.199_998_858_642_019_83,
            -0.142_816_367_585_812_65,
            0.110_410_076_785_029_1,
            -0.084_587_735_662_462_17,
            0.047_121_617_164_369_19,
        ],
    );
    base + t * p
}

/// `asin(s)` for `s` in `[0, 1/2]`, given its square.
#[inline(always)]
fn small(s: f64, square: f64) -> f64 {
    s * polynomial(
        square,
        &[
            0.999_999_999_984_847_8,
            0.166_666_674_241_338_82,
            0.074_999_380_227_823_49,
            0.044_662_082_259_256_61,
            0.030_091_625_003_806_23,
            0.024_715_265_813_836_245,
            0.007_212_138_594_989_657,
            0.034_965_895_050_192_29,
        ],
    )
}

/// The arc whose tangent is `x`. At most 0.501 ulp off, over all `f32`.
///
/// In `[-pi/2, pi/2]`, with both ends rounded at the infinities; a zero keeps its sign; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::atan;
///
/// assert_eq!(atan(1.0), std::f32::consts::FRAC_PI_4);
/// assert_eq!(atan(f32::INFINITY), std::f32::consts::FRAC_PI_2);
/// ```
#[inline(always)]
pub fn atan(x: f32) -> f32 {
    (arc(f64::from(x.abs()), 1.0) as f32).copysign(x)
}

/// The angle of the point `(x, y)`, as the standard library has it: `atan(y / x)` in the right quadrant. At most 0.51 ulp off.
///
/// In `[-pi, pi]`. Zeros and infinities of either sign give multiples of `pi / 4`, as for [`f32::atan2`]; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::atan2;
///
/// assert_eq!(atan2(1.0, -1.0), 3.0 * std::f32::consts::FRAC_PI_4);
/// assert_eq!(atan2(0.0, 0.0), 0.0);
/// assert_eq!(atan2(-0.0, -0.0), -std::f32::consts::PI);
/// ```
#[inline(always)]
pub fn atan2(y: f32, x: f32) -> f32 {
    let (a, b) = (f64::from(y.abs()), f64::from(x.abs()));
    // Two infinities are as long as each other, and nothing has no direction: the ratio is 1, or 0 / 1.
    let b = if (a == 0.0) & (b == 0.0) { 1.0 } else { b };
    let both = (a == f64::INFINITY) & (b == f64::INFINITY);
    let (a, b) = if both { (1.0, 1.0) } else { (a, b) };
    let t = arc(a, b);
    let t = if x.is_sign_negative() { PI - t } else { t };
    (t as f32).copysign(y)
}

/// The arc in `[-pi/2, pi/2]` whose sine is `x`. At most 0.501 ulp off, over all `f32`.
///
/// A zero keeps its sign; NaN outside `[-1, 1]` and at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::asin;
///
/// assert_eq!(asin(1.0), std::f32::consts::FRAC_PI_2);
/// assert!(asin(1.1).is_nan());
/// ```
#[inline(always)]
pub fn asin(x: f32) -> f32 {
    let a = f64::from(x.abs());
    let near = a <= 0.5;
    // sin(pi/2 - 2 t) = 1 - 2 sin(t)^2
    let half = 0.5 - 0.5 * a;
    let (s, square) = if near { (a, a * a) } else { (half.sqrt(), half) };
    let t = small(s, square);
    let t = if near { t } else { FRAC_PI_2 - (t + t) };
    (t as f32).copysign(x)
}

/// The arc in `[0, pi]` whose cosine is `x`. At most 0.501 ulp off, over all `f32`.
///
/// NaN outside `[-1, 1]` and at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::acos;
///
/// assert_eq!(acos(1.0), 0.0);
/// assert_eq!(acos(-1.0), std::f32::consts::PI);
/// assert!(acos(1.1).is_nan());
/// ```
#[inline(always)]
pub fn acos(x: f32) -> f32 {
    let a = f64::from(x.abs());
    let near = a <= 0.5;
    let half = 0.5 - 0.5 * a;
    let (s, square) = if near { (a, a * a) } else { (half.sqrt(), half) };
    let t = small(s, square);
    let t = if near { FRAC_PI_2 - t } else { t + t };
    (if x < 0.0 { PI - t } else { t }) as f32
}
