//! Powers.

/// `x^e`: the `f64` function of the standard library, rounded once more. At most 0.51 ulp off, but one element at a time.
#[inline(always)]
pub fn powf(x: f32, e: f32) -> f32 {
    f64::from(x).powf(f64::from(e)) as f32
}

/// `x^n`: products for `n` from -1 to 3, which vectorise; else repeated squaring in `f64`, rounded once.
#[inline(always)]
pub fn powi(x: f32, n: i32) -> f32 {
    match n {
        -1 => 1.0 / x,
        0 => 1.0,
        1 => x,
        2 => x * x,
        3 => x * x * x,
        _ => squaring(f64::from(x), n) as f32,
    }
}

/// `x^n` by repeated squaring; a negative power is the reciprocal of the positive one. The relative error is about
/// `|n| * 2^-53`; where `f64` overflows on the way, `f32` does so at the end.
#[inline(always)]
fn squaring(x: f64, n: i32) -> f64 {
    let (mut left, mut square, mut y) = (n.unsigned_abs(), x, 1.0);
    loop {
        if left & 1 == 1 {
            y *= square;
        }
        left >>= 1;
        if left == 0 {
            break;
        }
        square *= square;
    }
    if n < 0 { 1.0 / y } else { y }
}
