//! Formulas written for numbers, read on variables.

use rappel_elem::{Binary, Elem, Scalar, rows};
use rappel_tensor::{Comparison, Float};

use crate::array::Array;
use crate::ops::{Compare, Select};
use crate::row::built_in;
use crate::var::Var;

macro_rules! functions {
    ($($name:ident $row:ident;)*) => { $(
        fn $name(self) -> Self {
            self.unary(built_in!(unary rows::$row), [0.0; 2])
        }
    )* };
}

macro_rules! pairs {
    ($($name:ident $row:ident;)*) => { $(
        fn $name(self, o: Self) -> Self {
            self.pair_of(rows::$row::NAME, o, built_in!(binary rows::$row), [0.0; 2])
        }
    )* };
}

/// The vocabulary of formulas, recorded: a row or an update rule written on `Elem` gives nodes.
///
/// A literal is a scalar node; broadcasting stretches it. A mask is a node of 0 and 1.
impl<'t, T: Float> Elem for Var<'t, T> {
    type Mask = Var<'t, T>;

    fn lit(self, c: f64) -> Self {
        self.tape.constant(c)
    }

    functions! {
        exp Exp; expm1 Expm1; exp2 Exp2; ln Ln; ln_1p Ln1p; log2 Log2; sqrt Sqrt; sigmoid Sigmoid; erf Erf; erfc Erfc;
        sin Sin; cos Cos; tan Tan; asin Asin; acos Acos; atan Atan;
        sinh Sinh; cosh Cosh; tanh Tanh; asinh Asinh; acosh Acosh; atanh Atanh;
        abs Abs; floor Floor; ceil Ceil; trunc Trunc; round_ties_even Round;
    }
    pairs! { powf Pow; hypot Hypot; atan2 Atan2; fmod Fmod; min Min; max Max; }

    fn pow_const(self, c: f64) -> Self {
        self.unary(built_in!(unary rows::Powf), [c, 0.0])
    }

    fn powi(self, n: i32) -> Self {
        self.unary(built_in!(unary rows::Powi), [f64::from(n), 0.0])
    }

    fn below(self, o: Self) -> Self::Mask {
        self.apply2(o, Compare(Comparison::Lt))
    }

    fn pick(m: Self::Mask, a: Self, b: Self) -> Self {
        m.apply3(a, b, Select)
    }
}

/// A one-element variable may be branched on.
impl<T: Float> Scalar for Var<'_, T> {
    #[track_caller]
    fn re(self) -> f64 {
        self.item().re()
    }
}
