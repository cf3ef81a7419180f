//! Functions applied to every value.

use rappel_elem::{Binary, Consts, Unary, rows};
use rappel_tensor::{Float, Shape};

use super::Number;
use crate::array::Array;
use crate::op::Op;
use crate::row::{self, BinaryRow, built_in};
use crate::tape::Ids;
use crate::var::Var;

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $row:ident;)*) => {
        impl<T: Float> Var<'_, T> { $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(self) -> Self {
                self.unary(built_in!(unary rows::$row), [0.0; 2])
            }
        )* }
    };
}

functions! {
    /// The magnitude; the derivative at 0 is 0.
    abs Abs;
    /// The exponential.
    exp Exp;
    /// `exp(x) - 1`, accurate near 0.
    expm1 Expm1;
    /// The natural logarithm: `-inf` at 0, NaN below.
    ln Ln;
    /// `ln(1 + x)`, accurate near 0.
    ln_1p Ln1p;
    /// The square root; the derivative at 0 is `+inf`.
    sqrt Sqrt;
    /// The square.
    square Square;
    /// `1 / x`.
    recip Recip;
    /// The sine.
    sin Sin;
    /// The cosine.
    cos Cos;
    /// The hyperbolic tangent.
    tanh Tanh;
    /// The logistic function `1 / (1 + exp(-x))`; does not overflow.
    sigmoid Sigmoid;
    /// `max(x, 0)`; the derivative at 0 is 0, NaN stays NaN.
    relu Relu;
    /// `ln(1 + exp(x))`; does not overflow. Its derivative is the logistic function.
    softplus Softplus;
    /// The largest whole number not above; its derivative is 0.
    floor Floor;
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
            let (a, b) = (nodes[self.id as usize].value.shape(), nodes[other.id as usize].value.shape());
            (a != b).then(|| (Shape::from_slice(a), Shape::from_slice(b)))
        };
        if let Some((a, b)) = misfit {
            rappel_tensor::shape::broadcast_or_panic(op, &a, &b);
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
