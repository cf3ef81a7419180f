//! Logarithms.

/// The natural logarithm.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    f64::from(x).ln() as f32
}

/// `ln(1 + x)`.
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    f64::from(x).ln_1p() as f32
}
