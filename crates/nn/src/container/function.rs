//! A closure as a layer.

use std::fmt;

use rappel_autodiff::{Float, Var};

use crate::layer::enter_around;
use crate::{Layer, Module};

/// A layer without parameters from a closure, for containers.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, Sequential, from_fn};
///
/// let mut rng = Rng::seed(0);
/// let net = Sequential::new().push(Linear::new(4, 4, &mut rng)).push(from_fn(|x| x.sin() + 0.5 * x));
/// let tape = Tape::new();
/// assert_eq!(net.forward(tape.input(&Tensor::zeros(&[1, 4]))).shape()[..], [1, 4]);
/// ```
pub fn from_fn<T: Float, F>(f: F) -> FromFn<F>
where
    F: for<'t> Fn(Var<'t, T>) -> Var<'t, T> + Send + Sync,
{
    FromFn { f }
}

/// See [`from_fn`].
#[derive(Module, Clone, Copy)]
pub struct FromFn<F> {
    #[module(skip)]
    f: F,
}

impl<T: Float, F> Layer<T> for FromFn<F>
where
    F: for<'t> Fn(Var<'t, T>) -> Var<'t, T> + Send + Sync,
{
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let layer = enter_around(self, x);
        layer.leave((self.f)(x))
    }

    fn kind(&self) -> String {
        "from_fn".into()
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFn").finish_non_exhaustive()
    }
}
