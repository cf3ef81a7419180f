//! Comparing floating-point numbers.

/// Equal, or both NaN. Zeros of either sign are equal.
pub(crate) fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// Equal, both NaN, or apart by at most two ulps of a format with this `epsilon`.
pub(crate) fn agrees(a: f64, b: f64, epsilon: f64) -> bool {
    same(a, b) || (b.is_finite() && (a - b).abs() <= 2.0 * epsilon * b.abs())
}

/// Whether `a` is within `tolerance * max(1, |b|)` of a finite `b`.
pub(crate) fn close(a: f64, b: f64, tolerance: f64) -> bool {
    b.is_finite() && (a - b).abs() <= tolerance * b.abs().max(1.0)
}

/// How far `y` is from the exact result, in ulps of the exact result's binade. An infinite `y` counts as 2^128, the number
/// that would follow the largest one; a NaN, or a zero of the wrong sign, where the exact result has none is infinitely far.
pub(crate) fn ulps(y: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if y.to_bits() == rounded.to_bits() && (y == 0.0 || y.is_infinite()) || (y.is_nan() && rounded.is_nan()) {
        return 0.0;
    }
    if y.is_nan() || rounded.is_nan() || (y == 0.0 && rounded == 0.0) {
        return f64::INFINITY;
    }
    let y = if y.is_infinite() { 2f64.powi(128).copysign(y.into()) } else { y.into() };
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).max(-126);
    (y - exact).abs() / 2f64.powi(exponent - 23)
}

/// The derivative of `f` at `x` by differences over five points: right to about 1e-12 for functions of moderate size.
pub(crate) fn difference(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    let h = step(x);
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

/// The step of [`difference`]: 7e-4 of the size of `x`, rounded so that `x + h` is exactly `h` away.
pub(crate) fn step(x: f64) -> f64 {
    (x + 7e-4 * x.abs().max(1.0)) - x
}
