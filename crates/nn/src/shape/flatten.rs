//! From images to vectors.

use rappel_autodiff::{Float, Var};

use super::resolve;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// All axes but the first joined to one: `[n, 28, 28]` becomes `[n, 784]`, and `[n]` becomes `[n, 1]`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Flatten, Layer};
///
/// let tape = Tape::new();
/// let images = tape.input(&Tensor::zeros(&[5, 3, 28, 28]));
/// assert_eq!(Flatten.forward(images).shape()[..], [5, 2352]);
/// assert_eq!(Flatten::axes(-2, -1).forward(images).shape()[..], [5, 3, 784]);
/// ```
#[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flatten;

impl Flatten {
    /// The axes from `first` to `last`, both included, joined to one; negative ones count from the back.
    pub fn axes(first: isize, last: isize) -> FlattenAxes {
        FlattenAxes { first, last }
    }
}

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

/// Some neighbouring axes joined to one: what [`Flatten::axes`] makes, `torch.nn.Flatten` with `start_dim` and `end_dim`.
#[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlattenAxes {
    #[module(skip)]
    first: isize,
    #[module(skip)]
    last: isize,
}

impl<T: Float> Layer<T> for FlattenAxes {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        match <Self as Layer<T>>::misfit(self, &x.shape()) {
            None => enter(self, x).leave(x.flatten(self.first, self.last)),
            Some(why) => panic!("{}", Misfit::of(self, x, why)),
        }
    }

    fn kind(&self) -> String {
        format!("Flatten(axes {} to {})", self.first, self.last)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let why = match (resolve(self.first, shape.len()), resolve(self.last, shape.len())) {
            (None, _) => format!("there is no axis {}", self.first),
            (_, None) => format!("there is no axis {}", self.last),
            (Some(first), Some(last)) if first > last => {
                format!("axis {} comes after axis {}", self.first, self.last)
            }
            _ => return None,
        };
        Some(format!("{}: input of shape {shape:?} does not fit: {why}", Layer::<T>::kind(self)))
    }
}
