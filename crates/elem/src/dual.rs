//! Dual numbers: forward mode on elements.

use crate::{Binary, Consts, Elem, Scalar, Unary, rows};
use std::ops;

/// A value and its derivative in one direction. Every operation takes its derivative from its row in [`rows`].
///
/// Nested, as `Dual<Dual<f64>>`, it gives second derivatives.
///
/// Two duals belong to the same perturbation; nesting two functions that each open a perturbation at the same level
/// confuses them.
///
/// # Examples
///
/// ```
/// use rappel_elem::{Dual, Elem};
///
/// let y = Dual::variable(2.0_f64).powi(3);
/// assert_eq!((y.v, y.d), (8.0, 12.0));
///
/// let y = Dual::variable(Dual::variable(2.0_f64)).powi(3);
/// assert_eq!(y.d.d, 12.0); // 6 x
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<E> {
    /// The value.
    pub v: E,
    /// Its derivative.
    pub d: E,
}

impl<E: Elem> Dual<E> {
    /// A variable: its derivative in itself is 1.
    #[inline(always)]
    pub fn variable(v: E) -> Self {
        Dual { v, d: v.lit(1.0) }
    }

    /// A constant: its derivative is 0.
    #[inline(always)]
    pub fn constant(v: E) -> Self {
        Dual { v, d: v.lit(0.0) }
    }

    /// Applies a row with the derivative its `chain` states. `R::f(x, k)` would differentiate the parts of `f` instead:
    /// the same away from kinks, but not where the row chooses a subgradient.
    #[inline(always)]
    pub fn unary<R: Unary>(self, k: Consts) -> Self {
        let y = R::f(self.v, k);
        Dual { v: y, d: R::chain(self.d, self.v, y, k) }
    }

    /// Applies a row of two arguments with the derivatives its `chain_a` and `chain_b` state.
    #[inline(always)]
    pub fn binary<R: Binary>(self, o: Self, k: Consts) -> Self {
        let y = R::f(self.v, o.v, k);
        Dual { v: y, d: R::chain_a(self.d, self.v, o.v, y, k) + R::chain_b(o.d, self.v, o.v, y, k) }
    }
}

/// For a row without constants.
const NONE: Consts = [0.0; 2];

impl<E: Elem> ops::Neg for Dual<E> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.unary::<rows::Neg>(NONE)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl<E: Elem> ops::$trait for Dual<E> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                self.binary::<rows::$trait>(o, NONE)
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

macro_rules! functions {
    ($($method:ident: $row:ident),*) => {
        $(#[inline(always)]
        fn $method(self) -> Self {
            self.unary::<rows::$row>(NONE)
        })*
    };
}

macro_rules! pairs {
    ($($method:ident: $row:ident),*) => {
        $(#[inline(always)]
        fn $method(self, o: Self) -> Self {
            self.binary::<rows::$row>(o, NONE)
        })*
    };
}

impl<E: Elem> Elem for Dual<E> {
    type Mask = E::Mask;

    #[inline(always)]
    fn lit(self, c: f64) -> Self {
        Dual::constant(self.v.lit(c))
    }

    functions!(exp: Exp, expm1: Expm1, exp2: Exp2, ln: Ln, ln_1p: Ln1p, log2: Log2, sqrt: Sqrt, sigmoid: Sigmoid);
    functions!(sin: Sin, cos: Cos, tan: Tan, asin: Asin, acos: Acos, atan: Atan, erf: Erf, erfc: Erfc);
    functions!(sinh: Sinh, cosh: Cosh, tanh: Tanh, asinh: Asinh, acosh: Acosh, atanh: Atanh);
    functions!(abs: Abs, floor: Floor, ceil: Ceil, trunc: Trunc, round_ties_even: Round);
    pairs!(powf: Pow, hypot: Hypot, atan2: Atan2, fmod: Fmod, min: Min, max: Max);

    #[inline(always)]
    fn pow_const(self, c: f64) -> Self {
        self.unary::<rows::Powf>([c, 0.0])
    }
    #[inline(always)]
    fn powi(self, n: i32) -> Self {
        self.unary::<rows::Powi>([f64::from(n), 0.0])
    }

    #[inline(always)]
    fn below(self, o: Self) -> E::Mask {
        self.v.below(o.v)
    }
    #[inline(always)]
    fn pick(m: E::Mask, a: Self, b: Self) -> Self {
        Dual { v: E::pick(m, a.v, b.v), d: E::pick(m, a.d, b.d) }
    }
}

impl<E: Scalar> Scalar for Dual<E> {
    #[inline(always)]
    fn re(self) -> f64 {
        self.v.re()
    }
}
