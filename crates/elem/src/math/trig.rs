//! Sine, cosine and tangent: the angle in quarter turns, reduced by a table, and polynomials in `f64`, rounded once.
//!
//! `x * 2/pi` modulo 4 needs only the bits of `2/pi` whose products with `x` are not multiples of 4, and those to enough
//! places: 82 of them, in two parts. Which ones depends on the exponent of `x` alone, so they stand in a table (Payne and
//! Hanek's method; with the table in place of a search it has no branch, and large angles cost no more than small ones).

use super::wide::{MAGIC, polynomial};

/// `2 / pi` after the point.
const TWO_OVER_PI: [u32; 6] = [0xa2f9_836e, 0x4e44_1529, 0xfc27_57d1, 0xf534_ddc0, 0xdb62_9599, 0x3c43_9041];

/// By the exponent of an `f32`, the bits of `2 / pi` that count: the first 29, whose product with 24 bits is exact, and the
/// next 53. NaN for infinities and NaN.
static PARTS: [[f64; 2]; 256] = parts();

const fn parts() -> [[f64; 2]; 256] {
    let mut table = [[f64::NAN; 2]; 256];
    let mut exponent = 0;
    while exponent < 255 {
        // The bit of weight 2^-i times the last bit of x, 2^(exponent - 150), is less than 4 from here on.
        let first = if exponent > 152 { exponent - 151 } else { 1 };
        table[exponent] = [bits(first, 29), bits(first + 29, 53)];
        exponent += 1;
    }
    table
}

/// The value of some bits of `2 / pi`, counted from 1.
const fn bits(first: usize, count: usize) -> f64 {
    let (mut y, mut i) = (0_u64, first);
    while i < first + count {
        let at = i - 1;
        y = y << 1 | (TWO_OVER_PI[at / 32] >> (31 - at % 32) & 1) as u64;
        i += 1;
    }
    // Times 2^-(first + count - 1): the last bit's weight.
    y as f64 * f64::from_bits((1023 - (first + count - 1) as u64) << 52)
}

/// `(q, sin, cos)`: the angle is `q` quarter turns and a rest, whose sine and cosine these are; `q` counts modulo 4.
#[inline(always)]
fn reduced(x: f32) -> (u64, f64, f64) {
    let [high, low] = PARTS[(x.to_bits() >> 23 & 0xff) as usize];
    let x = f64::from(x);
    let turns = x * high;
    let shifted = turns + MAGIC;
    // At most 5/8: half from the rounding, an eighth from the low bits.
    let f = (turns - (shifted - MAGIC)) + x * low;
    let z = f * f;
    let sin = f * polynomial(
        z,
        &[
            1.570_796_326_794_780_4,
            -0.645_964_097_485_679_6,
            0.079_692_625_652_043_95,
            -0.004_681_747_828_578_904,
            0.000_160_410_815_575_105_84,
            -3.531_199_761_784_746e-6,
        ],
    );
    let cos = polynomial(
        z,
        &[
            0.999_999_999_998_828_6,
            -1.233_700_549_940_738_3,
            0.253_669_502_492_798_7,
            -0.020_863_425_204_184_285,
            0.000_918_999_550_117_183_9,
            -2.463_317_951_138_388_6e-5,
        ],
    );
    (shifted.to_bits(), sin, cos)
}

/// The sine of `q` quarter turns more than an angle of this sine and cosine.
#[inline(always)]
fn turned(q: u64, sin: f64, cos: f64) -> f32 {
    let y = if q & 1 == 0 { sin } else { cos };
    f64::from_bits(y.to_bits() ^ (q & 2) << 62) as f32
}

/// The sine of `x` radians. At most 0.501 ulp off, over all `f32`.
///
/// A zero keeps its sign; NaN at the infinities and NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::sin;
///
/// assert_eq!(sin(1e-20), 1e-20);
/// assert_eq!(sin(1e30), 1e30_f32.sin());
/// ```
#[inline(always)]
pub fn sin(x: f32) -> f32 {
    let (q, sin, cos) = reduced(x);
    turned(q, sin, cos)
}

/// The cosine of `x` radians. At most 0.501 ulp off, over all `f32`.
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
    let (q, sin, cos) = reduced(x);
    turned(q.wrapping_add(1), sin, cos)
}

/// The tangent of `x` radians. At most 0.501 ulp off, over all `f32`.
///
/// Finite everywhere, as no `f32` is an odd multiple of a quarter turn. A zero keeps its sign; NaN at the infinities and NaN.
///
/// # Examples
///
/// ```
/// use rappel_elem::math::tan;
///
/// assert_eq!(tan(1e-20), 1e-20);
/// assert!(tan(std::f32::consts::FRAC_PI_2) < 0.0); // which is a little more than a quarter turn
/// ```
#[inline(always)]
pub fn tan(x: f32) -> f32 {
    let (q, sin, cos) = reduced(x);
    let (above, below) = if q & 1 == 0 { (sin, cos) } else { (-cos, sin) };
    (above / below) as f32
}
