//! `+ - * /` between tensors, and with numbers on either side.

use std::ops::{Add, Div, Mul, Neg, Sub};

use rappel_elem::rows;

use crate::number::Float;
use crate::tensor::Tensor;

macro_rules! between {
    ($($op:ident $method:ident;)*) => { $(
        impl<T: Float> $op<&Tensor<T>> for &Tensor<T> {
            type Output = Tensor<T>;

            #[track_caller]
            fn $method(self, other: &Tensor<T>) -> Tensor<T> {
                self.binary::<rows::$op>(other, [0.0; 2])
            }
        }

        impl<T: Float> $op<&Tensor<T>> for Tensor<T> {
            type Output = Tensor<T>;

            #[track_caller]
            fn $method(self, other: &Tensor<T>) -> Tensor<T> {
                self.into_binary::<rows::$op>(other, [0.0; 2])
            }
        }

        impl<T: Float> $op<Tensor<T>> for &Tensor<T> {
            type Output = Tensor<T>;

            #[track_caller]
            fn $method(self, other: Tensor<T>) -> Tensor<T> {
                self.binary::<rows::$op>(&other, [0.0; 2])
            }
        }

        impl<T: Float> $op<Tensor<T>> for Tensor<T> {
            type Output = Tensor<T>;

            #[track_caller]
            fn $method(self, other: Tensor<T>) -> Tensor<T> {
                self.into_binary::<rows::$op>(&other, [0.0; 2])
            }
        }
    )* };
}
between! { Add add; Sub sub; Mul mul; Div div; }

macro_rules! with_numbers {
    ($t:ident: $($op:ident $method:ident $right:ident($($sign:tt)?) $left:ident;)*) => { $(
        impl $op<$t> for &Tensor<$t> {
            type Output = Tensor<$t>;

            fn $method(self, c: $t) -> Tensor<$t> {
                self.unary::<rows::$right>([$($sign)? f64::from(c), 0.0])
            }
        }

        impl $op<$t> for Tensor<$t> {
            type Output = Tensor<$t>;

            fn $method(self, c: $t) -> Tensor<$t> {
                self.into_unary::<rows::$right>([$($sign)? f64::from(c), 0.0])
            }
        }

        impl $op<&Tensor<$t>> for $t {
            type Output = Tensor<$t>;

            fn $method(self, x: &Tensor<$t>) -> Tensor<$t> {
                x.unary::<rows::$left>([f64::from(self), 0.0])
            }
        }

        impl $op<Tensor<$t>> for $t {
            type Output = Tensor<$t>;

            fn $method(self, x: Tensor<$t>) -> Tensor<$t> {
                x.into_unary::<rows::$left>([f64::from(self), 0.0])
            }
        }
    )* };
}
with_numbers! { f32: Add add Shift() Shift; Sub sub Shift(-) SubFrom; Mul mul Scale() Scale; Div div DivBy() DivInto; }
with_numbers! { f64: Add add Shift() Shift; Sub sub Shift(-) SubFrom; Mul mul Scale() Scale; Div div DivBy() DivInto; }

impl<T: Float> Neg for &Tensor<T> {
    type Output = Tensor<T>;

    fn neg(self) -> Tensor<T> {
        self.unary::<rows::Neg>([0.0; 2])
    }
}

impl<T: Float> Neg for Tensor<T> {
    type Output = Tensor<T>;

    fn neg(self) -> Tensor<T> {
        self.into_unary::<rows::Neg>([0.0; 2])
    }
}
