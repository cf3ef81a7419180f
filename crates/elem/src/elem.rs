//! What a formula may use: arithmetic, a few functions, comparison and selection.

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

/// A thing formulas can be written on: a number, a dual number, a recorded variable.
///
/// A formula never branches on an `Elem`, since a recorded variable stands for many numbers at once: it compares with
/// [`below`](Elem::below) and selects with [`pick`](Elem::pick).
///
/// In concrete code `x.exp()` on an `f32` is the standard library's function, as inherent methods win over a trait's;
/// the functions of this trait are `Elem::exp(x)`. Their accuracy stands in [`math`](crate::math).
///
/// # Examples
///
/// ```
/// use rappel_elem::{Dual, Elem};
///
/// fn hard_swish<E: Elem>(x: E) -> E {
///     let (zero, one) = (x.lit(0.0), x.lit(1.0));
///     let gate = (x + x.lit(3.0)) / x.lit(6.0);
///     x * E::pick(gate.below(zero), zero, E::pick(one.below(gate), one, gate))
/// }
///
/// assert_eq!(hard_swish(1.5_f32), 1.125);
/// assert_eq!(hard_swish(Dual::variable(1.5_f64)).d, 1.0);
/// ```
pub trait Elem:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The answer of a comparison: `bool` for numbers, a node of zeros and ones for a recorded variable.
    type Mask: Copy + BitAnd<Output = Self::Mask> + BitOr<Output = Self::Mask> + Not<Output = Self::Mask>;

    /// A constant of self's kind: the same shape, the same tape, no derivative.
    fn lit(self, c: f64) -> Self;

    /// `e^x`. Overflows to infinity, underflows gradually to zero.
    fn exp(self) -> Self;
    /// `e^x - 1`, accurate where `x` is small.
    fn expm1(self) -> Self;
    /// `2^x`, exact for whole `x`.
    fn exp2(self) -> Self;
    /// The natural logarithm: -inf at either zero, NaN below.
    fn ln(self) -> Self;
    /// `ln(1 + x)`, accurate where `x` is small: -inf at -1, NaN below.
    fn ln_1p(self) -> Self;
    /// The logarithm to the base 2: -inf at either zero, NaN below; exact for powers of two.
    fn log2(self) -> Self;
    /// The square root: NaN below zero, -0 at -0.
    fn sqrt(self) -> Self;
    /// `sqrt(x^2 + o^2)`, without overflow in between.
    fn hypot(self, o: Self) -> Self;
    /// The sine of `x` radians: NaN at the infinities.
    fn sin(self) -> Self;
    /// The cosine of `x` radians: NaN at the infinities.
    fn cos(self) -> Self;
    /// The tangent of `x` radians: NaN at the infinities.
    fn tan(self) -> Self;
    /// The arc in `[-pi/2, pi/2]` whose sine is `x`: NaN outside `[-1, 1]`.
    fn asin(self) -> Self;
    /// The arc in `[0, pi]` whose cosine is `x`: NaN outside `[-1, 1]`.
    fn acos(self) -> Self;
    /// The arc in `[-pi/2, pi/2]` whose tangent is `x`.
    fn atan(self) -> Self;
    /// The angle of the point `(o, x)`, in `[-pi, pi]`: the arc of `x / o` in the right quadrant.
    fn atan2(self, o: Self) -> Self;
    /// The hyperbolic sine.
    fn sinh(self) -> Self;
    /// The hyperbolic cosine: 1 or more.
    fn cosh(self) -> Self;
    /// The hyperbolic tangent: in `[-1, 1]`.
    fn tanh(self) -> Self;
    /// The inverse of the hyperbolic sine.
    fn asinh(self) -> Self;
    /// The inverse of the hyperbolic cosine, not negative: NaN below 1.
    fn acosh(self) -> Self;
    /// The inverse of the hyperbolic tangent: infinite at -1 and 1, NaN outside.
    fn atanh(self) -> Self;
    /// The error function: in `[-1, 1]`.
    fn erf(self) -> Self;
    /// `1 - erf(x)`, with every digit on the right: in `[0, 2]`.
    fn erfc(self) -> Self;
    /// `1 / (1 + e^-x)`: in `[0, 1]`, without overflow and without cancellation on the left.
    fn sigmoid(self) -> Self;
    /// The absolute value.
    fn abs(self) -> Self;
    /// The largest integer not above `x`.
    fn floor(self) -> Self;
    /// The smallest integer not below `x`.
    fn ceil(self) -> Self;
    /// The integer part of `x`: the integer next to it towards zero.
    fn trunc(self) -> Self;
    /// The integer next to `x`; of two equally near, the even one.
    fn round_ties_even(self) -> Self;
    /// What is left of `x` after subtracting `o` a whole number of times, with the sign of `x`: Rust's `%` and C's `fmod`.
    /// Exact; NaN for `o` = 0 and for an infinite `x`.
    fn fmod(self, o: Self) -> Self;

    /// `x^e`. Anything to the power 0 is 1, NaN included; NaN for a negative `x` and an `e` that is no integer.
    ///
    /// The derivative in the exponent of a negative base is NaN, even when the exponent's own derivative is zero: where
    /// the exponent is a constant, write [`pow_const`](Elem::pow_const).
    fn powf(self, e: Self) -> Self;
    /// `x^c` for a constant `c`: no derivative in the exponent is formed.
    #[inline(always)]
    fn pow_const(self, c: f64) -> Self {
        self.powf(self.lit(c))
    }
    /// `x^n` for an integer. `x.powi(0)` is 1, at NaN too.
    fn powi(self, n: i32) -> Self;

    /// The smaller of two; NaN if either is NaN (unlike `f32::min`). Of two zeros, `o`.
    fn min(self, o: Self) -> Self;
    /// The larger of two; NaN if either is NaN (unlike `f32::max`). Of two zeros, `o`.
    fn max(self, o: Self) -> Self;

    /// Whether `self < o`. False if either is NaN, so `!a.below(b)` is "not less, or NaN".
    fn below(self, o: Self) -> Self::Mask;
    /// `a` where the mask holds, else `b`. It selects and never multiplies: what is not taken may be infinite or NaN.
    fn pick(m: Self::Mask, a: Self, b: Self) -> Self;
}

/// An [`Elem`] that is one number, so code may branch on its value. Schedules need this, kernels do not.
///
/// # Examples
///
/// ```
/// use rappel_elem::{Dual, Scalar};
///
/// assert_eq!(2.5_f32.re(), 2.5);
/// assert_eq!(Dual::variable(2.5_f64).re(), 2.5);
/// ```
pub trait Scalar: Elem {
    /// The value as an `f64`, without its derivatives.
    fn re(self) -> f64;
}
