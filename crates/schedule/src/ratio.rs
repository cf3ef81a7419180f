//! Exact fractions.

/// An exact fraction, in lowest terms: an amount of time that adds up without rounding.
///
/// Integers convert as they are. A float converts to the decimal fraction it is printed as, so `Ratio::from(0.29)` is
/// 29/100 and 0.29 of 100 steps are 29, where the product of floats is 28.999999999999996.
///
/// A fraction is kept even if it makes no sense as an amount of time: below zero, `n / 0`, from NaN or an infinite float.
/// Such a fraction is refused when the schedule is checked or bound. It holds 38 digits on either side of the
/// point: floats above 1.7e38 convert to infinity, and floats with digits beyond the 38th decimal to zero, as all below 1e-38
/// and those of 17 digits below 1e-22. As the length of a piece both are then refused too.
///
/// # Examples
///
/// ```
/// use rappel_schedule::Ratio;
///
/// assert_eq!(Ratio::from(0.29), Ratio::new(29, 100));
/// assert_eq!(Ratio::new(2, 6), Ratio::new(1, 3));
/// assert_eq!(Ratio::new(1, 3).to_string(), "1/3");
/// assert_eq!(Ratio::new(5, 2).to_string(), "2.5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: i128,
    /// Never negative; 0 marks what is not finite: NaN (num 0) or an infinity (num 1 or -1).
    den: i128,
}

impl Ratio {
    pub(crate) const ZERO: Ratio = Ratio { num: 0, den: 1 };
    pub(crate) const ONE: Ratio = Ratio { num: 1, den: 1 };
    pub(crate) const HUNDRED: Ratio = Ratio { num: 100, den: 1 };

    /// `num / den`. Over zero it is infinite, or NaN for `0 / 0`.
    pub fn new(num: i64, den: i64) -> Ratio {
        Ratio::reduced(num.into(), den.into())
    }

    /// `num / den` in lowest terms; `None` if it cannot be written.
    pub(crate) fn of(num: i128, den: i128) -> Option<Ratio> {
        (num != i128::MIN && den != i128::MIN).then(|| Ratio::reduced(num, den))
    }

    /// `num / den` in lowest terms. Neither is `i128::MIN`.
    fn reduced(num: i128, den: i128) -> Ratio {
        let g = gcd(num.unsigned_abs(), den.unsigned_abs()).max(1) as i128 * if den < 0 { -1 } else { 1 };
        Ratio { num: num / g, den: den / g }
    }

    /// The number above the line, in lowest terms.
    pub fn numerator(self) -> i128 {
        self.num
    }

    /// The number below the line, in lowest terms: positive, or 0 where the fraction is infinite or NaN.
    pub fn denominator(self) -> i128 {
        self.den
    }

    /// Whether it is a number: neither infinite nor NaN.
    pub fn is_finite(self) -> bool {
        self.den != 0
    }

    /// Whether it is finite and above zero: what a duration must be.
    pub fn is_positive(self) -> bool {
        self.num > 0 && self.den > 0
    }

    /// Whether it is above `o`; both are finite. `None` if the difference cannot be written.
    pub(crate) fn exceeds(self, o: Ratio) -> Option<bool> {
        self.minus(o).map(Ratio::is_positive)
    }

    /// The sum; `None` where it does not fit or a side is not finite.
    pub(crate) fn plus(self, o: Ratio) -> Option<Ratio> {
        if !(self.is_finite() && o.is_finite()) {
            return None;
        }
        let g = gcd(self.den as u128, o.den as u128) as i128;
        let a = self.num.checked_mul(o.den / g)?;
        let b = o.num.checked_mul(self.den / g)?;
        Some(Ratio::reduced(a.checked_add(b)?, self.den.checked_mul(o.den / g)?))
    }

    /// The difference; `None` as for [`Ratio::plus`].
    pub(crate) fn minus(self, o: Ratio) -> Option<Ratio> {
        self.plus(Ratio { num: -o.num, den: o.den })
    }

    /// The product; `None` as for [`Ratio::plus`].
    pub(crate) fn times(self, o: Ratio) -> Option<Ratio> {
        // Reduced crosswise first, so that the product fits whenever its lowest terms do.
        let (a, b) = (Ratio::reduced(self.num, o.den), Ratio::reduced(o.num, self.den));
        let r = Ratio { num: a.num.checked_mul(b.num)?, den: a.den.checked_mul(b.den)? };
        (self.is_finite() && o.is_finite()).then_some(r)
    }

    /// The quotient by a positive `o`; `None` as for [`Ratio::plus`].
    pub(crate) fn over(self, o: Ratio) -> Option<Ratio> {
        self.times(Ratio { num: o.den, den: o.num })
    }

    /// The nearest float (to an ulp); exact for integers up to 2^53. Finite fractions only.
    pub(crate) fn to_f64(self) -> f64 {
        let whole = self.num.div_euclid(self.den);
        whole as f64 + self.num.rem_euclid(self.den) as f64 / self.den as f64
    }

    /// The smallest integer not below it; of a positive fraction.
    pub(crate) fn ceil(self) -> u64 {
        let whole = self.num.div_euclid(self.den) + i128::from(self.num.rem_euclid(self.den) > 0);
        u64::try_from(whole).unwrap_or(u64::MAX)
    }

    /// The nearest float that no integer separates from the fraction: an integer step compares with it as with the fraction.
    pub(crate) fn boundary(self) -> f64 {
        let (whole, nearest) = (self.num.div_euclid(self.den) as f64, self.to_f64());
        if nearest == whole && self.den != 1 { whole.next_up() } else { nearest }
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

macro_rules! from_integers {
    ($($int:ty),*) => { $(
        impl From<$int> for Ratio {
            fn from(n: $int) -> Ratio {
                Ratio { num: n as i128, den: 1 }
            }
        }
    )* };
}
from_integers!(i32, i64, u32, u64, usize);

impl From<f64> for Ratio {
    fn from(x: f64) -> Ratio {
        if !x.is_finite() {
            return Ratio { num: if x.is_nan() { 0 } else { x.signum() as i128 }, den: 0 };
        }
        // The shortest digits that read back as x: "-2.9e-1".
        let text = format!("{x:e}");
        let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{decimals}").parse().expect("at most 17 digits");
        let exponent = exponent.parse::<i32>().expect("an integer") - decimals.len() as i32;
        let scale = 10_i128.checked_pow(exponent.unsigned_abs());
        match scale {
            Some(scale) if exponent < 0 => Ratio::reduced(digits, scale),
            Some(scale) => {
                digits.checked_mul(scale).map_or(Ratio { num: digits.signum(), den: 0 }, |num| Ratio { num, den: 1 })
            }
            None if exponent < 0 => Ratio::ZERO,
            None => Ratio { num: digits.signum(), den: 0 },
        }
    }
}

impl From<f32> for Ratio {
    /// The decimal fraction the `f32` is printed as: `0.1_f32` is 1/10.
    fn from(x: f32) -> Ratio {
        Ratio::from(x.to_string().parse::<f64>().expect("a float prints as one"))
    }
}
