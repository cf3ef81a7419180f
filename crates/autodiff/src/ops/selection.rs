//! Comparisons and selection.
//!
//! A comparison gives a mask: 1 where it holds, 0 elsewhere. Masks have no gradient; they are piecewise constant.

use std::ops::{BitAnd, BitOr, Not};

use rappel_elem::rows;
use rappel_tensor::{Comparison, Float, Tensor};

use super::Operand;
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::row::built_in;
use crate::rule::{Saved, Sink};
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
                a.apply2(b, Compare(Comparison::$by))
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
        self.apply3(a, b, Select)
    }
}

/// Both masks hold.
impl<T: Float> BitAnd for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn bitand(self, other: Self) -> Self {
        self.pair_of("mul", other, built_in!(binary rows::Mul), [0.0; 2])
    }
}

/// At least one mask holds.
impl<T: Float> BitOr for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn bitor(self, other: Self) -> Self {
        self.pair_of("max", other, built_in!(binary rows::Max), [0.0; 2])
    }
}

/// The mask does not hold.
impl<T: Float> Not for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn not(self) -> Self {
        self.unary(built_in!(unary rows::SubFrom), [1.0, 0.0])
    }
}

/// Inputs: mask, then, else.
#[derive(Clone, Debug)]
pub(crate) struct Select;

impl Primitive for Select {
    fn name(&self) -> &'static str {
        "where_cond"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].where_cond(x[1], x[2]), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let moves = x[1].d.is_some() || x[2].d.is_some();
        moves.then(|| x[0].v.where_cond(&x[1].moved(), &x[2].moved()))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let zero = g.constant(0.0);
        if s.needs(1) {
            s.add(1, V::select(c.x(0), &g, &zero));
        }
        if s.needs(2) {
            s.add(2, V::select(c.x(0), &zero, &g));
        }
    }
}

/// A mask of 0 and 1. It has no gradient.
#[derive(Clone, Debug)]
pub(crate) struct Compare(pub(crate) Comparison);

impl Primitive for Compare {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn has_gradient(&self) -> bool {
        false
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].compare(self.0, x[1]), None)
    }

    fn jvp<T: Float>(&self, _: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        None
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, _: V, _: &mut impl Sink<T, V>) {}
}
