//! Transposed convolutions over sequences and images.

use std::fmt;

use rappel_autodiff::{ConvTranspose, Float, Param, PerAxis, Shape, Var};

use super::axes::{self, Each, Sizes, extent, positive, write_option};
use super::layer::convolution;
use crate::init::{self, Generator};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// The options of the convolution it is the adjoint of, and which of that one's inputs is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Options<const N: usize> {
    stride: [usize; N],
    padding: [usize; N],
    output_padding: [usize; N],
    dilation: [usize; N],
    groups: usize,
}

impl<const N: usize> Options<N> {
    fn new(groups: usize) -> Self {
        Options { stride: [1; N], padding: [0; N], output_padding: [0; N], dilation: [1; N], groups }
    }

    fn weight_shape(&self, inputs: usize, outputs: usize, kernel: [usize; N]) -> Shape {
        [&[inputs, outputs / self.groups], &kernel[..]].concat().into()
    }

    /// Inputs, outputs and kernel of a weight, if it is one.
    fn sizes(&self, weight: &[usize]) -> Option<(usize, usize, [usize; N])> {
        let &[inputs, outputs, ref kernel @ ..] = weight else { return None };
        let kernel = <[usize; N]>::try_from(kernel).ok().filter(|kernel| !kernel.contains(&0))?;
        inputs.is_multiple_of(self.groups).then_some((inputs, outputs.checked_mul(self.groups)?, kernel))
    }

    /// The same with the output padding that makes outputs of a size, or why none does. What does not fit for other reasons is left
    /// to be told by those.
    ///
    /// Along each axis there are as many sizes as the stride: those that the convolution with it maps to the same size.
    fn reaching(&self, size: [usize; N], weight: &[usize], shape: &[usize]) -> Result<Self, String> {
        let mut options = Options { output_padding: [0; N], ..*self };
        let (Some((_, _, kernel)), Some(from)) = (self.sizes(weight), shape.last_chunk::<N>()) else {
            return Ok(options);
        };
        for (axis, more) in options.output_padding.iter_mut().enumerate().filter(|&(axis, _)| from[axis] > 0) {
            let s = self.stride[axis] as i128;
            let window = i128::try_from(extent(kernel[axis], self.dilation[axis])).unwrap_or(i128::MAX);
            let whole = (from[axis] as i128 - 1).saturating_mul(s).saturating_add(window);
            // Below 0 where the padding cuts off more than there is.
            let least = whole - 2 * self.padding[axis] as i128;
            *more = match size[axis] as i128 - least {
                more if (0..s).contains(&more) => more as usize,
                _ => {
                    let (at, most) = (axis as isize - N as isize, least.saturating_add(s - 1));
                    let (least, size) = (least.max(1), size[axis]);
                    return Err(format!("the output has size {least} to {most} along axis {at}, not {size}"));
                }
            };
        }
        Ok(options)
    }

    fn misfit(&self, kernel: &[usize; N], sizes: &[usize]) -> Option<String> {
        for (axis, (&n, &k)) in sizes.iter().zip(kernel).enumerate() {
            let at = axis as isize - N as isize;
            let (s, d, more) = (self.stride[axis], self.dilation[axis], self.output_padding[axis]);
            if more >= s.max(d) {
                let [more, s, d] = [&self.output_padding, &self.stride, &self.dilation].map(|o| Each(o).to_string());
                return Some(format!("output_padding {more} must be below the stride {s} or the dilation {d}"));
            }
            if n == 0 {
                return Some(format!("without values along axis {at} the output has no size"));
            }
            let whole = (n as u128 - 1).saturating_mul(s as u128).saturating_add(extent(k, d)) + more as u128;
            let cut = 2 * self.padding[axis] as u128;
            if cut >= whole {
                return Some(format!("the padding cuts {cut} off an output of {whole} along axis {at}"));
            }
        }
        None
    }

    fn lay<'t, T: Float>(&self, x: Var<'t, T>, _kernel: &[usize]) -> (Var<'t, T>, ConvTranspose<N>) {
        let engine = ConvTranspose::new()
            .stride(self.stride)
            .padding(self.padding)
            .output_padding(self.output_padding)
            .dilation(self.dilation)
            .groups(self.groups);
        (x, engine)
    }
}

impl<const N: usize> fmt::Display for Options<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_option(f, "stride", self.stride, [1; N])?;
        write_option(f, "padding", self.padding, [0; N])?;
        write_option(f, "output_padding", self.output_padding, [0; N])?;
        write_option(f, "dilation", self.dilation, [1; N])?;
        write_option(f, "groups", [self.groups], [1])
    }
}

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident over $axes:tt axes: $operation:ident, weight $layout:literal;)*) => { $(
        convolution! {
            $(#[$doc])* $name over $axes axes: $operation, Options, weight $layout, {
                /// So much is cut off the output, on both sides of each axis: the padding of the convolution it is the adjoint of.
                /// 0 if it is not set.
                #[must_use]
                pub fn padding(mut self, padding: impl PerAxis<$axes>) -> Self {
                    self.options.padding = padding.per_axis();
                    self
                }

                /// So much is added to the output behind; below the stride or the dilation. A convolution with a stride makes the
                /// same of inputs of several sizes: this says which of them comes out. 0 if it is not set.
                #[must_use]
                pub fn output_padding(mut self, output_padding: impl PerAxis<$axes>) -> Self {
                    self.options.output_padding = output_padding.per_axis();
                    self
                }

                /// [`forward`](Layer::forward) with the output padding that gives an output of this size, PyTorch's `output_size`. One
                /// that is set counts for nothing.
                ///
                /// # Panics
                /// At the caller's line, as `forward` does, and when no output padding below the stride gives that size.
                #[track_caller]
                pub fn forward_to<'t>(&self, x: Var<'t, T>, size: impl PerAxis<$axes>) -> Var<'t, T> {
                    let shape = x.shape();
                    match self.options.reaching(size.per_axis(), self.weight.value.shape(), &shape) {
                        Ok(options) => self.compute(x, &options),
                        Err(why) => panic!("{}", Misfit::of(self, x, format!("{self}: input of shape {shape:?}: {why}"))),
                    }
                }
            }
        }
    )* };
}

layers! {
    /// The transposed convolution of sequences, `[n, inputs, w]` to
    /// `[n, outputs, (w - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1]`; without n for one sequence. See
    /// [`ConvTranspose2d`].
    ///
    /// ```
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::{ConvTranspose1d, Layer};
    ///
    /// let up: ConvTranspose1d = ConvTranspose1d::new(25, 1, 4, &mut Rng::seed(0)).stride(2).padding(1);
    /// assert_eq!(up.weight.value.shape(), [25, 1, 4]);
    /// let tape = Tape::new();
    /// assert_eq!(up.forward(tape.input(&Tensor::zeros(&[100, 25, 20]))).shape()[..], [100, 1, 40]);
    /// ```
    ConvTranspose1d over 1 axes: conv_transpose1d, weight "[inputs, outputs / groups, w]";

    /// The transposed convolution of images, `[n, inputs, h, w]` to `[n, outputs, h', w']` with
    /// `h' = (h - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1`; without n for one image.
    ///
    /// It is the adjoint of the [`Conv2d`](crate::Conv2d) with the same options, from that one's outputs to its inputs, plus a bias:
    /// with a stride it enlarges images. See [`Var::conv_transpose2d`].
    ///
    /// An autoencoder that has to give back sizes that are no multiples of the stride asks for them: [`forward_to`](Self::forward_to).
    ///
    /// Names, layouts, defaults and initialisation are those of `torch.nn.ConvTranspose2d`. The fields may be replaced; channels and
    /// kernel are those of the weight.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Rng, Tape, Tensor};
    /// use rappel_nn::{Conv2d, ConvTranspose2d, Layer};
    ///
    /// let mut rng = Rng::seed(0);
    /// let down: Conv2d = Conv2d::new(1, 8, 3, &mut rng).stride(2).padding(1);
    /// let up: ConvTranspose2d = ConvTranspose2d::new(8, 1, 3, &mut rng).stride(2).padding(1).output_padding(1);
    /// let tape = Tape::new();
    /// let codes = down.forward(tape.input(&Tensor::zeros(&[64, 1, 28, 28])));
    /// assert_eq!(codes.shape()[..], [64, 8, 14, 14]);
    /// assert_eq!(up.forward(codes).shape()[..], [64, 1, 28, 28]);
    /// ```
    ConvTranspose2d over 2 axes: conv_transpose2d, weight "[inputs, outputs / groups, h, w]";
}
