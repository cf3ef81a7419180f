//! Functions applied to every value.

use rappel_elem::{Binary, Consts, Unary, rows};
use rappel_tensor::shape::broadcast_or_panic;
use rappel_tensor::{Float, Shape};

use super::Number;
use crate::array::Array;
use crate::op::Op;
use crate::row::{self, BinaryRow, built_in};
use crate::tape::Ids;
use crate::var::Var;

/// Methods of a variable that apply a row without constants.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $row:ident;)*) => {
        impl<T: Float> Var<'_, T> { $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(self) -> Self {
                self.unary($crate::row::built_in!(unary rows::$row), [0.0; 2])
            }
        )* }
    };
}
pub(super) use functions;

functions! {
    /// The magnitude; the derivative at 0 is 0.
    abs Abs;
    /// The exponential.
    exp Exp;
    /// `exp(x) - 1`, accurate near 0.
    expm1 Expm1;
    /// Two to this power.
    exp2 Exp2;
    /// The natural logarithm: `-inf` at 0, NaN below.
    ln Ln;
    /// `ln(1 + x)`, accurate near 0.
    ln_1p Ln1p;
    /// The logarithm to the base 2: `-inf` at 0, NaN below.
    log2 Log2;
    /// The square root; the derivative at 0 is `+inf`.
    sqrt Sqrt;
    /// `1 / sqrt(x)`: infinite at 0, NaN below.
    rsqrt Rsqrt;
    /// The square.
    square Square;
    /// `1 / x`.
    recip Recip;
    /// The sine, of radians.
    sin Sin;
    /// The cosine, of radians.
    cos Cos;
    /// The tangent, of radians.
    tan Tan;
    /// The arc in `[-pi/2, pi/2]` of this sine: NaN outside `[-1, 1]`; the derivative at both ends is `inf`.
    asin Asin;
    /// The arc in `[0, pi]` of this cosine: NaN outside `[-1, 1]`; the derivative at both ends is `-inf`.
    acos Acos;
    /// The arc in `[-pi/2, pi/2]` of this tangent.
    atan Atan;
    /// The hyperbolic sine.
    sinh Sinh;
    /// The hyperbolic cosine.
    cosh Cosh;
    /// The hyperbolic tangent.
    tanh Tanh;
    /// The inverse of the hyperbolic sine.
    asinh Asinh;
    /// The inverse of the hyperbolic cosine: 0 at 1, where its derivative is `inf`, NaN below.
    acosh Acosh;
    /// The inverse of the hyperbolic tangent: infinite at -1 and 1, NaN outside.
    atanh Atanh;
    /// The error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0.
    erf Erf;
    /// `1 - erf(x)`, with every digit where that is small.
    erfc Erfc;
}

functions! {
    /// The largest whole number not above. No gradient: the result counts as a constant.
    floor Floor;
    /// The smallest whole number not below. No gradient: the result counts as a constant.
    ceil Ceil;
    /// The whole number next to it towards 0. No gradient: the result counts as a constant.
    trunc Trunc;
    /// The nearest whole number, and the even one of two. No gradient: the result counts as a constant.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([0.5, 1.5, -2.7]));
    /// assert_eq!(x.round().value().data(), [0.0, 2.0, -3.0]);
    /// // A gradient that passes straight through:
    /// let through = x + (x.round() - x).detach();
    /// assert_eq!(through.sum().backward().wrt(x).unwrap().data(), [1.0; 3]);
    /// ```
    round Round;
    /// -1 below 0, 1 above, 0 at 0, NaN at NaN. No gradient: the result counts as a constant.
    sign Sign;
}

impl<'t, T: Float> Var<'t, T> {
    /// Applies a row of the elementwise table, the user's own included: `x.row::<MyRow>()`.
    #[track_caller]
    pub fn row<O: Unary>(self) -> Self {
        self.row_with::<O>([0.0; 2])
    }

    /// Applies a row with its constants.
    #[track_caller]
    pub fn row_with<O: Unary>(self, k: Consts) -> Self {
        self.unary(row::unary::<O, T>(), k)
    }

    /// Applies a binary row of the elementwise table, the user's own included, under broadcasting.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn pair<O: Binary>(self, other: Self) -> Self {
        self.pair_with::<O>(other, [0.0; 2])
    }

    /// Applies a binary row with its constants.
    #[track_caller]
    pub fn pair_with<O: Binary>(self, other: Self, k: Consts) -> Self {
        self.pair_of(O::NAME, other, row::binary::<O, T>(), k)
    }

    /// Applies the readings of a binary row.
    #[track_caller]
    pub(crate) fn pair_of(self, op: &str, other: Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        self.check_same(op, other);
        // Checked here because the row is reached through a pointer, behind which the caller's line is lost.
        let misfit = {
            let nodes = self.tape.nodes.borrow();
            let (a, b) = (&nodes[self.id as usize].value, &nodes[other.id as usize].value);
            (!a.same_shape(b)).then(|| (Shape::from_slice(a.shape()), Shape::from_slice(b.shape())))
        };
        if let Some((a, b)) = misfit {
            broadcast_or_panic(op, &a, &b);
        }
        self.tape.record(Op::Binary(row, k), Ids::from_slice(&[self.id, other.id]))
    }

    /// To a whole power; `x.powi(0)` is 1 with derivative 0, at 0 too.
    #[track_caller]
    pub fn powi(self, n: i32) -> Self {
        match n {
            1 => self,
            2 => self.square(),
            _ => self.unary(built_in!(unary rows::Powi), [f64::from(n), 0.0]),
        }
    }

    /// To a real power that is a number: NaN for a negative base unless the exponent is whole.
    #[track_caller]
    pub fn powf(self, exponent: impl Number) -> Self {
        self.unary(built_in!(unary rows::Powf), [exponent.to_f64(), 0.0])
    }

    /// To a power that is a variable, under broadcasting. The derivative in the base is 0 where the exponent is 0; at base 0 the
    /// derivative in the exponent is 0, and `-inf` for a negative exponent.
    #[track_caller]
    pub fn pow(self, exponent: Var<'t, T>) -> Self {
        self.pair_of("pow", exponent, built_in!(binary rows::Pow), [0.0; 2])
    }

    /// `sqrt(x^2 + y^2)` under broadcasting, without overflow in between; the derivatives at `(0, 0)` are 0.
    #[track_caller]
    pub fn hypot(self, other: Var<'t, T>) -> Self {
        self.pair_of(rows::Hypot::NAME, other, built_in!(binary rows::Hypot), [0.0; 2])
    }

    /// The angle of the point `(x, self)` under broadcasting, in `[-pi, pi]`; the derivatives at `(0, 0)` are 0.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let (y, x) = (tape.var(&Tensor::scalar(0.0)), tape.var(&Tensor::scalar(-2.0)));
    /// let angle = y.atan2(x);
    /// assert_eq!(angle.item(), std::f32::consts::PI);
    /// assert_eq!(angle.backward().wrt(y).unwrap().item(), -0.5);
    /// ```
    #[track_caller]
    pub fn atan2(self, x: Var<'t, T>) -> Self {
        self.pair_of(rows::Atan2::NAME, x, built_in!(binary rows::Atan2), [0.0; 2])
    }

    /// `ln(exp(x) + exp(y))` under broadcasting, from the larger of the two: does not overflow.
    #[track_caller]
    pub fn logaddexp(self, other: Var<'t, T>) -> Self {
        self.pair_of(rows::LogAddExp::NAME, other, built_in!(binary rows::LogAddExp), [0.0; 2])
    }

    /// `x ln(y)` under broadcasting, and 0 where x is 0, whatever y but NaN; both derivatives are 0 where x is 0 and `y <= 0`.
    #[track_caller]
    pub fn xlogy(self, other: Var<'t, T>) -> Self {
        self.pair_of(rows::XLogY::NAME, other, built_in!(binary rows::XLogY), [0.0; 2])
    }

    /// What is left after subtracting the divisor a whole number of times, with the sign of the divisor (Python's `%`), under
    /// broadcasting; NaN for a divisor of 0.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let (x, three) = (tape.var(&Tensor::from([-7.0, 7.0])), tape.constant(3.0));
    /// assert_eq!(x.remainder(three).value().data(), [2.0, 1.0]);
    /// assert_eq!(x.fmod(three).value().data(), [-1.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn remainder(self, divisor: Var<'t, T>) -> Self {
        self.pair_of(rows::Remainder::NAME, divisor, built_in!(binary rows::Remainder), [0.0; 2])
    }

    /// The same with the sign of the dividend (C's `fmod`, Rust's `%`).
    #[track_caller]
    pub fn fmod(self, divisor: Var<'t, T>) -> Self {
        self.pair_of(rows::Fmod::NAME, divisor, built_in!(binary rows::Fmod), [0.0; 2])
    }

    /// The value at the fraction `weight` of the way to `end`, `x + weight (end - x)`, under broadcasting; both ends are met exactly.
    #[track_caller]
    pub fn lerp(self, end: Var<'t, T>, weight: impl Number) -> Self {
        self.pair_of("lerp", end, built_in!(binary rows::Lerp), [weight.to_f64(), 0.0])
    }

    /// The same with a fraction per value, under broadcasting. All three get a gradient.
    #[track_caller]
    pub fn lerp_by(self, end: Var<'t, T>, weight: Var<'t, T>) -> Self {
        self.check_same("lerp_by", end);
        self.check_same("lerp_by", weight);
        let between = broadcast_or_panic("lerp_by", &self.shape(), &end.shape());
        broadcast_or_panic("lerp_by", &between, &weight.shape());
        self + weight * (end - self)
    }

    /// Held within `[low, high]`. The derivative is 1 on the closed interval and 0 outside; NaN stays NaN.
    ///
    /// # Panics
    /// At the caller's line, unless `low <= high`.
    #[track_caller]
    pub fn clamp(self, low: impl Number, high: impl Number) -> Self {
        let (low, high) = (low.to_f64(), high.to_f64());
        assert!(low <= high, "clamp: the lower bound {low} must not be above the upper bound {high}");
        self.unary(built_in!(unary rows::Clamp), [low, high])
    }

    /// The smaller of two, under broadcasting; equals share the gradient in halves, NaN wins.
    #[track_caller]
    pub fn minimum(self, other: Var<'t, T>) -> Self {
        self.pair_of("min", other, built_in!(binary rows::Min), [0.0; 2])
    }

    /// The larger of two, under broadcasting; equals share the gradient in halves, NaN wins.
    #[track_caller]
    pub fn maximum(self, other: Var<'t, T>) -> Self {
        self.pair_of("max", other, built_in!(binary rows::Max), [0.0; 2])
    }
}
