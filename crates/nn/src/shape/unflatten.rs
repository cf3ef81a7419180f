//! From vectors to images.

use rappel_autodiff::{Float, Shape, Var};

use super::resolve;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// One axis split into several: the inverse of a [`Flatten`](crate::Flatten), as `torch.nn.Unflatten`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, Unflatten};
///
/// let tape = Tape::new();
/// let rows = tape.input(&Tensor::zeros(&[64, 784]));
/// assert_eq!(Unflatten::new(1, &[1, 28, 28]).forward(rows).shape()[..], [64, 1, 28, 28]);
/// ```
#[derive(Module, Debug, Clone, PartialEq, Eq)]
pub struct Unflatten {
    #[module(skip)]
    axis: isize,
    #[module(skip)]
    sizes: Shape,
}

impl Unflatten {
    /// Splits an axis, a negative one counted from the back, into axes of these sizes. Their product is the axis's size.
    pub fn new(axis: isize, sizes: &[usize]) -> Self {
        Unflatten { axis, sizes: sizes.into() }
    }
}

impl<T: Float> Layer<T> for Unflatten {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        match <Self as Layer<T>>::misfit(self, &x.shape()) {
            None => enter(self, x).leave(x.unflatten(self.axis, &self.sizes)),
            Some(why) => panic!("{}", Misfit::of(self, x, why)),
        }
    }

    fn kind(&self) -> String {
        format!("Unflatten(axis {} into {:?})", self.axis, &self.sizes[..])
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let why = match resolve(self.axis, shape.len()) {
            None => format!("there is no axis {}", self.axis),
            Some(axis) => {
                let whole = self.sizes.iter().try_fold(1_usize, |n, &size| n.checked_mul(size));
                if whole == Some(shape[axis]) {
                    return None;
                }
                let whole = whole.map_or("more than can be counted".to_owned(), |whole| whole.to_string());
                format!("axis {} has size {}, the sizes make {whole}", self.axis, shape[axis])
            }
        };
        Some(format!("{}: input of shape {shape:?} does not fit: {why}", Layer::<T>::kind(self)))
    }
}
