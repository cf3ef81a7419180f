//! The sizes of a convolution, checked once for its value and its gradients.

use super::options::{Conv, ConvTranspose, Padding};
use crate::kernels::conv::{self, Axis, Plan};
use crate::number::Float;
use crate::ops::place;
use crate::shape::{Shape, count, count_or_panic};
use crate::tensor::Tensor;

/// What a convolution, its gradient in the input and that in the weight have in common: three tensors' shapes and how their axes
/// meet. The three are views of one trilinear form, so that each one's derivatives are the other two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvShape {
    input: Shape,
    weight: Shape,
    output: Shape,
    plan: Plan,
}

/// What an axis of a layout is called in messages.
fn layout(axes: usize, channels: &str) -> String {
    let spatial = if axes == 1 { "w" } else { "h, w" };
    format!("[n, {channels}, {spatial}]")
}

/// A kernel's size with its taps apart.
fn extent(kernel: usize, dilation: usize) -> u128 {
    (kernel as u128 - 1).saturating_mul(dilation as u128) + 1
}

/// A size that was computed wide.
#[track_caller]
fn size(op: &str, what: &str, size: u128) -> usize {
    match usize::try_from(size) {
        Ok(size) if isize::try_from(size).is_ok() => size,
        _ => panic!("{op}: {what} would be {size}, more than can be counted"),
    }
}

/// What both ways of convolving check first.
#[track_caller]
fn check<const N: usize>(
    op: &str,
    x: &[usize],
    weight: &[usize],
    stride: [usize; N],
    dilation: [usize; N],
    groups: usize,
) {
    assert!(
        x.len() == N + 2,
        "{op}: an input has shape {}, this one {x:?} (add an axis of 1 with `reshape`?)",
        layout(N, "c_in")
    );
    assert!(
        weight.len() == N + 2,
        "{op}: a weight has {} axes, of channels twice and of the kernel, this one {weight:?}",
        N + 2
    );
    assert!(
        weight[2..].iter().all(|&k| k > 0),
        "{op}: weight of shape {weight:?} has an empty kernel: sizes must be at least 1"
    );
    for (name, values) in [("stride", stride), ("dilation", dilation)] {
        assert!(values.iter().all(|&v| v > 0), "{op}: {name} {values:?} must be at least 1 along every axis");
    }
    assert!(groups > 0, "{op}: groups must be at least 1, not 0");
}

#[track_caller]
fn check_bias(op: &str, bias: Option<&[usize]>, channels: usize, weight: &[usize]) {
    if let Some(bias) = bias {
        assert!(
            *bias == [channels],
            "{op}: bias of shape {bias:?} does not fit a weight of shape {weight:?}: it must be [{channels}]"
        );
    }
}

/// The axes of a kernel over one or two axes, the first of which may not be there.
fn two<const N: usize>(axes: [Axis; N]) -> [Axis; 2] {
    match axes[..] {
        [x] => [Axis::ONE, x],
        [y, x] => [y, x],
        _ => unreachable!("convolutions are over one or two axes"),
    }
}

impl ConvShape {
    /// Of the convolution of an input with a weight; see [`Tensor::conv2d`].
    ///
    /// # Panics
    /// At the caller's line, when something does not fit.
    #[track_caller]
    pub fn new<const N: usize>(
        op: &str,
        input: &[usize],
        weight: &[usize],
        bias: Option<&[usize]>,
        options: &Conv<N>,
    ) -> Self {
        let &Conv { stride, padding, dilation, groups } = options;
        check(op, input, weight, stride, dilation, groups);
        let (channels, outputs) = (input[1], weight[0]);
        assert!(
            channels % groups == 0 && outputs % groups == 0,
            "{op}: {groups} groups do not divide {channels} channels of an input of shape {input:?} and {outputs} of a weight of \
             shape {weight:?}"
        );
        assert!(
            weight[1] == channels / groups,
            "{op}: shapes {input:?} and {weight:?} do not fit: the weight is for {} channels in each of {groups} groups, the input \
             has {} there (a weight has shape [c_out, c_in / groups, ..])",
            weight[1],
            channels / groups
        );
        check_bias(op, bias, outputs, weight);
        let mut axes = [Axis::ONE; N];
        for (i, axis) in axes.iter_mut().enumerate() {
            let (n, k, s, d) = (input[2 + i], weight[2 + i], stride[i], dilation[i]);
            let extent = extent(k, d);
            let (front, both) = match padding {
                Padding::Zeros(p) => (p[i], 2 * p[i] as u128),
                Padding::Same => {
                    assert!(s == 1, "{op}: padding `same` is for stride 1, not {stride:?}");
                    (size(op, "the padding", (extent - 1) / 2), extent - 1)
                }
            };
            let padded = n as u128 + both;
            assert!(
                extent <= padded,
                "{op}: a kernel of size {k} with dilation {d} takes {extent}, more than the input's {n} with {both} of padding along \
                 axis {} (input {input:?}, weight {weight:?})",
                2 + i
            );
            size(op, "the padded input", padded);
            let output = ((padded - extent) / s as u128 + 1) as usize;
            *axis = Axis { input: n, kernel: k, output, stride: s, padding: front, dilation: d };
        }
        let mut output = Shape::from_slice(&[input[0], outputs]);
        output.extend(axes.iter().map(|a| a.output));
        Self::checked(op, input.into(), weight.into(), output, groups, two(axes))
    }

    /// Of the convolution that a transposed one is the adjoint of: its output is the input `x` here, and its input comes out; see
    /// [`Tensor::conv_transpose2d`].
    ///
    /// # Panics
    /// At the caller's line, when something does not fit.
    #[track_caller]
    pub fn transposed<const N: usize>(
        op: &str,
        x: &[usize],
        weight: &[usize],
        bias: Option<&[usize]>,
        options: &ConvTranspose<N>,
    ) -> Self {
        let &ConvTranspose { stride, padding, output_padding, dilation, groups } = options;
        check(op, x, weight, stride, dilation, groups);
        assert!(x[1] % groups == 0, "{op}: {groups} groups do not divide {} channels of an input of shape {x:?}", x[1]);
        assert!(
            weight[0] == x[1],
            "{op}: shapes {x:?} and {weight:?} do not fit: the weight is for {} channels, the input has {} (a weight has shape \
             [c_in, c_out / groups, ..])",
            weight[0],
            x[1]
        );
        let channels = size(op, "the number of channels", weight[1] as u128 * groups as u128);
        check_bias(op, bias, channels, weight);
        let mut axes = [Axis::ONE; N];
        for (i, axis) in axes.iter_mut().enumerate() {
            let (n, k, s, d, p, more) =
                (x[2 + i], weight[2 + i], stride[i], dilation[i], padding[i], output_padding[i]);
            assert!(
                more < s.max(d),
                "{op}: output_padding {output_padding:?} must be less than the stride {stride:?} or the dilation {dilation:?}"
            );
            assert!(
                n > 0,
                "{op}: input of shape {x:?} has no values along axis {}, so that the output has no size",
                2 + i
            );
            let whole = (n as u128 - 1).saturating_mul(s as u128).saturating_add(extent(k, d)) + more as u128;
            let whole = size(op, "the output", whole) as u128;
            assert!(
                2 * (p as u128) < whole,
                "{op}: padding {p} on both sides leaves nothing of an output of {whole} along axis {} (input {x:?}, weight {weight:?})",
                2 + i
            );
            let input = (whole - 2 * p as u128) as usize;
            *axis = Axis { input, kernel: k, output: n, stride: s, padding: p, dilation: d };
        }
        let mut input = Shape::from_slice(&[x[0], channels]);
        input.extend(axes.iter().map(|a| a.input));
        Self::checked(op, input, weight.into(), x.into(), groups, two(axes))
    }

    #[track_caller]
    fn checked(op: &str, input: Shape, weight: Shape, output: Shape, groups: usize, axes: [Axis; 2]) -> Self {
        let plan = Plan { images: input[0], groups, channels: weight[1], outputs: output[1] / groups, axes };
        for shape in [&input, &output] {
            count_or_panic(op, shape);
        }
        // What an image takes with its padding, from either side.
        let wide = axes.map(|a| a.padded());
        count_or_panic(op, &[plan.channels.max(plan.outputs).max(1), wide[0], wide[1]]);
        ConvShape { input, weight, output, plan }
    }

    /// The shape of the input.
    pub fn input(&self) -> &[usize] {
        &self.input
    }

    /// The shape of the output.
    pub fn output(&self) -> &[usize] {
        &self.output
    }

    /// How many products each of the three views adds up; those with padding count.
    pub fn multiply_adds(&self) -> u64 {
        let per_output: usize = self.weight[1..].iter().product();
        count(&self.output) as u64 * per_output as u64
    }

    /// The convolution of an input with a weight, plus a bias.
    ///
    /// # Panics
    /// When the tensors do not have these shapes.
    #[track_caller]
    pub fn convolve<T: Float>(&self, x: &Tensor<T>, weight: &Tensor<T>, bias: Option<&Tensor<T>>) -> Tensor<T> {
        self.assert_shapes([(x, &self.input), (weight, &self.weight)]);
        let workspace = place(x, weight);
        let bias = bias.map(|bias| bias.data());
        Tensor::make(workspace, self.output.clone(), |to| {
            conv::convolve(&self.plan, workspace, to, x.data(), weight.data(), bias)
        })
    }

    /// The adjoint of [`convolve`](Self::convolve) in the input: from the output's shape to the input's.
    ///
    /// # Panics
    /// When the tensors do not have these shapes.
    #[track_caller]
    pub fn transpose<T: Float>(&self, g: &Tensor<T>, weight: &Tensor<T>) -> Tensor<T> {
        self.assert_shapes([(g, &self.output), (weight, &self.weight)]);
        let workspace = place(g, weight);
        Tensor::make(workspace, self.input.clone(), |to| {
            conv::transpose(&self.plan, workspace, to, g.data(), weight.data())
        })
    }

    /// The adjoint of [`convolve`](Self::convolve) in the weight: from the input's and the output's shapes to the weight's.
    ///
    /// # Panics
    /// When the tensors do not have these shapes.
    #[track_caller]
    pub fn weight<T: Float>(&self, x: &Tensor<T>, g: &Tensor<T>) -> Tensor<T> {
        self.assert_shapes([(x, &self.input), (g, &self.output)]);
        let workspace = place(x, g);
        Tensor::make(workspace, self.weight.clone(), |to| conv::weight(&self.plan, workspace, to, x.data(), g.data()))
    }

    #[track_caller]
    fn assert_shapes<T: Float>(&self, tensors: [(&Tensor<T>, &Shape); 2]) {
        for (x, shape) in tensors {
            assert!(
                *x.shape() == shape[..],
                "convolution: a tensor of shape {:?} instead of {:?}",
                x.shape(),
                &shape[..]
            );
        }
    }
}
