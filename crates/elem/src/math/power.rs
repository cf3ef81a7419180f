//! Powers, and the root of a sum of squares.

/// `x^e`: the standard library's `f64` function, rounded once more. At most 0.501 ulp off, but one element at a time.
///
/// 1 where `e` is 0 or `x` is 1, NaN included; NaN for a negative `x` and an `e` that is no integer.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::powf;
///
/// assert_eq!(powf(2.0, 0.5), std::f32::consts::SQRT_2);
/// assert_eq!(powf(f32::NAN, 0.0), 1.0);
/// ```
#[inline(always)]
pub fn powf(x: f32, e: f32) -> f32 {
    f64::from(x).powf(f64::from(e)) as f32
}

/// `x^n`: products for `n` from -1 to 3, which vectorise; else repeated squaring in `f64`, rounded once, one element at
/// a time.
///
/// At most 0.5 ulp off for `n` from -1 to 2, 1.29 for 3, else 0.51 up to `|n|` = 2^20; beyond, the error of the squarings
/// shows: about `|n| * 2^-29` ulp. (The standard library's `powi` promises no precision.) 1 for `n` = 0, NaN included.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::powi;
///
/// assert_eq!(powi(-2.0, 3), -8.0);
/// assert_eq!(powi(2.0, -149), f32::from_bits(1)); // although 2^149 is infinite
/// ```
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

/// `x^n` by repeated squaring; a negative power is the reciprocal of the positive one. A call of its own: the loop,
/// inlined, would keep the small powers beside it from vectorising.
#[inline(never)]
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

/// `sqrt(a^2 + b^2)` without overflow or underflow in between: through `f64`, whose range holds every square. At most 0.501 ulp
/// off.
///
/// inf if either is infinite, else NaN if either is NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::hypot;
///
/// assert_eq!(hypot(3e30, 4e30), 5e30);
/// assert_eq!(hypot(f32::NAN, f32::INFINITY), f32::INFINITY);
/// ```
#[inline(always)]
pub fn hypot(a: f32, b: f32) -> f32 {
    let (wide_a, wide_b) = (f64::from(a), f64::from(b));
    let y = (wide_a * wide_a + wide_b * wide_b).sqrt() as f32;
    if (a.abs() == f32::INFINITY) | (b.abs() == f32::INFINITY) { f32::INFINITY } else { y }
}
