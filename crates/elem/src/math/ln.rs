//! Logarithms: `ln x = e ln 2 + ln m` with `m` in `[sqrt(1/2), sqrt(2))`, and a polynomial in `s = f / (2 + f)`, `f = m
//! - 1` (FreeBSD msun, `e_logf.c` and `s_log1pf.c`).

use super::wide;

/// The bits of the least mantissa, `sqrt(1/2)`.
const LEAST: i32 = 0x3f35_04f3;
/// `ln 2` in two parts; the first has 17 significant bits, so that its product with a normal number's exponent is
/// exact.
const LN2_HI: f32 = 6.931_381e-1;
const LN2_LO: f32 = 9.058_001e-6;

/// The natural logarithm. At most 0.835 ulp off, over all `f32`.
///
/// Denormals are numbers like others. -inf at either zero, NaN below, inf at inf; NaN at NaN; exactly 0 at 1.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::ln;
///
/// assert_eq!(ln(1.0), 0.0);
/// assert_eq!(ln(0.0), f32::NEG_INFINITY);
/// assert!(ln(-1.0).is_nan());
/// ```
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    let tiny = x < f32::MIN_POSITIVE;
    let (scaled, taken) = if tiny { (x * 8_388_608.0, 23.0) } else { (x, 0.0) };
    edges(x, 0.0, positive(scaled, taken, 0.0))
}

/// `ln(1 + x)`, with every digit near 0. At most 0.864 ulp off, over all `f32`.
///
/// -inf at -1, NaN below, inf at inf; a zero keeps its sign; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::ln_1p;
///
/// assert_eq!(ln_1p(1e-20), 1e-20);
/// assert_eq!(ln_1p(-1.0), f32::NEG_INFINITY);
/// ```
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    // What the sum lost, exactly; ln(u + c) = ln(u) + c / u.
    let c = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    edges(x, -1.0, positive(u, 0.0, c / u)).copysign(x)
}

/// The logarithm to the base 2. At most 0.501 ulp off, over all `f32`; exact for powers of two.
///
/// Through `f64`. -inf at either zero, NaN below, inf at inf; NaN at NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::log2;
///
/// assert_eq!(log2(1024.0), 10.0);
/// assert_eq!(log2(0.0), f32::NEG_INFINITY);
/// ```
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    (wide::ln(f64::from(x)) * std::f64::consts::LOG2_E) as f32
}

/// `ln(2^-taken x) + c` for a positive normal `x` and a small `c`.
#[inline(always)]
fn positive(x: f32, taken: f32, c: f32) -> f32 {
    let shifted = (x.to_bits() as i32).wrapping_sub(LEAST);
    let e = (shifted >> 23) as f32 - taken;
    let f = f32::from_bits((shifted & 0x007f_ffff).wrapping_add(LEAST) as u32) - 1.0;
    let s = f / (2.0 + f);
    let (z, half_square) = (s * s, 0.5 * f * f);
    let w = z * z;
    let odd = w * (0.400_009_72 + w * 0.242_790_8);
    let even = z * (0.666_666_6 + w * 0.284_987_87);
    s * (half_square + (even + odd)) + (e * LN2_LO + c) - half_square + f + e * LN2_HI
}

/// `y`, but for the pole, what lies left of it, infinity and NaN.
#[inline(always)]
fn edges(x: f32, pole: f32, y: f32) -> f32 {
    let y = if x < f32::INFINITY { y } else { x };
    let y = if x == pole { f32::NEG_INFINITY } else { y };
    if x < pole { f32::NAN } else { y }
}
