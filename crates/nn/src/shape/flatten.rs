//! From images to vectors.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// All axes but the first joined to one: `[n, 28, 28]` becomes `[n, 784]`, and `[n]` becomes `[n, 1]`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Flatten, Layer};
///
/// let tape = Tape::new();
/// let images = tape.input(&Tensor::zeros(&[5, 28, 28]));
/// assert_eq!(Flatten.forward(images).shape()[..], [5, 784]);
/// ```
#[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flatten;

impl<T: Float> Layer<T> for Flatten {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        match <Self as Layer<T>>::misfit(self, &shape) {
            None => enter(self, x).leave(x.reshape(&[shape[0], shape[1..].iter().product()])),
            Some(why) => panic!("{}", Misfit::of(self, x, why)),
        }
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        shape
            .is_empty()
            .then(|| "Flatten: a scalar has no first axis to keep; expected an input of shape [n, ..]".into())
    }
}
