//! Activations made of straight pieces, with numbers that say where the pieces meet.
//!
//! ```
//! use rappel_nn::autodiff::{Tape, Tensor};
//! use rappel_nn::{Hardshrink, Hardtanh, Layer, Softshrink, Threshold};
//!
//! let tape = Tape::new();
//! let x = tape.input(&Tensor::from([-2.0, -0.25, 0.25, 2.0]));
//! assert_eq!(Hardtanh::default().forward(x).value(), Tensor::from([-1.0, -0.25, 0.25, 1.0]));
//! assert_eq!(Hardshrink::default().forward(x).value(), Tensor::from([-2.0, 0.0, 0.0, 2.0]));
//! assert_eq!(Softshrink::default().forward(x).value(), Tensor::from([-1.5, 0.0, 0.0, 1.5]));
//! assert_eq!(Threshold::new(0.5, 9.0).forward(x).value(), Tensor::from([9.0, 9.0, 9.0, 2.0]));
//! ```

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

/// `x` held within `[min, max]`; the derivative at both ends is 0. See [`Var::hard_tanh_in`].
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Hardtanh {
    #[module(skip)]
    min: f64,
    #[module(skip)]
    max: f64,
}

impl Hardtanh {
    /// With these ends; PyTorch's default is -1 and 1.
    ///
    /// # Panics
    /// At the caller's line, unless `min <= max`.
    #[track_caller]
    pub fn new(min: f64, max: f64) -> Self {
        assert!(min <= max, "Hardtanh::new({min}, {max}): the lower end must not be above the upper end");
        Hardtanh { min, max }
    }
}

/// From -1 to 1.
impl Default for Hardtanh {
    fn default() -> Self {
        Hardtanh { min: -1.0, max: 1.0 }
    }
}

impl<T: Float> Layer<T> for Hardtanh {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x.hard_tanh_in(self.min, self.max))
    }

    fn kind(&self) -> String {
        format!("Hardtanh({}, {})", self.min, self.max)
    }
}

/// 0 where the magnitude of `x` is at most lambda, else `x`; the derivative is 0 and 1, 0 at both ends.
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Hardshrink {
    #[module(skip)]
    lambda: f64,
}

/// `x` moved towards 0 by lambda, and 0 where its magnitude is at most that; the derivative is 1 and 0, 0 at both ends.
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Softshrink {
    #[module(skip)]
    lambda: f64,
}

macro_rules! shrink {
    ($($name:ident)*) => { $(
        impl $name {
            /// With this lambda; PyTorch's default is 1/2.
            ///
            /// # Panics
            /// At the caller's line, unless it is at least 0.
            #[track_caller]
            pub fn new(lambda: f64) -> Self {
                assert!(lambda >= 0.0, "{}::new({lambda}): lambda must be at least 0", stringify!($name));
                $name { lambda }
            }
        }

        /// With a lambda of 1/2.
        impl Default for $name {
            fn default() -> Self {
                $name { lambda: 0.5 }
            }
        }
    )* };
}
shrink!(Hardshrink Softshrink);

impl<T: Float> Layer<T> for Hardshrink {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x.abs().le(self.lambda).where_cond(0.0, x))
    }

    fn kind(&self) -> String {
        format!("Hardshrink({})", self.lambda)
    }
}

impl<T: Float> Layer<T> for Softshrink {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x - x.clamp(-self.lambda, self.lambda))
    }

    fn kind(&self) -> String {
        format!("Softshrink({})", self.lambda)
    }
}

/// `x` where it is above the threshold, else a value; the derivative is 1 and 0, 0 at the threshold.
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    #[module(skip)]
    threshold: f64,
    #[module(skip)]
    value: f64,
}

impl Threshold {
    /// With this threshold, and this value at and below it.
    pub fn new(threshold: f64, value: f64) -> Self {
        Threshold { threshold, value }
    }
}

impl<T: Float> Layer<T> for Threshold {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x.le(self.threshold).where_cond(self.value, x))
    }

    fn kind(&self) -> String {
        format!("Threshold({}, {})", self.threshold, self.value)
    }
}
