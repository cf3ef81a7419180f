//! Activations without numbers of their own.
//!
//! ```
//! use rappel_nn::autodiff::{Rng, Tape, Tensor};
//! use rappel_nn::{Gelu, Layer, Linear, Sequential};
//!
//! let mut rng = Rng::seed(0);
//! let net = Sequential::new().push(Linear::new(3, 8, &mut rng)).push(Gelu).push(Linear::new(8, 2, &mut rng));
//! let tape = Tape::new();
//! assert_eq!(net.forward(tape.input(&Tensor::zeros(&[5, 3]))).shape()[..], [5, 2]);
//! ```

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Module};

macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident |$x:ident| $y:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name;

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, $x: Var<'t, T>) -> Var<'t, T> {
                enter(self, $x).leave($y)
            }
        }
    )* };
}

activations! {
    /// `max(x, 0)`; the derivative at 0 is 0. See [`Var::relu`].
    Relu |x| x.relu();
    /// `x` held within `[0, 6]`; the derivative at both ends is 0. See [`Var::hard_tanh_in`].
    Relu6 |x| x.hard_tanh_in(0.0, 6.0);
    /// The hyperbolic tangent. See [`Var::tanh`].
    Tanh |x| x.tanh();
    /// `x - tanh(x)`: what the hyperbolic tangent takes away.
    Tanhshrink |x| x - x.tanh();
    /// The logistic function `1 / (1 + exp(-x))`. See [`Var::sigmoid`].
    Sigmoid |x| x.sigmoid();
    /// The logarithm of the logistic function, `-ln(1 + exp(-x))`; does not overflow. See [`Var::log_sigmoid`].
    LogSigmoid |x| x.log_sigmoid();
    /// `x / (1 + abs(x))`. See [`Var::softsign`].
    Softsign |x| x.softsign();
    /// `x` where positive, else `1.6733 (exp(x) - 1)`, all times 1.0507, so that activations of mean 0 and variance 1 keep both. See
    /// [`Var::selu`].
    Selu |x| x.selu();
    /// `x` times the probability that a standard normal number is below `x`. See [`Var::gelu`].
    Gelu |x| x.gelu();
    /// [`Gelu`] by a hyperbolic tangent, PyTorch's `approximate="tanh"`: off by 5e-4 at most, and faster. See [`Var::gelu_tanh`].
    GeluTanh |x| x.gelu_tanh();
    /// `x sigmoid(x)`, also called swish. See [`Var::silu`].
    Silu |x| x.silu();
    /// `x tanh(ln(1 + exp(x)))`. See [`Var::mish`].
    Mish |x| x.mish();
    /// `x / 6 + 1/2` held within `[0, 1]`; the derivative at both ends is 0. See [`Var::hard_sigmoid`].
    Hardsigmoid |x| x.hard_sigmoid();
    /// `x` times [`Hardsigmoid`]. See [`Var::hard_swish`].
    Hardswish |x| x.hard_swish();
}
