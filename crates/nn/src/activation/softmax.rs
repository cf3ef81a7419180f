//! Activations that share one whole among the values along an axis.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Misfit, Module};

macro_rules! along_an_axis {
    ($($(#[$doc:meta])* $name:ident |$x:ident, $axis:ident| $y:expr;)*) => { $(
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

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, $x: Var<'t, T>) -> Var<'t, T> {
                if let Some(why) = <Self as Layer<T>>::misfit(self, &$x.shape()) {
                    panic!("{}", Misfit::of(self, $x, why));
                }
                let $axis = self.axis;
                enter(self, $x).leave($y)
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                place(&<Self as Layer<T>>::kind(self), self.axis, shape).err()
            }

            fn kind(&self) -> String {
                format!("{}({})", stringify!($name), self.axis)
            }
        }
    )* };
}

along_an_axis! {
    /// `exp(x) / sum exp(x)` along an axis. See [`Var::softmax`].
    ///
    /// A loss takes the values before it ([`CrossEntropyLoss`](crate::CrossEntropyLoss)): this is for what is read.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Layer, Softmax};
    ///
    /// let tape = Tape::new();
    /// let x = tape.input(&Tensor::from([[7.0, 7.0, 7.0, 7.0]]));
    /// assert_eq!(Softmax::new(-1).forward(x).value(), Tensor::from([[0.25; 4]]));
    /// ```
    Softmax |x, axis| x.softmax(axis);
    /// `x - ln sum exp(x)` along an axis, the logarithm of [`Softmax`] without its underflow. See [`Var::log_softmax`].
    LogSoftmax |x, axis| x.log_softmax(axis);
    /// [`Softmax`] of `-x`: the smallest value gets the largest share.
    Softmin |x, axis| (-x).softmax(axis);
}

/// [`Softmax`] over the channels of images, at each position: `[n, channels, height, width]`, or one image without `n`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, Softmax2d};
///
/// let tape = Tape::new();
/// let y = Softmax2d.forward(tape.input(&Tensor::ones(&[1, 2, 3, 3])));
/// assert_eq!(y.value(), Tensor::full(&[1, 2, 3, 3], 0.5));
/// ```
#[derive(Module, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Softmax2d;

impl<T: Float> Layer<T> for Softmax2d {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = <Self as Layer<T>>::misfit(self, &x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        enter(self, x).leave(x.softmax(-3))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        (shape.len() != 3 && shape.len() != 4).then(|| {
            format!(
                "Softmax2d: input of shape {shape:?} does not fit: expected [n, channels, height, width] or [channels, height, width]"
            )
        })
    }
}

/// The axis counted from the front, or why there is none.
pub(super) fn place(layer: &str, axis: isize, shape: &[usize]) -> Result<usize, String> {
    let rank = shape.len() as isize;
    let front = if axis < 0 { axis + rank } else { axis };
    if (0..rank).contains(&front) {
        return Ok(front as usize);
    }
    Err(format!("{layer}: input of shape {shape:?} does not fit: it has no axis {axis}"))
}
