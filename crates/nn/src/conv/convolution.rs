//! Convolutions over sequences and images.

use std::fmt;

use rappel_autodiff::{Conv, Float, PadMode, Param, PerAxis, Shape, Var};

use super::axes::{self, Each, Sizes, extent, positive, width, write_option};
use super::layer::convolution;
use crate::init::{self, Generator};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// How wide the padding is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Width<const N: usize> {
    /// So much on both sides of each axis.
    Both([usize; N]),
    /// What keeps the sizes.
    Same,
}

/// How the windows lie, and what is around the input.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Options<const N: usize> {
    stride: [usize; N],
    width: Width<N>,
    mode: PadMode,
    dilation: [usize; N],
    groups: usize,
}

impl<const N: usize> Options<N> {
    fn new(groups: usize) -> Self {
        let mode = PadMode::Constant(0.0);
        Options { stride: [1; N], width: Width::Both([0; N]), mode, dilation: [1; N], groups }
    }

    fn weight_shape(&self, inputs: usize, outputs: usize, kernel: [usize; N]) -> Shape {
        [&[outputs, inputs / self.groups], &kernel[..]].concat().into()
    }

    /// Inputs, outputs and kernel of a weight, if it is one.
    fn sizes(&self, weight: &[usize]) -> Option<(usize, usize, [usize; N])> {
        let &[outputs, inputs, ref kernel @ ..] = weight else { return None };
        let kernel = <[usize; N]>::try_from(kernel).ok().filter(|kernel| !kernel.contains(&0))?;
        outputs.is_multiple_of(self.groups).then_some((inputs.checked_mul(self.groups)?, outputs, kernel))
    }

    /// The padding before and behind an axis. Where an odd number keeps the size, one more is behind.
    fn around(&self, axis: usize, kernel: usize) -> (u128, u128) {
        match self.width {
            Width::Both(p) => (p[axis] as u128, p[axis] as u128),
            Width::Same => {
                let both = extent(kernel, self.dilation[axis]) - 1;
                (both / 2, both.div_ceil(2))
            }
        }
    }

    fn misfit(&self, kernel: &[usize; N], sizes: &[usize]) -> Option<String> {
        if self.width == Width::Same && self.stride != [1; N] {
            return Some(format!("padding that keeps the sizes is for stride 1, not {}", Each(&self.stride)));
        }
        for (axis, (&n, &k)) in sizes.iter().zip(kernel).enumerate() {
            let at = axis as isize - N as isize;
            let (before, behind) = self.around(axis, k);
            let unpadded = axes::padding_misfit(self.mode, behind, n, at);
            if unpadded.is_some() {
                return unpadded;
            }
            let (window, padded) = (extent(k, self.dilation[axis]), n as u128 + before + behind);
            if window > padded {
                return Some(format!(
                    "the kernel takes {window} places, the padded input has {padded} along axis {at}"
                ));
            }
        }
        None
    }

    /// The input with the padding that the engine does not see to, and the rest for it.
    #[track_caller]
    fn lay<'t, T: Float>(&self, x: Var<'t, T>, kernel: &[usize]) -> (Var<'t, T>, Conv<N>) {
        let zeros = self.mode == PadMode::Constant(0.0);
        let (padded, engine) = match self.width {
            Width::Both(p) if zeros || p == [0; N] => (x, Conv::new().padding(p)),
            Width::Same if zeros => (x, Conv::same()),
            _ => {
                let mut widths = vec![(0, 0); 2];
                widths.extend(kernel.iter().enumerate().map(|(axis, &k)| {
                    let (before, behind) = self.around(axis, k);
                    (width(before), width(behind))
                }));
                (x.pad(&widths, self.mode), Conv::new())
            }
        };
        (padded, engine.stride(self.stride).dilation(self.dilation).groups(self.groups))
    }
}

impl<const N: usize> fmt::Display for Options<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_option(f, "stride", self.stride, [1; N])?;
        match self.width {
            Width::Both(p) => write_option(f, "padding", p, [0; N])?,
            Width::Same => write!(f, ", same padding")?,
        }
        match self.mode {
            PadMode::Constant(0.0) => {}
            PadMode::Constant(value) => write!(f, " of {value}")?,
            PadMode::Reflect => write!(f, " by reflection")?,
            PadMode::Replicate => write!(f, " by replication")?,
            PadMode::Circular => write!(f, " in a circle")?,
        }
        write_option(f, "dilation", self.dilation, [1; N])?;
        write_option(f, "groups", [self.groups], [1])
    }
}

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident over $axes:tt axes: $operation:ident, weight $layout:literal;)*) => { $(
        convolution! {
            $(#[$doc])* $name over $axes axes: $operation, Options, weight $layout, {
                /// So much around the input, on both sides of each axis: zeros, if [`padding_mode`](Self::padding_mode) says
                /// nothing else. 0 if it is not set.
                #[must_use]
                pub fn padding(mut self, padding: impl PerAxis<$axes>) -> Self {
                    self.options.width = Width::Both(padding.per_axis());
                    self
                }

                /// As much padding as keeps the sizes, PyTorch's `padding="same"`; for stride 1. Where that is an odd number, one
                /// more is behind.
                #[must_use]
                pub fn same(mut self) -> Self {
                    self.options.width = Width::Same;
                    self
                }

                /// What the padding is made of: a number, or what is in the input.
                ///
                /// A reflection must end inside the input. As in PyTorch, what is not 0 is put around the input first, which takes
                /// memory for the padded input.
                #[must_use]
                pub fn padding_mode(mut self, mode: impl Into<PadMode>) -> Self {
                    self.options.mode = mode.into();
                    self
                }
            }
        }
    )* };
}

layers! {
    /// The convolution of sequences, `[n, inputs, w]` to `[n, outputs, (w + 2 padding - dilation (kernel - 1) - 1) / stride + 1]`,
    /// rounded down; without n for one sequence. See [`Var::conv1d`].
    ///
    /// Names, layouts, defaults and initialisation are those of `torch.nn.Conv1d`. The fields may be replaced; channels and kernel
    /// are those of the weight.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::{Conv1d, Layer};
    ///
    /// let conv: Conv1d = Conv1d::new(1, 25, 5, &mut Rng::seed(0)).stride(2).padding(1);
    /// assert_eq!(conv.to_string(), "Conv1d(1 -> 25, kernel 5, stride 2, padding 1)");
    /// assert_eq!(conv.weight.value.shape(), [25, 1, 5]);
    /// let tape = Tape::new();
    /// assert_eq!(conv.forward(tape.input(&Tensor::zeros(&[100, 1, 40]))).shape()[..], [100, 25, 19]);
    /// ```
    Conv1d over 1 axes: conv1d, weight "[outputs, inputs / groups, w]";

    /// The convolution of images, `[n, inputs, h, w]` to `[n, outputs, h', w']` with
    /// `h' = (h + 2 padding - dilation (kernel - 1) - 1) / stride + 1`, rounded down; without n for one image.
    ///
    /// `y[n, o, i, j] = bias[o] + sum of weight[o, c, k, l] x[n, c, i stride + k dilation - padding, ..]`, over the channels c of the
    /// group of o and the places k, l of the kernel. See [`Var::conv2d`].
    ///
    /// Names, layouts, defaults and initialisation are those of `torch.nn.Conv2d`. What is given as one number holds for both axes;
    /// `[height, width]` tells them apart. The fields may be replaced; channels and kernel are those of the weight.
    ///
    /// ```
    /// use rappel_nn::autodiff::Rng;
    /// use rappel_nn::{Conv2d, Flatten, LayerExt, Linear, MaxPool2d, Misfit, Relu, Sequential};
    ///
    /// let mut rng = Rng::seed(0);
    /// let lenet: Sequential = Sequential::new()
    ///     .push(Conv2d::new(1, 6, 5, &mut rng).padding(2))
    ///     .push(Relu)
    ///     .push(MaxPool2d::new(2))
    ///     .push(Conv2d::new(6, 16, 5, &mut rng))
    ///     .push(Relu)
    ///     .push(MaxPool2d::new(2))
    ///     .push(Flatten)
    ///     .push(Linear::new(400, 120, &mut rng))
    ///     .push(Relu)
    ///     .push(Linear::new(120, 84, &mut rng))
    ///     .push(Relu)
    ///     .push(Linear::new(84, 10, &mut rng));
    /// let report = lenet.check(&[1, 1, 28, 28])?;
    /// assert_eq!((&report.output[..], report.trainable), (&[1, 10][..], 61_706));
    ///
    /// let misfit = lenet.check(&[64, 28, 28]).unwrap_err();
    /// assert_eq!(
    ///     misfit.to_string(),
    ///     "0: Conv2d(1 -> 6, kernel 5x5, padding 2): input of shape [64, 28, 28] does not fit: expected [n, 1, h, w]; \
    ///      put the axis of the channel there by `x.unsqueeze(1)`, or by an `Unflatten`"
    /// );
    /// # Ok::<(), Misfit>(())
    /// ```
    Conv2d over 2 axes: conv2d, weight "[outputs, inputs / groups, h, w]";
}
