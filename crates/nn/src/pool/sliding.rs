//! Pooling by windows of one size.

use std::fmt;

use rappel_autodiff::{Float, PerAxis, Pool, Var};

use super::misfit;
use crate::conv::axes::{Sizes, extent, positive, write_option};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// How the windows lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Options<const N: usize> {
    pub(super) kernel: [usize; N],
    /// The kernel, if it is none.
    pub(super) stride: Option<[usize; N]>,
    padding: [usize; N],
    dilation: [usize; N],
    pub(super) ceil_mode: bool,
    count_include_pad: bool,
}

impl<const N: usize> Options<N> {
    pub(super) fn new(kernel: [usize; N]) -> Self {
        let (padding, dilation) = ([0; N], [1; N]);
        Options { kernel, stride: None, padding, dilation, ceil_mode: false, count_include_pad: true }
    }

    pub(super) fn misfit(&self, sizes: &[usize]) -> Option<String> {
        for (axis, &n) in sizes.iter().enumerate() {
            let at = axis as isize - N as isize;
            let (window, p) = (extent(self.kernel[axis], self.dilation[axis]), self.padding[axis]);
            if p as u128 > window / 2 {
                return Some(format!(
                    "padding {p} must be at most half of a window of {window} places along axis {at}"
                ));
            }
            let padded = n as u128 + 2 * p as u128;
            if window > padded {
                return Some(format!("a window takes {window} places, the padded input has {padded} along axis {at}"));
            }
        }
        None
    }

    pub(super) fn engine(&self) -> Pool<N> {
        Pool::new(self.kernel)
            .stride(self.stride.unwrap_or(self.kernel))
            .padding(self.padding)
            .dilation(self.dilation)
            .ceil_mode(self.ceil_mode)
            .count_include_pad(self.count_include_pad)
    }
}

impl<const N: usize> fmt::Display for Options<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kernel {}", Sizes(&self.kernel))?;
        write_option(f, "stride", self.stride.unwrap_or(self.kernel), self.kernel)?;
        write_option(f, "padding", self.padding, [0; N])?;
        write_option(f, "dilation", self.dilation, [1; N])?;
        let ceil = if self.ceil_mode { ", ceil mode" } else { "" };
        let uncounted = if self.count_include_pad { "" } else { ", padding not counted" };
        write!(f, "{ceil}{uncounted}")
    }
}

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident over $axes:tt axes: $operation:ident, { $($more:tt)* })*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            #[module(skip)]
            options: Options<$axes>,
        }

        impl $name {
            /// Windows of a size, side by side.
            ///
            /// # Panics
            /// At the caller's line, when a size is 0.
            #[track_caller]
            pub fn new(kernel: impl PerAxis<$axes>) -> Self {
                $name { options: Options::new(positive(stringify!($name), "kernel", kernel.per_axis())) }
            }

            /// Places from one window to the next; the kernel's size if it is not set.
            ///
            /// # Panics
            /// At the caller's line, when it is 0.
            #[track_caller]
            #[must_use]
            pub fn stride(mut self, stride: impl PerAxis<$axes>) -> Self {
                self.options.stride = Some(positive(stringify!($name), "stride", stride.per_axis()));
                self
            }

            /// So far windows reach beyond the input on both sides of each axis; at most half of a window. 0 if it is not set.
            #[must_use]
            pub fn padding(mut self, padding: impl PerAxis<$axes>) -> Self {
                self.options.padding = padding.per_axis();
                self
            }

            /// Whether a last window may reach beyond the padded input, as long as it begins before the padding behind. Not so
            /// if it is not set.
            #[must_use]
            pub fn ceil_mode(mut self, ceil_mode: bool) -> Self {
                self.options.ceil_mode = ceil_mode;
                self
            }

            $($more)*
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                if let Some(why) = Layer::<T>::misfit(self, &x.shape()) {
                    panic!("{}", Misfit::of(self, x, why));
                }
                enter(self, x).leave(x.$operation(self.options.engine()))
            }

            fn kind(&self) -> String {
                self.to_string()
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                let why = misfit::<$axes>(shape).or_else(|| self.options.misfit(&shape[shape.len() - $axes..]))?;
                Some(format!("{self}: input of shape {shape:?} does not fit: {why}"))
            }
        }

        #[doc = concat!("Kind and options, as messages name the layer: `", stringify!($name), "(kernel ..)`.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.options)
            }
        }
    )* };
}

layers! {
    /// The largest value in each window of sequences `[.., channels, w]`; see [`MaxPool2d`] and [`Var::max_pool1d`].
    MaxPool1d over 1 axes: max_pool1d, {
        /// Places from one value of a window to the next; 1 if it is not set.
        ///
        /// # Panics
        /// At the caller's line, when it is 0.
        #[track_caller]
        #[must_use]
        pub fn dilation(mut self, dilation: impl PerAxis<1>) -> Self {
            self.options.dilation = positive("MaxPool1d", "dilation", dilation.per_axis());
            self
        }
    }

    /// The largest value in each window of images: `[.., channels, h, w]` becomes `[.., channels, h', w']` with
    /// `h' = (h + 2 padding - dilation (kernel - 1) - 1) / stride + 1`, rounded down.
    ///
    /// Names and defaults are those of `torch.nn.MaxPool2d`. Padding never is the largest; NaN always is. The gradient goes to the
    /// first of equals. See [`Var::max_pool2d`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Layer, MaxPool2d};
    ///
    /// let tape = Tape::new();
    /// let images = tape.input(&Tensor::zeros(&[64, 3, 28, 28]));
    /// assert_eq!(MaxPool2d::new(2).forward(images).shape()[..], [64, 3, 14, 14]);
    /// let overlapping = MaxPool2d::new(3).stride(2).padding(1);
    /// assert_eq!(overlapping.to_string(), "MaxPool2d(kernel 3x3, stride 2, padding 1)");
    /// ```
    MaxPool2d over 2 axes: max_pool2d, {
        /// Places from one value of a window to the next; 1 if it is not set.
        ///
        /// # Panics
        /// At the caller's line, when it is 0.
        #[track_caller]
        #[must_use]
        pub fn dilation(mut self, dilation: impl PerAxis<2>) -> Self {
            self.options.dilation = positive("MaxPool2d", "dilation", dilation.per_axis());
            self
        }
    }

    /// The mean of each window of sequences `[.., channels, w]`; see [`AvgPool2d`] and [`Var::avg_pool1d`].
    AvgPool1d over 1 axes: avg_pool1d, {
        /// Whether the padding counts as zeros, or the mean is over what is inside. It counts if this is not set.
        #[must_use]
        pub fn count_include_pad(mut self, count: bool) -> Self {
            self.options.count_include_pad = count;
            self
        }
    }

    /// The mean of each window of images: `[.., channels, h, w]` becomes `[.., channels, h', w']` with
    /// `h' = (h + 2 padding - kernel) / stride + 1`, rounded down.
    ///
    /// Names and defaults are those of `torch.nn.AvgPool2d`; what a window has beyond the padding in ceil mode never counts. See
    /// [`Var::avg_pool2d`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{AvgPool2d, Layer};
    ///
    /// let tape = Tape::new();
    /// let image = tape.input(&Tensor::new([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], &[1, 2, 4]));
    /// assert_eq!(AvgPool2d::new(2).forward(image).value(), Tensor::new([3.5, 5.5], &[1, 1, 2]));
    /// ```
    AvgPool2d over 2 axes: avg_pool2d, {
        /// Whether the padding counts as zeros, or the mean is over what is inside. It counts if this is not set.
        #[must_use]
        pub fn count_include_pad(mut self, count: bool) -> Self {
            self.options.count_include_pad = count;
            self
        }
    }
}
