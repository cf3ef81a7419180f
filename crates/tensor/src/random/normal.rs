//! Normal numbers from the bits of integers, to the last bit the same on every platform.

use std::f64::consts::{LN_2, SQRT_2};

/// The standard normal number that 64 random bits stand for: the quantile of the upper 53, read as a probability.
///
/// The bits are a signed integer `i` of 53 bits, the probability is 1/2 + (2i + 1) / 2^54: symmetric, never 0 or 1, so the
/// result is odd in the bits, rises with them, and lies within 8.3 of 0. Being a quantile function it needs no rejection and no
/// second draw. Relative error below 1e-15.
///
/// The rational approximations PPND16 of M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
/// Applied Statistics 37 (1988) 477-484.
///
/// ```
/// use rappel_tensor::random::normal_from_bits;
/// let upper_half = 1 << 62; // probability 3/4, and half a step
/// assert!((normal_from_bits(upper_half) - 0.6744897501960817).abs() < 1e-14);
/// assert_eq!(normal_from_bits(upper_half), -normal_from_bits(!upper_half));
/// ```
#[inline]
pub fn normal_from_bits(bits: u64) -> f64 {
    // Exact: an odd number of at most 53 bits, and a power of two.
    let q = (2 * (bits as i64 >> 11) + 1) as f64 * (1.0 / (1_u64 << 54) as f64);
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(r, &CENTRE_ABOVE, &CENTRE_BELOW);
    }
    tail(0.5 - q.abs()).copysign(q)
}

/// The distance from 0 beyond which the probability is `p`, for p below 0.075.
fn tail(p: f64) -> f64 {
    let r = (-ln(p)).sqrt();
    if r <= 5.0 { ratio(r - 1.6, &MIDDLE_ABOVE, &MIDDLE_BELOW) } else { ratio(r - 5.0, &FAR_ABOVE, &FAR_BELOW) }
}

#[inline]
fn ratio(r: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().fold(0.0, |sum, c| sum * r + c);
    horner(above) / horner(below)
}

/// The natural logarithm of a positive normal number, from basic operations: libraries differ in the last bits of theirs.
///
/// With x = m 2^e and s = (m - 1) / (m + 1): e ln 2 + 2 artanh(s), where |s| <= 0.172, so twelve terms reach 1e-18.
fn ln(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let mut exponent = (x.to_bits() >> 52) as i32 - 1023;
    let mut m = f64::from_bits(x.to_bits() & MANTISSA | 1.0_f64.to_bits());
    if m > SQRT_2 {
        m *= 0.5;
        exponent += 1;
    }
    let s = (m - 1.0) / (m + 1.0);
    let series = (0..12).rev().fold(0.0, |sum, k| sum * (s * s) + 1.0 / f64::from(2 * k + 1));
    f64::from(exponent) * LN_2 + 2.0 * s * series
}

// Numerators and denominators, the highest power first.
const CENTRE_ABOVE: [f64; 8] = [
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665,
];
const CENTRE_BELOW: [f64; 8] = [
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1.0,
];
const MIDDLE_ABOVE: [f64; 8] = [
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0507500716444169e-09,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1.0,
];
const FAR_ABOVE: [f64; 8] = [
    2.0103343992922881e-07,
    2.7115555687434876e-05,
    0.0012426609473880784,
    0.026532189526576124,
    0.29656057182850487,
    1.7848265399172913,
    5.463784911164114,
    6.657904643501103,
];
const FAR_BELOW: [f64; 8] = [
    2.0442631033899397e-15,
    1.421511758316446e-07,
    1.8463183175100548e-05,
    0.0007868691311456133,
    0.014875361290850615,
    0.1369298809227358,
    0.599832206555888,
    1.0,
];
