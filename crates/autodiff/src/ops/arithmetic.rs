//! `+ - * /` between variables, and with numbers on either side.
//!
//! A number folds into one operation with a constant; it is never a node.

use std::ops::{Add, Div, Mul, Neg, Sub};

use rappel_elem::{Binary, rows};
use rappel_tensor::Float;

use crate::array::Array;
use crate::row::built_in;
use crate::var::Var;

/// A number that can stand beside a variable: `f64`, `f32` or `i32`, whatever the variable's own type.
///
/// On the left of an operator `f64` and `i32` are accepted, so that a literal there has one meaning.
pub trait Number: Copy + sealed::Sealed {
    /// The number as `f64`.
    fn to_f64(self) -> f64;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for f32 {}
    impl Sealed for i32 {}
}

impl Number for f64 {
    fn to_f64(self) -> f64 {
        self
    }
}

impl Number for f32 {
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Number for i32 {
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// What can be compared with a variable, or chosen by a mask: a variable or a number.
pub trait Operand<'t, T: Float>: Copy {
    /// The operand as a variable on the tape of `beside`.
    #[track_caller]
    fn on_tape_of(self, beside: Var<'t, T>) -> Var<'t, T>;
}

impl<'t, T: Float> Operand<'t, T> for Var<'t, T> {
    fn on_tape_of(self, _: Var<'t, T>) -> Var<'t, T> {
        self
    }
}

impl<'t, T: Float, N: Number> Operand<'t, T> for N {
    fn on_tape_of(self, beside: Var<'t, T>) -> Var<'t, T> {
        beside.tape().constant(self.to_f64())
    }
}

macro_rules! between {
    ($($op:ident $method:ident;)*) => { $(
        impl<'t, T: Float> $op for Var<'t, T> {
            type Output = Self;

            #[track_caller]
            fn $method(self, other: Self) -> Self {
                self.pair_of(rows::$op::NAME, other, built_in!(binary rows::$op), [0.0; 2])
            }
        }
    )* };
}
between! { Add add; Sub sub; Mul mul; Div div; }

macro_rules! number_on_the_right {
    ($($op:ident $method:ident $row:ident $c:ident => $k:expr;)*) => { $(
        impl<'t, T: Float, N: Number> $op<N> for Var<'t, T> {
            type Output = Self;

            #[track_caller]
            fn $method(self, other: N) -> Self {
                let $c = other.to_f64();
                self.unary(built_in!(unary rows::$row), [$k, 0.0])
            }
        }
    )* };
}
number_on_the_right! { Add add Shift c => c; Sub sub Shift c => -c; Mul mul Scale c => c; Div div DivBy c => c; }

macro_rules! number_on_the_left {
    ($($number:ident)*: $rest:tt) => { $(number_on_the_left!(@ $number $rest);)* };
    (@ $number:ident ($($op:ident $method:ident $row:ident;)*)) => { $(
        impl<'t, T: Float> $op<Var<'t, T>> for $number {
            type Output = Var<'t, T>;

            #[track_caller]
            fn $method(self, other: Var<'t, T>) -> Var<'t, T> {
                other.unary(built_in!(unary rows::$row), [f64::from(self), 0.0])
            }
        }
    )* };
}
number_on_the_left! { f64 i32: (Add add Shift; Sub sub SubFrom; Mul mul Scale; Div div DivInto;) }

impl<T: Float> Neg for Var<'_, T> {
    type Output = Self;

    #[track_caller]
    fn neg(self) -> Self {
        self.unary(built_in!(unary rows::Neg), [0.0; 2])
    }
}
