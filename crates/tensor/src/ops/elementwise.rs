//! Rows of the elementwise table applied to tensors.

use rappel_elem::{Binary, Consts, Unary, rows};

use super::place;
use crate::kernels::{elementwise, pairs};
use crate::number::Float;
use crate::shape::{broadcast_or_panic, count};
use crate::tensor::Tensor;

pub use crate::kernels::pairs::Side;

impl<T: Float> Tensor<T> {
    /// Applies a row of the elementwise table; `k` are its constants.
    ///
    /// ```
    /// use rappel_tensor::{Tensor, elem::rows};
    /// let x = Tensor::from([-1.0_f32, 0.5, 2.0]);
    /// assert_eq!(x.unary::<rows::Clamp>([0.0, 1.0]).data(), [0.0, 0.5, 1.0]);
    /// ```
    pub fn unary<O: Unary>(&self, k: Consts) -> Self {
        Self::make(self.workspace(), self.shape().into(), |to| elementwise::map::<O, T>(self.data(), to, k))
    }

    /// Applies a row in place when nobody else holds the buffer.
    pub fn into_unary<O: Unary>(mut self, k: Consts) -> Self {
        if self.is_unique() {
            elementwise::map_in_place::<O, T>(self.data_mut(), k);
            self
        } else {
            self.unary::<O>(k)
        }
    }

    /// The cotangent `g f'(x)` of a row whose input is `x` and output `y`, all of one shape.
    pub fn unary_chain<O: Unary>(g: &Self, x: &Self, y: &Self, k: Consts) -> Self {
        Self::make(place(g, x), x.shape().into(), |to| {
            elementwise::chain::<O, T>(to, g.data(), x.data(), y.data(), k, false)
        })
    }

    /// Adds the cotangent `g f'(x)` to `self`.
    pub fn add_unary_chain<O: Unary>(&mut self, g: &Self, x: &Self, y: &Self, k: Consts) {
        debug_assert_eq!(self.shape(), x.shape());
        elementwise::chain::<O, T>(self.data_mut(), g.data(), x.data(), y.data(), k, true);
    }

    /// Applies a binary row under broadcasting.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn binary<O: Binary>(&self, other: &Self, k: Consts) -> Self {
        if self.same_shape(other) {
            return Self::make(place(self, other), self.shape().into(), |to| {
                pairs::map_equal::<O, T>(self.data(), other.data(), to, k);
            });
        }
        let shape = broadcast_or_panic(O::NAME, self.shape(), other.shape());
        let walk = pairs::Walk::new(self.shape(), other.shape(), &shape);
        Self::make(place(self, other), shape, |to| pairs::map::<O, T>(&walk, self.data(), other.data(), to, k))
    }

    /// Applies a binary row into the left buffer when nobody else holds it and the shapes are equal.
    #[track_caller]
    pub(crate) fn into_binary<O: Binary>(mut self, other: &Self, k: Consts) -> Self {
        if self.same_shape(other) && self.is_unique() {
            pairs::map_in_place::<O, T>(self.data_mut(), other.data(), k);
            self
        } else {
            self.binary::<O>(other, k)
        }
    }

    /// The cotangent of one operand of a binary row, in the shape of the output; `g` and `y` have that shape.
    pub fn binary_chain<O: Binary>(side: Side, g: &Self, a: &Self, b: &Self, y: &Self, k: Consts) -> Self {
        let operands = pairs::Operands { g: g.data(), a: a.data(), b: b.data(), y: y.data() };
        Self::make(place(g, y), y.shape().into(), |to| {
            if a.same_shape(y) && b.same_shape(y) {
                pairs::chain_equal::<O, T>(side, to, &operands, k, false);
            } else {
                let walk = pairs::Walk::new(a.shape(), b.shape(), y.shape());
                pairs::chain::<O, T>(side, &walk, to, &operands, k);
            }
        })
    }

    /// Adds the cotangent of one operand to `self`; both operands have the shape of the output.
    pub fn add_binary_chain<O: Binary>(&mut self, side: Side, g: &Self, a: &Self, b: &Self, y: &Self, k: Consts) {
        debug_assert!(self.shape() == y.shape() && a.shape() == y.shape() && b.shape() == y.shape());
        let operands = pairs::Operands { g: g.data(), a: a.data(), b: b.data(), y: y.data() };
        pairs::chain_equal::<O, T>(side, self.data_mut(), &operands, k, true);
    }

    /// Adds a tensor of the same shape in place.
    #[track_caller]
    pub fn add_assign(&mut self, other: &Self) {
        assert!(
            self.same_shape(other),
            "add_assign: shapes {:?} and {:?} differ (adding in place does not broadcast)",
            self.shape(),
            other.shape()
        );
        debug_assert_eq!(count(self.shape()), self.len());
        elementwise::add_assign(self.data_mut(), other.data());
    }

    /// The tensor times a number.
    pub fn scaled(&self, c: f64) -> Self {
        self.unary::<rows::Scale>([c, 0.0])
    }

    /// `keep self + by other` in place: a running mean (`1 - k`, `k`), or a step along a direction (`1`, `-lr`).
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    ///
    /// let mut mean = Tensor::from([1.0_f32, 2.0]);
    /// mean.blend(0.75, 0.25, &Tensor::from([5.0, 6.0]));
    /// assert_eq!(mean.data(), [2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn blend(&mut self, keep: f64, by: f64, other: &Self) {
        assert!(
            self.same_shape(other),
            "blend: shapes {:?} and {:?} differ (blending in place does not broadcast)",
            self.shape(),
            other.shape()
        );
        elementwise::blend(self.data_mut(), T::of(keep), T::of(by), other.data());
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $row:ident;)*) => {
        impl<T: Float> Tensor<T> { $(
            $(#[$doc])*
            pub fn $name(&self) -> Self {
                self.unary::<rows::$row>([0.0; 2])
            }
        )* }
    };
}

functions! {
    /// The exponential of each value.
    exp Exp;
    /// `exp(x) - 1` of each value, accurate near 0.
    expm1 Expm1;
    /// Two to the power of each value.
    exp2 Exp2;
    /// The natural logarithm of each value.
    ln Ln;
    /// `ln(1 + x)` of each value, accurate near 0.
    ln_1p Ln1p;
    /// The logarithm to the base 2 of each value.
    log2 Log2;
    /// The square root of each value.
    sqrt Sqrt;
    /// `1 / sqrt(x)` of each value.
    rsqrt Rsqrt;
    /// The square of each value.
    square Square;
    /// `1 / x` of each value.
    recip Recip;
    /// The magnitude of each value.
    abs Abs;
    /// The sine of each value, of radians.
    sin Sin;
    /// The cosine of each value, of radians.
    cos Cos;
    /// The tangent of each value, of radians.
    tan Tan;
    /// The arc in `[-pi/2, pi/2]` whose sine is the value; NaN outside `[-1, 1]`.
    asin Asin;
    /// The arc in `[0, pi]` whose cosine is the value; NaN outside `[-1, 1]`.
    acos Acos;
    /// The arc in `[-pi/2, pi/2]` whose tangent is the value.
    atan Atan;
    /// The hyperbolic sine of each value.
    sinh Sinh;
    /// The hyperbolic cosine of each value.
    cosh Cosh;
    /// The hyperbolic tangent of each value.
    tanh Tanh;
    /// The inverse of the hyperbolic sine of each value.
    asinh Asinh;
    /// The inverse of the hyperbolic cosine of each value; NaN below 1.
    acosh Acosh;
    /// The inverse of the hyperbolic tangent of each value; NaN outside `[-1, 1]`.
    atanh Atanh;
    /// The error function of each value.
    erf Erf;
    /// `1 - erf(x)` of each value, with every digit where that is small.
    erfc Erfc;
    /// The largest whole number not above each value.
    floor Floor;
    /// The smallest whole number not below each value.
    ceil Ceil;
    /// The whole number next to each value towards 0.
    trunc Trunc;
    /// The whole number nearest to each value, and the even one of two.
    round Round;
    /// -1, 0 or 1 by the sign of each value; NaN stays NaN.
    sign Sign;
    /// The logistic function `1 / (1 + exp(-x))` of each value.
    sigmoid Sigmoid;
    /// The logarithm of the logistic function of each value.
    log_sigmoid LogSigmoid;
    /// `max(x, 0)` of each value; NaN stays NaN.
    relu Relu;
    /// `ln(1 + exp(x))` of each value.
    softplus Softplus;
    /// `x / (1 + abs(x))` of each value.
    softsign Softsign;
    /// The scaled exponential linear unit of each value.
    selu Selu;
    /// Each value times the probability that a standard normal number is below it.
    gelu Gelu;
    /// The approximation of [`gelu`](Self::gelu) by a hyperbolic tangent.
    gelu_tanh GeluTanh;
    /// `x sigmoid(x)` of each value.
    silu Silu;
    /// `x tanh(softplus(x))` of each value.
    mish Mish;
    /// `x / 6 + 1/2` of each value, held within `[0, 1]`.
    hard_sigmoid HardSigmoid;
    /// Each value times its [`hard_sigmoid`](Self::hard_sigmoid).
    hard_swish HardSwish;
}

impl<T: Float> Tensor<T> {
    /// Each value to a whole power.
    pub fn powi(&self, n: i32) -> Self {
        self.unary::<rows::Powi>([f64::from(n), 0.0])
    }

    /// Each value to a real power.
    pub fn powf(&self, exponent: f64) -> Self {
        self.unary::<rows::Powf>([exponent, 0.0])
    }

    /// Each value held within `[low, high]`; NaN stays NaN.
    pub fn clamp(&self, low: f64, high: f64) -> Self {
        self.unary::<rows::Clamp>([low, high])
    }

    /// Each value held within `[-1, 1]`.
    pub fn hard_tanh(&self) -> Self {
        self.unary::<rows::HardTanh>([-1.0, 1.0])
    }

    /// Each value where positive, else `slope` times it.
    pub fn leaky_relu(&self, slope: f64) -> Self {
        self.unary::<rows::LeakyRelu>([slope, 0.0])
    }

    /// Each value where positive, else `alpha (exp(x) - 1)`.
    pub fn elu(&self, alpha: f64) -> Self {
        self.unary::<rows::Elu>([alpha, 0.0])
    }

    /// Each value where positive, else `alpha (exp(x / alpha) - 1)`.
    pub fn celu(&self, alpha: f64) -> Self {
        self.unary::<rows::Celu>([alpha, 0.0])
    }

    /// The values at the fraction `weight` of the way to `end`, under broadcasting.
    #[track_caller]
    pub fn lerp(&self, end: &Self, weight: f64) -> Self {
        self.binary::<rows::Lerp>(end, [weight, 0.0])
    }
}

macro_rules! pairs {
    ($($(#[$doc:meta])* $name:ident $row:ident;)*) => {
        /// Functions of two values, under broadcasting. All panic at the caller's line when the shapes do not broadcast.
        impl<T: Float> Tensor<T> { $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self, other: &Self) -> Self {
                self.binary::<rows::$row>(other, [0.0; 2])
            }
        )* }
    };
}

pairs! {
    /// The smaller of two values; NaN if either is.
    minimum Min;
    /// The larger of two values; NaN if either is.
    maximum Max;
    /// Each value to the power of the other; anything to the power 0 is 1.
    pow Pow;
    /// `sqrt(x^2 + y^2)`, without overflow in between.
    hypot Hypot;
    /// The angle of the point `(other, self)`, in `[-pi, pi]`.
    atan2 Atan2;
    /// `ln(exp(x) + exp(y))`, from the larger of the two.
    logaddexp LogAddExp;
    /// `x ln(y)`, and 0 where x is 0 unless y is NaN.
    xlogy XLogY;
    /// What is left of a division, with the sign of the divisor `other` (Python's `%`).
    remainder Remainder;
    /// What is left of a division, with the sign of the dividend (C's `fmod`, Rust's `%`).
    fmod Fmod;
    /// Each value where positive, else the other, a slope, times it.
    prelu PRelu;
}
