//! Activations without numbers of their own.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident $function:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                enter(self, x).leave(x.$function())
            }
        }
    )* };
}

activations! {
    /// `max(x, 0)`; the derivative at 0 is 0. See [`Var::relu`].
    Relu relu;
    /// The hyperbolic tangent. See [`Var::tanh`].
    Tanh tanh;
    /// The logistic function `1 / (1 + exp(-x))`. See [`Var::sigmoid`].
    Sigmoid sigmoid;
    /// `ln(1 + exp(x))`, a smooth `relu`. See [`Var::softplus`].
    Softplus softplus;
}
