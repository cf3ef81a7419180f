//! Formulas written for numbers, read on variables.

use rappel_elem::{Elem, Scalar, rows};
use rappel_tensor::{Comparison, Float};

use crate::ops::{Compare, Select};
use crate::var::Var;

/// The vocabulary of formulas, recorded: a row or an update rule written on `Elem` gives nodes.
///
/// A literal is a scalar node; broadcasting stretches it. A mask is a node of 0 and 1.
impl<'t, T: Float> Elem for Var<'t, T> {
    type Mask = Var<'t, T>;

    fn lit(self, c: f64) -> Self {
        self.tape.constant(c)
    }

    fn exp(self) -> Self {
        self.row::<rows::Exp>()
    }

    fn expm1(self) -> Self {
        self.row::<rows::Expm1>()
    }

    fn ln(self) -> Self {
        self.row::<rows::Ln>()
    }

    fn ln_1p(self) -> Self {
        self.row::<rows::Ln1p>()
    }

    fn sqrt(self) -> Self {
        self.row::<rows::Sqrt>()
    }

    fn sin(self) -> Self {
        self.row::<rows::Sin>()
    }

    fn cos(self) -> Self {
        self.row::<rows::Cos>()
    }

    fn tanh(self) -> Self {
        self.row::<rows::Tanh>()
    }

    fn sigmoid(self) -> Self {
        self.row::<rows::Sigmoid>()
    }

    fn abs(self) -> Self {
        self.row::<rows::Abs>()
    }

    fn floor(self) -> Self {
        self.row::<rows::Floor>()
    }

    fn powf(self, e: Self) -> Self {
        self.pair::<rows::Pow>(e)
    }

    fn pow_const(self, c: f64) -> Self {
        self.row_with::<rows::Powf>([c, 0.0])
    }

    fn powi(self, n: i32) -> Self {
        self.row_with::<rows::Powi>([f64::from(n), 0.0])
    }

    fn min(self, o: Self) -> Self {
        self.pair::<rows::Min>(o)
    }

    fn max(self, o: Self) -> Self {
        self.pair::<rows::Max>(o)
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
