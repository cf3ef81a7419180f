//! Floating point numbers of two bytes.

/// A format of two bytes: a sign, an exponent and the rest of the significand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half {
    /// Bits of the significand that are stored.
    significand: i32,
    /// The smallest exponent of a normal number.
    smallest: i32,
}

/// IEEE 754 binary16.
pub(super) const F16: Half = Half { significand: 10, smallest: -14 };
/// bfloat16: the upper half of an f32.
pub(super) const BF16: Half = Half { significand: 7, smallest: -126 };

impl Half {
    /// The bits of the number of this format that is nearest to `x`, of two equally near ones the even one: rounded once, also from f64.
    ///
    /// What lies half a unit or more above the largest number is infinite; NaN stays NaN, with its sign.
    pub(super) fn encode(self, x: f64) -> u16 {
        let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
        if x.is_nan() {
            // Quiet: the highest stored bit of the significand.
            return sign | self.infinity() | 1 << (self.significand - 1);
        }
        // Zero and what is subnormal as f64 lie below every number of either format.
        let exponent = ((x.to_bits() >> 52 & 0x7ff) as i32 - 1023).max(self.smallest);
        // A unit in the last place is 2^(exponent - significand); scaling by a power of two is exact.
        let units = (x.abs() * f64::from(self.significand - exponent).exp2()).round_ties_even();
        if units.is_infinite() {
            return sign | self.infinity();
        }
        // A significand that rounds up to the next power of two carries into the exponent, which is what it should do.
        let bits = (i64::from(exponent - self.smallest) << self.significand) + units as i64;
        sign | bits.min(i64::from(self.infinity())) as u16
    }

    /// The number of these bits: exact.
    pub(super) fn decode(self, bits: u16) -> f32 {
        let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
        let (exponent, rest) = (i32::from(bits & 0x7fff) >> self.significand, bits & ((1 << self.significand) - 1));
        if bits & 0x7fff >= self.infinity() {
            return if rest == 0 { sign * f32::INFINITY } else { f32::NAN.copysign(sign) };
        }
        // Subnormal numbers have the exponent of the smallest normal ones, and no hidden bit.
        let (hidden, exponent) = if exponent == 0 { (0, self.smallest) } else { (1, exponent - 1 + self.smallest) };
        let significand = f64::from((hidden << self.significand) + i32::from(rest));
        (f64::from(sign) * significand * f64::from(exponent - self.significand).exp2()) as f32
    }

    /// The bits of the positive infinity: every bit of the exponent.
    fn infinity(self) -> u16 {
        0x7fff & !((1 << self.significand) - 1)
    }
}
