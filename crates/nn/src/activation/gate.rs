//! Activations of two halves, one of which lets the other through.

use rappel_autodiff::{Float, Var};

use super::softmax::place;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

macro_rules! gates {
    ($($(#[$doc:meta])* $name:ident $function:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            #[module(skip)]
            axis: isize,
        }

        impl $name {
            /// Along this axis; a negative one counts from the end.
            pub fn new(axis: isize) -> Self {
                $name { axis }
            }
        }

        /// Along the last axis.
        impl Default for $name {
            fn default() -> Self {
                $name { axis: -1 }
            }
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                if let Some(why) = <Self as Layer<T>>::misfit(self, &x.shape()) {
                    panic!("{}", Misfit::of(self, x, why));
                }
                enter(self, x).leave(x.$function(self.axis))
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                let (kind, axis) = (<Self as Layer<T>>::kind(self), self.axis);
                match place(&kind, axis, shape) {
                    Err(why) => Some(why),
                    Ok(place) if shape[place].is_multiple_of(2) => None,
                    Ok(place) => Some(format!(
                        "{kind}: input of shape {shape:?} does not fit: axis {axis} is cut in halves, but its size {} is odd",
                        shape[place]
                    )),
                }
            }

            fn kind(&self) -> String {
                format!("{}({})", stringify!($name), self.axis)
            }
        }
    )* };
}

gates! {
    /// The first half along an axis times the logistic function of the second half: a linear map in front of it learns what passes.
    ///
    /// Dauphin et al., [Gated convolutional networks](https://arxiv.org/abs/1612.08083), 2017. See [`Var::glu`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Glu, Layer};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[4.0, 6.0, 0.0, 0.0]]));
    /// assert_eq!(Glu::default().forward(x).value(), Tensor::from([[2.0, 3.0]]));
    /// ```
    Glu glu;
    /// `x sigmoid(x)` of the first half along an axis times the second half: the middle of many transformers' feed-forward blocks.
    ///
    /// Shazeer, [GLU variants improve transformer](https://arxiv.org/abs/2002.05202), 2020. See [`Var::swiglu`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Layer, SwiGlu};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[0.0, 100.0, 5.0, 5.0]]));
    /// assert_eq!(SwiGlu::default().forward(x).value(), Tensor::from([[0.0, 500.0]]));
    /// ```
    SwiGlu swiglu;
}
