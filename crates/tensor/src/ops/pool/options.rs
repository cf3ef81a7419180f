//! Kernel, stride, padding.

use crate::ops::conv::PerAxis;

/// How windows lie over N axes: PyTorch's names and defaults.
///
/// ```
/// use rappel_tensor::{Pool, Tensor};
///
/// let images = Tensor::<f32>::ones(&[8, 3, 28, 28]);
/// assert_eq!(images.max_pool2d(Pool::new(2)).shape(), [8, 3, 14, 14]);
/// assert_eq!(images.avg_pool2d(Pool::new(3).stride(2).padding(1)).shape(), [8, 3, 14, 14]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool<const N: usize> {
    pub(super) kernel: [usize; N],
    pub(super) stride: [usize; N],
    pub(super) padding: [usize; N],
    pub(super) dilation: [usize; N],
    pub(super) ceil_mode: bool,
    pub(super) count_include_pad: bool,
}

impl<const N: usize> Pool<N> {
    /// Windows of a size, side by side.
    pub fn new(kernel: impl PerAxis<N>) -> Self {
        let kernel = kernel.per_axis();
        Pool { kernel, stride: kernel, padding: [0; N], dilation: [1; N], ceil_mode: false, count_include_pad: true }
    }

    /// Steps between windows; at least 1. The kernel's size if it is not set.
    pub fn stride(self, stride: impl PerAxis<N>) -> Self {
        Pool { stride: stride.per_axis(), ..self }
    }

    /// So far windows reach beyond the input on both sides of each axis; at most half of a window.
    pub fn padding(self, padding: impl PerAxis<N>) -> Self {
        Pool { padding: padding.per_axis(), ..self }
    }

    /// Steps between the values of a window; at least 1. For maxima only.
    pub fn dilation(self, dilation: impl PerAxis<N>) -> Self {
        Pool { dilation: dilation.per_axis(), ..self }
    }

    /// Whether a last window may reach beyond the padded input, as long as it begins before that.
    pub fn ceil_mode(self, ceil_mode: bool) -> Self {
        Pool { ceil_mode, ..self }
    }

    /// Whether an average counts the padding as zeros. It does if this is not set.
    pub fn count_include_pad(self, count_include_pad: bool) -> Self {
        Pool { count_include_pad, ..self }
    }
}
