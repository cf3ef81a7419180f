//! Activations with a number that says how they bend.
//!
//! ```
//! use rappel_nn::autodiff::{Tape, Tensor};
//! use rappel_nn::{Layer, LeakyRelu};
//!
//! let tape = Tape::new();
//! let x = tape.input(&Tensor::from([-2.0, 3.0]));
//! assert_eq!(LeakyRelu::new(0.5).forward(x).value(), Tensor::from([-1.0, 3.0]));
//! assert_eq!(LeakyRelu::default(), LeakyRelu::new(0.01)); // PyTorch's
//! ```

use rappel_autodiff::elem::rows;
use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

macro_rules! bent {
    ($(
        $(#[$doc:meta])*
        $name:ident { $(#[$number_doc:meta])* $number:ident = $default:literal } $function:ident;
    )*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            $(#[$number_doc])*
            #[module(skip)]
            pub $number: f64,
        }

        impl $name {
            /// With this number.
            pub fn new($number: f64) -> Self {
                $name { $number }
            }
        }

        /// PyTorch's number.
        impl Default for $name {
            fn default() -> Self {
                $name { $number: $default }
            }
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                enter(self, x).leave(x.$function(self.$number))
            }

            fn kind(&self) -> String {
                format!("{}({})", stringify!($name), self.$number)
            }
        }
    )* };
}

bent! {
    /// `x` where positive, else `negative_slope x`. See [`Var::leaky_relu`].
    LeakyRelu {
        /// The slope on the left, and at 0; 0.01 by default. NaN is refused by `forward`.
        negative_slope = 0.01
    } leaky_relu;
    /// `x` where positive, else `alpha (exp(x) - 1)`. See [`Var::elu`].
    ///
    /// Clevert, Unterthiner & Hochreiter, [Exponential linear units](https://arxiv.org/abs/1511.07289), 2016.
    Elu {
        /// What the left side goes to, negative; 1 by default. What is not finite is refused by `forward`.
        alpha = 1.0
    } elu;
    /// `x` where positive, else `alpha (exp(x / alpha) - 1)`, whose derivative is continuous for every `alpha`. See [`Var::celu`].
    ///
    /// Barron, [Continuously differentiable exponential linear units](https://arxiv.org/abs/1704.07483), 2017.
    Celu {
        /// What the left side goes to, negative; 1 by default. 0 and what is not finite are refused by `forward`.
        alpha = 1.0
    } celu;
}

/// `ln(1 + exp(beta x)) / beta`, a smooth [`Relu`](crate::Relu): the larger beta, the nearer.
///
/// As in PyTorch it is `x` itself where `beta x` is above a threshold, 20 by default. There the two differ by 2e-9 or less, which `f32`
/// does not see; with [`threshold`](Self::threshold) infinite, nothing is cut off in `f64` either.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, Softplus};
///
/// let tape = Tape::new();
/// let y = Softplus::new(2.0).forward(tape.input(&Tensor::from([0.0, 100.0]))).value();
/// assert_eq!(y, Tensor::from([std::f32::consts::LN_2 / 2.0, 100.0]));
/// ```
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct Softplus {
    #[module(skip)]
    beta: f64,
    #[module(skip)]
    threshold: f64,
}

impl Softplus {
    /// With this sharpness; PyTorch's default is 1.
    ///
    /// # Panics
    /// At the caller's line, when `beta` is 0, infinite or NaN.
    #[track_caller]
    pub fn new(beta: f64) -> Self {
        assert!(beta.is_finite() && beta != 0.0, "Softplus::new({beta}): beta must be finite and not 0");
        Softplus { beta, threshold: 20.0 }
    }

    /// Above which `beta x` the value is `x`.
    ///
    /// # Panics
    /// At the caller's line, when it is NaN.
    #[must_use]
    #[track_caller]
    pub fn threshold(self, threshold: f64) -> Self {
        assert!(!threshold.is_nan(), "Softplus::threshold: must be a number, not NaN");
        Softplus { threshold, ..self }
    }
}

/// PyTorch's numbers.
impl Default for Softplus {
    fn default() -> Self {
        Softplus { beta: 1.0, threshold: 20.0 }
    }
}

impl<T: Float> Layer<T> for Softplus {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        enter(self, x).leave(x.row_with::<rows::SoftplusUpTo>([self.beta, self.threshold]))
    }

    fn kind(&self) -> String {
        format!("Softplus({})", self.beta)
    }
}
