//! Sine and cosine: the standard library's `f64` functions, rounded once more.
//!
//! Reducing a large angle needs more digits of pi than a short polynomial kernel can carry; a net seldom takes a sine.

/// The sine of `x` radians. At most 0.501 ulp off, over all `f32`, but one element at a time.
///
/// A zero keeps its sign; NaN at the infinities and NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::sin;
///
/// assert_eq!(sin(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    f64::from(x).sin() as f32
}

/// The cosine of `x` radians. At most 0.501 ulp off, over all `f32`, but one element at a time.
///
/// 1 at either zero; NaN at the infinities and NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::cos;
///
/// assert_eq!(cos(0.0), 1.0);
/// ```
#[inline(always)]
pub fn cos(x: f32) -> f32 {
    f64::from(x).cos() as f32
}
