//! Stride, padding, dilation, groups.

/// A number for each of N axes: one for all, or one each.
///
/// ```
/// use rappel_tensor::PerAxis;
/// assert_eq!(PerAxis::<2>::per_axis(3), [3, 3]);
/// assert_eq!([1, 2].per_axis(), [1, 2]);
/// ```
pub trait PerAxis<const N: usize> {
    /// One number per axis.
    fn per_axis(self) -> [usize; N];
}

impl<const N: usize> PerAxis<N> for usize {
    fn per_axis(self) -> [usize; N] {
        [self; N]
    }
}

impl<const N: usize> PerAxis<N> for [usize; N] {
    fn per_axis(self) -> [usize; N] {
        self
    }
}

/// Zeros around the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding<const N: usize> {
    /// So many on both sides of each axis.
    Zeros([usize; N]),
    /// As many as keep the size; where their number is odd, one more behind.
    Same,
}

/// How a convolution over N axes steps: PyTorch's names and defaults.
///
/// ```
/// use rappel_tensor::{Conv, Tensor};
///
/// let images = Tensor::<f32>::ones(&[8, 3, 28, 28]);
/// let weight = Tensor::ones(&[6, 3, 5, 5]);
/// assert_eq!(images.conv2d(&weight, None, Conv::new().stride(2).padding([2, 0])).shape(), [8, 6, 14, 12]);
/// assert_eq!(images.conv2d(&weight, None, Conv::same()).shape(), [8, 6, 28, 28]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv<const N: usize> {
    pub(super) stride: [usize; N],
    pub(super) padding: Padding<N>,
    pub(super) dilation: [usize; N],
    pub(super) groups: usize,
}

impl<const N: usize> Conv<N> {
    /// Stride 1, no padding, dilation 1, one group.
    pub const fn new() -> Self {
        Conv { stride: [1; N], padding: Padding::Zeros([0; N]), dilation: [1; N], groups: 1 }
    }

    /// As many zeros around the input as keep its sizes, for stride 1. Where their number is odd, one more stands behind.
    pub const fn same() -> Self {
        Conv { padding: Padding::Same, ..Self::new() }
    }

    /// Steps between outputs; at least 1.
    pub fn stride(self, stride: impl PerAxis<N>) -> Self {
        Conv { stride: stride.per_axis(), ..self }
    }

    /// Zeros on both sides of each axis.
    pub fn padding(self, padding: impl PerAxis<N>) -> Self {
        Conv { padding: Padding::Zeros(padding.per_axis()), ..self }
    }

    /// Steps between taps of the kernel; at least 1.
    pub fn dilation(self, dilation: impl PerAxis<N>) -> Self {
        Conv { dilation: dilation.per_axis(), ..self }
    }

    /// Into so many groups channels are cut, input and output, each convolved with its own alone. As many as channels: depthwise.
    pub fn groups(self, groups: usize) -> Self {
        Conv { groups, ..self }
    }
}

impl<const N: usize> Default for Conv<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// How a transposed convolution over N axes steps: stride, padding, dilation and groups are those of the convolution it is the
/// adjoint of.
///
/// ```
/// use rappel_tensor::{ConvTranspose, Tensor};
///
/// let codes = Tensor::<f32>::ones(&[8, 6, 7, 7]);
/// let weight = Tensor::ones(&[6, 3, 3, 3]);
/// let options = ConvTranspose::new().stride(2).padding(1).output_padding(1);
/// assert_eq!(codes.conv_transpose2d(&weight, None, options).shape(), [8, 3, 14, 14]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvTranspose<const N: usize> {
    pub(super) stride: [usize; N],
    pub(super) padding: [usize; N],
    pub(super) output_padding: [usize; N],
    pub(super) dilation: [usize; N],
    pub(super) groups: usize,
}

impl<const N: usize> ConvTranspose<N> {
    /// Stride 1, no padding, dilation 1, one group.
    pub const fn new() -> Self {
        ConvTranspose { stride: [1; N], padding: [0; N], output_padding: [0; N], dilation: [1; N], groups: 1 }
    }

    /// Steps between inputs, seen in the output; at least 1.
    pub fn stride(self, stride: impl PerAxis<N>) -> Self {
        ConvTranspose { stride: stride.per_axis(), ..self }
    }

    /// So much is cut off the output on both sides of each axis.
    pub fn padding(self, padding: impl PerAxis<N>) -> Self {
        ConvTranspose { padding: padding.per_axis(), ..self }
    }

    /// So much is added to the output behind; less than the stride or the dilation. It says which of the sizes is meant that a convolution
    /// with a stride maps to the same size.
    pub fn output_padding(self, output_padding: impl PerAxis<N>) -> Self {
        ConvTranspose { output_padding: output_padding.per_axis(), ..self }
    }

    /// Steps between taps of the kernel; at least 1.
    pub fn dilation(self, dilation: impl PerAxis<N>) -> Self {
        ConvTranspose { dilation: dilation.per_axis(), ..self }
    }

    /// Into so many groups channels are cut; see [`Conv::groups`].
    pub fn groups(self, groups: usize) -> Self {
        ConvTranspose { groups, ..self }
    }
}

impl<const N: usize> Default for ConvTranspose<N> {
    fn default() -> Self {
        Self::new()
    }
}
