//! Exponentials: `e^x = 2^n e^r` with `n` the integer next to `x / ln 2`, and a polynomial for `e^r` where
//! `|r| <= ln(2) / 2`.

/// `1.5 * 2^23`: adding it to a small number rounds that number to an integer, which then stands in the low mantissa
/// bits. (Rust's `as i32` saturates, which would cost more than the exponential.)
const MAGIC: f32 = 12_582_912.0;
/// `ln 2` in two parts; the first has 9 significant bits, so that its product with `n` is exact.
const LN2_HI: f32 = 355.0 / 512.0;
const LN2_LO: f32 = -2.121_944_4e-4;

/// Where `e^x` is 2^128 or more, respectively less than half of the least denormal.
const OVERFLOW: f32 = 89.0;
const UNDERFLOW: f32 = -104.0;

/// `e^x`. At most 0.991 ulp off, over all `f32`.
///
/// Infinite from 88.72284 on, denormal below -87.33654, 0 from -103.97209 down; 1 at either zero; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::exp;
///
/// assert_eq!(exp(0.0), 1.0);
/// assert_eq!(exp(f32::NEG_INFINITY), 0.0);
/// assert!(exp(-100.0) > 0.0);
/// ```
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (n, t) = parts(clip(x, UNDERFLOW, OVERFLOW));
    scale(1.0 + t, n)
}

/// `2^x`. At most 1.19 ulp off, over all `f32`; exact for whole `x`.
///
/// Infinite from 128 on, denormal below -126, 0 from -150 down; 1 at either zero; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::exp2;
///
/// assert_eq!(exp2(10.0), 1024.0);
/// assert_eq!(exp2(-149.0), f32::from_bits(1));
/// ```
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let x = clip(x, -151.0, 129.0);
    let shifted = x + MAGIC;
    let r = x - (shifted - MAGIC);
    let p = 1.540_351_1e-4;
    let p = p * r + 1.339_075_8e-3;
    let p = p * r + 9.618_238e-3;
    let p = p * r + 5.550_357_4e-2;
    let p = p * r + 2.402_265e-1;
    let p = p * r + std::f32::consts::LN_2;
    scale(1.0 + r * p, integer(shifted))
}

/// `e^x - 1`, with every digit near 0. At most 1.57 ulp off, over all `f32`.
///
/// Infinite from 88.72284 on, -1 from -17.33 down; a zero keeps its sign; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::expm1;
///
/// assert_eq!(expm1(1e-20), 1e-20);
/// assert_eq!(expm1(f32::NEG_INFINITY), -1.0);
/// ```
#[inline(always)]
pub fn expm1(x: f32) -> f32 {
    let (n, t) = parts(clip(x, -20.0, OVERFLOW));
    // 2^n t + (2^n - 1), through half of it as 2^128 is infinite; at n = 0 the halving would cost the last bit of a
    // denormal.
    let half = power_of_two(n.wrapping_sub(1));
    let y = if n == 0 { t } else { 2.0 * (t * half + (half - 0.5)) };
    y.copysign(x)
}

/// `x` held between two bounds. Both comparisons are false at NaN, which so reaches the result.
#[inline(always)]
fn clip(x: f32, low: f32, high: f32) -> f32 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

/// `e^-a` for `a >= 0`, as [`parts`].
#[inline(always)]
pub(super) fn decay(a: f32) -> (i32, f32) {
    parts(clip(-a, UNDERFLOW, OVERFLOW))
}

/// `(n, t)` with `e^x = 2^n (1 + t)`, for `|x| < 2^15`. The coefficients are Cephes' (`expf.c`).
#[inline(always)]
pub(super) fn parts(x: f32) -> (i32, f32) {
    let shifted = x * std::f32::consts::LOG2_E + MAGIC;
    let whole = shifted - MAGIC;
    let n = integer(shifted);
    let r = (x - whole * LN2_HI) - whole * LN2_LO;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    (n, r + p * (r * r))
}

/// The integer that was rounded by adding [`MAGIC`].
#[inline(always)]
fn integer(shifted: f32) -> i32 {
    (shifted.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32)
}

/// `2^n y` for `-252 <= n <= 254`. Two factors, as `2^n` itself may lie outside the format: only the last product
/// rounds (to a denormal, or to infinity).
#[inline(always)]
pub(super) fn scale(y: f32, n: i32) -> f32 {
    let half = n >> 1;
    y * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// `2^n` for `-126 <= n <= 127`.
#[inline(always)]
pub(super) fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}
