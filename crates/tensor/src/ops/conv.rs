//! Convolution in one and two dimensions, and its transpose.

mod options;
mod shape;

use crate::number::Float;
use crate::tensor::Tensor;
pub use options::{Conv, ConvTranspose, PerAxis};
pub use shape::ConvShape;

impl<T: Float> Tensor<T> {
    /// The convolution, as nets have it, of images `[n, c_in, h, w]` with a weight `[c_out, c_in / groups, kh, kw]`, plus a bias
    /// `[c_out]`: `[n, c_out, oh, ow]` with
    ///
    /// `out[n, o, y, x] = bias[o] + sum of weight[o, c, i, j] * self[n, c, y * stride + i * dilation - padding, ..]`
    ///
    /// and `oh = (h + 2 padding - dilation (kh - 1) - 1) / stride + 1`, rounded down. Padding is zeros that take part: with an infinite
    /// weight they give NaN. There may be no images, and no channels, whose sum is 0.
    ///
    /// ```
    /// use rappel_tensor::{Conv, Tensor};
    /// let x = Tensor::new([1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], &[1, 1, 3, 3]);
    /// let differences = Tensor::new([1.0, -1.0], &[1, 1, 1, 2]);
    /// assert_eq!(x.conv2d(&differences, None, Conv::new()).data(), [-1.0; 6]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line: when a tensor has another number of axes; when channels and groups do not fit; when stride, dilation, groups or
    /// a size of the kernel is 0; when the kernel is larger than the padded input.
    #[track_caller]
    pub fn conv2d(&self, weight: &Self, bias: Option<&Self>, options: Conv<2>) -> Self {
        self.convolved("conv2d", weight, bias, &options)
    }

    /// The convolution of sequences `[n, c_in, w]` with a weight `[c_out, c_in / groups, k]`; see [`conv2d`](Self::conv2d).
    #[track_caller]
    pub fn conv1d(&self, weight: &Self, bias: Option<&Self>, options: Conv<1>) -> Self {
        self.convolved("conv1d", weight, bias, &options)
    }

    /// The transposed convolution of `[n, c_in, h, w]` with a weight `[c_in, c_out / groups, kh, kw]`, plus a bias `[c_out]`: the adjoint of
    /// the convolution with that weight, which leads from `[n, c_out, oh, ow]` to `[n, c_in, h, w]`, with
    /// `oh = (h - 1) stride - 2 padding + dilation (kh - 1) + output_padding + 1`.
    ///
    /// # Panics
    /// At the caller's line: as [`conv2d`](Self::conv2d) does; when the output padding is neither less than the stride nor than the dilation;
    /// when nothing is left of the output.
    #[track_caller]
    pub fn conv_transpose2d(&self, weight: &Self, bias: Option<&Self>, options: ConvTranspose<2>) -> Self {
        self.convolved_back("conv_transpose2d", weight, bias, &options)
    }

    /// The transposed convolution of sequences; see [`conv_transpose2d`](Self::conv_transpose2d).
    #[track_caller]
    pub fn conv_transpose1d(&self, weight: &Self, bias: Option<&Self>, options: ConvTranspose<1>) -> Self {
        self.convolved_back("conv_transpose1d", weight, bias, &options)
    }

    #[track_caller]
    fn convolved<const N: usize>(&self, op: &str, weight: &Self, bias: Option<&Self>, options: &Conv<N>) -> Self {
        let shape = ConvShape::new(op, self.shape(), weight.shape(), bias.map(Tensor::shape), options);
        shape.convolve(self, weight, bias)
    }

    #[track_caller]
    fn convolved_back<const N: usize>(
        &self,
        op: &str,
        weight: &Self,
        bias: Option<&Self>,
        options: &ConvTranspose<N>,
    ) -> Self {
        let shape = ConvShape::transposed(op, self.shape(), weight.shape(), bias.map(Tensor::shape), options);
        let out = shape.transpose(self, weight);
        match bias {
            Some(bias) => &out + &bias.reshape(&per_channel::<N>(bias.len())),
            None => out,
        }
    }
}

/// The shape in which one number per channel broadcasts to images.
fn per_channel<const N: usize>(channels: usize) -> crate::Shape {
    let mut shape = crate::Shape::from_elem(1, 1 + N);
    shape[0] = channels;
    shape
}
