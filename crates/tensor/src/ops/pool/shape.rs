//! The sizes of a pooling, checked once for its value and its gradients.

use super::options::Pool;
use crate::kernels::pool::{self, Axis, Windows};
use crate::kernels::shards::threads;
use crate::number::Float;
use crate::ops::place;
use crate::shape::{Shape, count_or_panic};
use crate::tensor::Tensor;

/// What a pooling and its adjoint have in common: two shapes, and windows of the larger one for each value of the smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolShape {
    input: Shape,
    output: Shape,
    axes: [Axis; 2],
}

/// The last N sizes, after checking that there are so many, none of them 0.
#[track_caller]
fn spatial<const N: usize>(op: &str, input: &[usize]) -> [usize; N] {
    let Some((_, sizes)) = input.split_last_chunk::<N>() else {
        panic!("{op}: it goes over the last {N} axes, an input of shape {input:?} has fewer")
    };
    assert!(sizes.iter().all(|&n| n > 0), "{op}: an input of shape {input:?} has no values along its last axes");
    *sizes
}

impl PoolShape {
    /// Of windows over the last axes of an input; see [`Tensor::max_pool2d`].
    ///
    /// # Panics
    /// At the caller's line, when something does not fit.
    #[track_caller]
    pub fn new<const N: usize>(op: &str, input: &[usize], options: &Pool<N>) -> Self {
        let &Pool { kernel, stride, padding, dilation, ceil_mode, count_include_pad } = options;
        for (name, values) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
            assert!(values.iter().all(|&v| v > 0), "{op}: {name} {values:?} must be at least 1 along every axis");
        }
        let sizes = spatial::<N>(op, input);
        let mut out = [Axis::ONE; N];
        for i in 0..N {
            let (n, k, s, p, d) = (sizes[i], kernel[i], stride[i], padding[i], dilation[i]);
            let extent = (k as u128 - 1).saturating_mul(d as u128) + 1;
            assert!(
                p as u128 <= extent / 2,
                "{op}: padding {padding:?} must be at most half of a window, which takes {extent} along axis -{}",
                N - i
            );
            let padded = n as u128 + 2 * p as u128;
            assert!(
                extent <= padded && padded <= isize::MAX as u128,
                "{op}: a window of {k} with dilation {d} takes {extent}, more than the input's {n} with padding {p} on both sides along \
                 axis -{} (input {input:?})",
                N - i
            );
            let room = padded - extent;
            let whole = if ceil_mode { room.div_ceil(s as u128) } else { room / s as u128 } as usize;
            // A window begins in the input or in the padding before it.
            let output = if whole > 0 && whole as u128 * s as u128 >= (n + p) as u128 { whole } else { whole + 1 };
            let windows =
                Windows::Sliding { kernel: k, stride: s, padding: p, dilation: d, count_padding: count_include_pad };
            out[i] = Axis { input: n, output, windows };
        }
        Self::checked(op, input, out)
    }

    /// Of averages; see [`Tensor::avg_pool2d`].
    ///
    /// # Panics
    /// At the caller's line, as [`new`](Self::new) does, and when there is a dilation.
    #[track_caller]
    pub fn averages<const N: usize>(op: &str, input: &[usize], options: &Pool<N>) -> Self {
        assert!(
            options.dilation == [1; N],
            "{op}: dilation {:?} is for maxima; windows of an average have no gaps",
            options.dilation
        );
        Self::new(op, input, options)
    }

    /// Of so many windows of about equal sizes; see [`Tensor::adaptive_avg_pool2d`].
    ///
    /// # Panics
    /// At the caller's line, when the input has too few axes or no values along one.
    #[track_caller]
    pub fn adaptive<const N: usize>(op: &str, input: &[usize], output: [usize; N]) -> Self {
        let sizes = spatial::<N>(op, input);
        Self::checked::<N>(
            op,
            input,
            std::array::from_fn(|i| Axis { input: sizes[i], output: output[i], windows: Windows::Adaptive }),
        )
    }

    /// Of the adjoint of nearest upsampling of `x`: the sums over the places that show one value of it; see
    /// [`Tensor::interpolate_nearest2d`].
    ///
    /// # Panics
    /// At the caller's line, when `x` has too few axes or no values along one.
    #[track_caller]
    pub fn nearest<const N: usize>(op: &str, x: &[usize], size: [usize; N]) -> Self {
        let sizes = spatial::<N>(op, x);
        let mut large: Shape = x.into();
        large[x.len() - N..].copy_from_slice(&size);
        Self::checked::<N>(
            op,
            &large,
            std::array::from_fn(|i| Axis { input: size[i], output: sizes[i], windows: Windows::Nearest }),
        )
    }

    /// [`nearest`](Self::nearest) for a factor per axis.
    ///
    /// # Panics
    /// As that does, and when the factor makes more values than can be counted.
    #[track_caller]
    pub fn scaled<const N: usize>(op: &str, x: &[usize], scale: [usize; N]) -> Self {
        let mut size = spatial::<N>(op, x);
        for (n, k) in size.iter_mut().zip(scale) {
            let Some(product) = n.checked_mul(k) else {
                panic!("{op}: a scale of {scale:?} makes more values of shape {x:?} than can be counted")
            };
            *n = product;
        }
        Self::nearest(op, x, size)
    }

    #[track_caller]
    fn checked<const N: usize>(op: &str, input: &[usize], axes: [Axis; N]) -> Self {
        let mut output: Shape = input.into();
        let first = input.len() - N;
        for (size, axis) in output[first..].iter_mut().zip(&axes) {
            *size = axis.output;
        }
        count_or_panic(op, input);
        count_or_panic(op, &output);
        let axes = match axes[..] {
            [x] => [Axis::ONE, x],
            [y, x] => [y, x],
            _ => unreachable!("pooling is over one or two axes"),
        };
        PoolShape { input: input.into(), output, axes }
    }

    /// Whether sums are left as they are: the adjoint is then nearest upsampling.
    pub fn is_nearest(&self) -> bool {
        self.axes[1].windows == Windows::Nearest
    }

    /// The values of `of` where those of `x` are largest in each window; `none` in a window without values. Both have the input's
    /// shape.
    pub fn pick<T: Float>(&self, x: &Tensor<T>, of: &Tensor<T>, none: T) -> Tensor<T> {
        debug_assert!(*x.shape() == self.input[..] && *of.shape() == self.input[..]);
        let workspace = place(x, of);
        Tensor::make(workspace, self.output.clone(), |to| {
            pool::pick(&threads(workspace), &self.axes, to, x.data(), of.data(), none)
        })
    }

    /// The adjoint of [`pick`](Self::pick): zeros with `g`, of the output's shape, added where the values of `x` are largest.
    pub fn unpick<T: Float>(&self, x: &Tensor<T>, g: &Tensor<T>) -> Tensor<T> {
        debug_assert!(*x.shape() == self.input[..] && *g.shape() == self.output[..]);
        let workspace = place(x, g);
        Tensor::make(workspace, self.input.clone(), |to| {
            pool::unpick(&threads(workspace), &self.axes, to, x.data(), g.data())
        })
    }

    /// The mean over each window.
    pub fn average<T: Float>(&self, x: &Tensor<T>) -> Tensor<T> {
        debug_assert!(*x.shape() == self.input[..]);
        let workspace = x.workspace();
        Tensor::make(workspace, self.output.clone(), |to| pool::average(&threads(workspace), &self.axes, to, x.data()))
    }

    /// The adjoint of [`average`](Self::average): each value in equal parts to its window.
    pub fn spread<T: Float>(&self, g: &Tensor<T>) -> Tensor<T> {
        debug_assert!(*g.shape() == self.output[..]);
        let workspace = g.workspace();
        Tensor::make(workspace, self.input.clone(), |to| pool::spread(&threads(workspace), &self.axes, to, g.data()))
    }
}
