//! Exponential and logarithm in `f64`, to the accuracy that `f32` functions need: about 2^-34.
//!
//! Functions whose `f32` form would need compensated sums to stay below 2 ulp go through these, are rounded once, and so are
//! about half an ulp off. Two vectors of `f64` cost less than the compensation.

use std::f64::consts::{LN_2, LOG2_E};

/// `1.5 * 2^52`: adding it to a small number rounds that number to an integer, which then stands in the low mantissa bits.
pub(super) const MAGIC: f64 = 6_755_399_441_055_744.0;

/// The polynomial with these coefficients, the constant first.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(x: f64, coefficients: &[f64; N]) -> f64 {
    let mut y = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        y = y * x + coefficients[i];
    }
    y
}

/// `e^x` for `|x| <= 700`, NaN at NaN; 2^-34.5 off.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let shifted = x * LOG2_E + MAGIC;
    let r = x - (shifted - MAGIC) * LN_2;
    let p = polynomial(
        r,
        &[
            0.999_999_999_961_651_3,
            1.000_000_000_243_290_5,
            0.500_000_010_459_867,
            0.166_666_651_252_204_28,
            0.041_666_225_249_468_7,
            0.008_333_561_179_716_11,
            0.001_394_819_517_340_427,
            0.000_197_751_592_618_698_47,
        ],
    );
    // The integer, added to the exponent.
    let scaled = f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52));
    if x.is_nan() { x } else { scaled }
}

/// The natural logarithm of a number that is no denormal `f64`; 2^-37 off, also next to 1.
///
/// -inf at 0, NaN below, inf at inf; NaN at NaN.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    /// The bits of the least mantissa, `sqrt(1/2)`, and those of 1.
    const LEAST: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
    /// `2^52`, and the exponent's bias.
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    const BIAS: f64 = 1023.0;

    let shifted = x.to_bits().wrapping_add(ONE - LEAST);
    // An integer below 2^52 becomes a number by standing in the mantissa of 2^52: one instruction less than a conversion,
    // which narrow vectors do not have.
    let e = f64::from_bits((shifted >> 52) | SHIFT.to_bits()) - (SHIFT + BIAS);
    let f = f64::from_bits((shifted & MANTISSA) + LEAST) - 1.0;
    let s = f / (2.0 + f);
    let p = polynomial(
        s * s,
        &[
            1.000_000_000_004_233_5,
            0.333_333_326_173_212_76,
            0.200_001_935_262_143_3,
            0.142_674_554_719_587_8,
            0.118_094_601_978_808_21,
        ],
    );
    let y = e * LN_2 + (s + s) * p;
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 { f64::NAN } else { y }
}
