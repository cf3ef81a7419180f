//! Comparisons and selection.
//!
//! A comparison gives a mask: 1 where it holds, 0 elsewhere. Masks have no gradient; they are piecewise constant.

use std::ops::{BitAnd, BitOr, Not};

use rappel_elem::rows;
use rappel_tensor::{Comparison, Float};

use super::Operand;
use crate::op::Op;
use crate::var::Var;

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $by:ident $swapped:literal;)*) => {
        impl<'t, T: Float> Var<'t, T> { $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(self, other: impl Operand<'t, T>) -> Self {
                let other = other.on_tape_of(self);
                let (a, b) = if $swapped { (other, self) } else { (self, other) };
                a.check_same(stringify!($name), b);
                rappel_tensor::shape::broadcast_or_panic(stringify!($name), &self.shape(), &other.shape());
                a.apply2(b, Op::Compare(Comparison::$by))
            }
        )* }
    };
}

comparisons! {
    /// The mask of where this is less than the other, under broadcasting; false for NaN.
    lt Lt false;
    /// The mask of where this is at most the other; false for NaN.
    le Le false;
    /// The mask of where this is greater than the other; false for NaN.
    gt Lt true;
    /// The mask of where this is at least the other; false for NaN.
    ge Le true;
    /// The mask of where both are equal; false for NaN.
    eq Eq false;
    /// The mask of where both differ; true for NaN.
    ne Ne false;
}

impl<'t, T: Float> Var<'t, T> {
    /// This variable is a mask: where it is not 0 the value of `a`, elsewhere that of `b`, under broadcasting (PyTorch's `where`).
    ///
    /// It selects: an infinite or NaN value in the branch not taken does not show. Its own *derivative* may still be NaN times 0
    /// upstream, so guard the argument too: `x.gt(0.0).where_cond(x, 1.0)` before `ln`, not only after.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([-1.0, 4.0]));
    /// let y = x.gt(0.0).where_cond(x, 0.0);
    /// assert_eq!(y.value().data(), [0.0, 4.0]);
    /// assert_eq!(y.sum().backward().wrt(x).unwrap().data(), [0.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn where_cond(self, a: impl Operand<'t, T>, b: impl Operand<'t, T>) -> Self {
        let (a, b) = (a.on_tape_of(self), b.on_tape_of(self));
        self.apply3(a, b, Op::Select)
    }
}

/// Both masks hold.
impl<T: Float> BitAnd for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn bitand(self, other: Self) -> Self {
        self.pair::<rows::Mul>(other)
    }
}

/// At least one mask holds.
impl<T: Float> BitOr for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn bitor(self, other: Self) -> Self {
        self.pair::<rows::Max>(other)
    }
}

/// The mask does not hold.
impl<T: Float> Not for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn not(self) -> Self {
        self.row_with::<rows::SubFrom>([1.0, 0.0])
    }
}
