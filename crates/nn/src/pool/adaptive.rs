//! Pooling to given sizes.

use std::fmt;

use rappel_autodiff::{Float, PerAxis, Var};

use super::misfit;
use crate::conv::axes::Sizes;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident over $axes:tt axes: $operation:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            #[module(skip)]
            size: [usize; $axes],
        }

        impl $name {
            /// To so many values along each axis.
            pub fn new(size: impl PerAxis<$axes>) -> Self {
                $name { size: size.per_axis() }
            }
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                if let Some(why) = Layer::<T>::misfit(self, &x.shape()) {
                    panic!("{}", Misfit::of(self, x, why));
                }
                enter(self, x).leave(layers!(@call x $operation $axes self.size))
            }

            fn kind(&self) -> String {
                self.to_string()
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                let why = misfit::<$axes>(shape)?;
                Some(format!("{self}: input of shape {shape:?} does not fit: {why}"))
            }
        }

        #[doc = concat!("Kind and sizes, as messages name the layer: `", stringify!($name), "(to ..)`.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(to {})", stringify!($name), Sizes(&self.size))
            }
        }
    )* };
    (@call $x:ident $operation:ident 1 $size:expr) => { $x.$operation($size[0]) };
    (@call $x:ident $operation:ident 2 $size:expr) => { $x.$operation($size) };
}

layers! {
    /// The mean of each of so many windows of sequences, `[.., channels, w]` to `[.., channels, size]`; see [`AdaptiveAvgPool2d`] and
    /// [`Var::adaptive_avg_pool1d`].
    AdaptiveAvgPool1d over 1 axes: adaptive_avg_pool1d;

    /// The mean of each of so many windows of images: `[.., channels, h, w]` becomes `[.., channels, size[0], size[1]]`, whatever h and
    /// w are.
    ///
    /// As in `torch.nn.AdaptiveAvgPool2d`, window i of m over n places begins at `i n / m`, rounded down, and ends before
    /// `(i + 1) n / m`, rounded up. With size 1 it is the global mean of each channel. See [`Var::adaptive_avg_pool2d`].
    ///
    /// ```
    /// use rappel_nn::autodiff::Rng;
    /// use rappel_nn::{AdaptiveAvgPool2d, Conv2d, Flatten, LayerExt, Linear, Misfit, Relu, Sequential};
    ///
    /// // For images of any size.
    /// let mut rng = Rng::seed(0);
    /// let net: Sequential = Sequential::new()
    ///     .push(Conv2d::new(3, 16, 3, &mut rng))
    ///     .push(Relu)
    ///     .push(AdaptiveAvgPool2d::new(1))
    ///     .push(Flatten)
    ///     .push(Linear::new(16, 10, &mut rng));
    /// for size in [5, 28, 64] {
    ///     assert_eq!(net.check(&[2, 3, size, size])?.output[..], [2, 10]);
    /// }
    /// # Ok::<(), Misfit>(())
    /// ```
    AdaptiveAvgPool2d over 2 axes: adaptive_avg_pool2d;

    /// The largest value in each of so many windows of sequences; windows as for [`AdaptiveAvgPool2d`]. See
    /// [`Var::adaptive_max_pool1d`].
    AdaptiveMaxPool1d over 1 axes: adaptive_max_pool1d;

    /// The largest value in each of so many windows of images; windows as for [`AdaptiveAvgPool2d`], gradient as for
    /// [`MaxPool2d`](crate::MaxPool2d). See [`Var::adaptive_max_pool2d`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{AdaptiveMaxPool2d, Layer};
    ///
    /// let tape = Tape::new();
    /// let image = tape.input(&Tensor::new([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1, 2, 3]));
    /// assert_eq!(AdaptiveMaxPool2d::new([1, 2]).forward(image).value(), Tensor::new([5.0, 6.0], &[1, 1, 2]));
    /// ```
    AdaptiveMaxPool2d over 2 axes: adaptive_max_pool2d;
}
