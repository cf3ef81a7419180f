//! Hyperbolic sine and cosine and the inverse functions, through `f64` and rounded once.
//!
//! Where the exponential or logarithm would cancel, a few terms of the series stand in its place.

use super::wide::{exp, ln, polynomial};

/// Below it a series of three terms, in the square of the argument, is as good as what stands in its place above it.
const NEAR: f64 = 0.015_625;

/// Where `e^x` is beyond `f32` by far, and `f64` is not left.
const FAR: f64 = 120.0;

/// `x` held to [`FAR`]; NaN at NaN.
#[inline(always)]
fn held(x: f64) -> f64 {
    if x > FAR { FAR } else { x }
}

/// The hyperbolic sine. At most 0.52 ulp off, over all `f32`.
///
/// Infinite from 89.416 on; a zero keeps its sign; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::sinh;
///
/// assert_eq!(sinh(1e-20), 1e-20);
/// assert_eq!(sinh(-90.0), f32::NEG_INFINITY);
/// ```
#[inline(always)]
pub fn sinh(x: f32) -> f32 {
    let a = held(f64::from(x.abs()));
    let e = exp(a);
    let near = a * polynomial(a * a, &[1.0, 1.0 / 6.0, 1.0 / 120.0]);
    (if a < NEAR { near } else { 0.5 * (e - 1.0 / e) } as f32).copysign(x)
}

/// The hyperbolic cosine. At most 0.501 ulp off, over all `f32`.
///
/// Infinite from 89.416 on; at least 1; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::cosh;
///
/// assert_eq!(cosh(0.0), 1.0);
/// ```
#[inline(always)]
pub fn cosh(x: f32) -> f32 {
    let e = exp(held(f64::from(x.abs())));
    (0.5 * (e + 1.0 / e)) as f32
}

/// The inverse of the hyperbolic sine. At most 0.501 ulp off, over all `f32`.
///
/// Infinite at the infinities only; a zero keeps its sign; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::asinh;
///
/// assert_eq!(asinh(1e-20), 1e-20);
/// assert_eq!(asinh(f32::INFINITY), f32::INFINITY);
/// ```
#[inline(always)]
pub fn asinh(x: f32) -> f32 {
    let a = f64::from(x.abs());
    let near = a * polynomial(a * a, &[1.0, -1.0 / 6.0, 3.0 / 40.0]);
    let far = ln(a + (a * a + 1.0).sqrt());
    (if a < NEAR { near } else { far } as f32).copysign(x)
}

/// The inverse of the hyperbolic cosine, not negative. At most 0.501 ulp off, over all `f32`.
///
/// 0 at 1, NaN below and at NaN; inf at inf.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::acosh;
///
/// assert_eq!(acosh(1.0), 0.0);
/// assert!(acosh(0.9).is_nan());
/// ```
#[inline(always)]
pub fn acosh(x: f32) -> f32 {
    let x = f64::from(x);
    let y = ln(x + ((x - 1.0) * (x + 1.0)).sqrt()) as f32;
    if x < 1.0 { f32::NAN } else { y }
}

/// The inverse of the hyperbolic tangent. At most 0.501 ulp off, over all `f32`.
///
/// Infinite at -1 and 1, NaN outside and at NaN; a zero keeps its sign.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::atanh;
///
/// assert_eq!(atanh(1e-20), 1e-20);
/// assert_eq!(atanh(-1.0), f32::NEG_INFINITY);
/// assert!(atanh(1.1).is_nan());
/// ```
#[inline(always)]
pub fn atanh(x: f32) -> f32 {
    let a = f64::from(x.abs());
    let near = a * polynomial(a * a, &[1.0, 1.0 / 3.0, 0.2]);
    let far = 0.5 * ln((1.0 + a) / (1.0 - a));
    (if a < NEAR { near } else { far } as f32).copysign(x)
}
