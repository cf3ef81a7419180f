//! Pooling by norms.

use std::fmt;

use rappel_autodiff::{Float, PerAxis, Var};

use super::misfit;
use super::sliding::Options;
use crate::conv::axes::positive;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident over $axes:tt axes: $average:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            #[module(skip)]
            p: f64,
            #[module(skip)]
            options: Options<$axes>,
        }

        impl $name {
            /// The p-norm of windows of a size, side by side.
            ///
            /// # Panics
            /// At the caller's line, unless p is finite and above 0 and every size at least 1.
            #[track_caller]
            pub fn new(p: f64, kernel: impl PerAxis<$axes>) -> Self {
                assert!(p.is_finite() && p > 0.0, "{}: the norm {p} must be finite and above 0", stringify!($name));
                $name { p, options: Options::new(positive(stringify!($name), "kernel", kernel.per_axis())) }
            }

            /// Places from one window to the next; the kernel's size if it is not set.
            ///
            /// # Panics
            /// At the caller's line, when it is 0.
            #[track_caller]
            #[must_use]
            pub fn stride(mut self, stride: impl PerAxis<$axes>) -> Self {
                self.options.stride = Some(positive(stringify!($name), "stride", stride.per_axis()));
                self
            }

            /// Whether a last window may reach beyond the input. Its sum is then scaled to that of a whole window, as in PyTorch. Not
            /// so if it is not set.
            #[must_use]
            pub fn ceil_mode(mut self, ceil_mode: bool) -> Self {
                self.options.ceil_mode = ceil_mode;
                self
            }
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                if let Some(why) = Layer::<T>::misfit(self, &x.shape()) {
                    panic!("{}", Misfit::of(self, x, why));
                }
                let layer = enter(self, x);
                let places = self.options.kernel.iter().product::<usize>() as f64;
                let sum = x.powf(self.p).$average(self.options.engine()) * places;
                // The root of 0 has no derivative: it is kept out of both passes.
                let none = sum.eq(0.0);
                layer.leave(none.where_cond(0.0, none.where_cond(1.0, sum).powf(self.p.recip())))
            }

            fn kind(&self) -> String {
                self.to_string()
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                let why = misfit::<$axes>(shape).or_else(|| self.options.misfit(&shape[shape.len() - $axes..]))?;
                Some(format!("{self}: input of shape {shape:?} does not fit: {why}"))
            }
        }

        #[doc = concat!("Kind and options, as messages name the layer: `", stringify!($name), "(norm 2, kernel ..)`.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(norm {}, {})", stringify!($name), self.p, self.options)
            }
        }
    )* };
}

layers! {
    /// The p-norm of each window of sequences `[.., channels, w]`; see [`LpPool2d`].
    LpPool1d over 1 axes: avg_pool1d;

    /// The p-norm of each window of images `[.., channels, h, w]`: `(sum of x^p)^(1/p)`, `torch.nn.LPPool2d`.
    ///
    /// With p = 1 it is the sum; for large p it comes near the largest value. The power is that of x, not of `|x|`: for values that may be
    /// negative p should be even, as other powers or roots of them are NaN or of either sign. Where the sum is 0 the gradient is 0.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Layer, LpPool2d};
    ///
    /// let tape = Tape::new();
    /// let image = tape.input(&Tensor::new([3.0, 4.0, 0.0, 0.0], &[1, 1, 4]));
    /// let y = LpPool2d::new(2.0, [1, 2]).forward(image).value();
    /// assert_eq!(y, Tensor::new([5.0, 0.0], &[1, 1, 2]));
    /// ```
    LpPool2d over 2 axes: avg_pool2d;
}
