//! Exponentials.

/// `e^x`.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    f64::from(x).exp() as f32
}

/// `e^x - 1`.
#[inline(always)]
pub fn expm1(x: f32) -> f32 {
    f64::from(x).exp_m1() as f32
}
