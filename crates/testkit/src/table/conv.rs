//! Convolution and its transpose.

use proptest::prelude::*;
use rappel_autodiff::{Conv, ConvTranspose};

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::tensor;

const ANY: std::ops::Range<f64> = -2.0..2.0;

/// How one axis steps.
#[derive(Clone, Copy, Debug)]
struct Step {
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

impl Step {
    fn extent(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }
}

fn step() -> impl Strategy<Value = Step> + Clone {
    (1_usize..=3, 1_usize..=3, 0_usize..=2, 1_usize..=2).prop_map(|(kernel, stride, padding, dilation)| Step {
        kernel,
        stride,
        padding,
        dilation,
    })
}

/// How a convolution over some axes steps.
#[derive(Clone, Debug)]
struct Steps<const N: usize> {
    axes: [Step; N],
    groups: usize,
}

impl<const N: usize> Steps<N> {
    fn options(&self) -> Conv<N> {
        Conv::new()
            .stride(self.axes.map(|a| a.stride))
            .padding(self.axes.map(|a| a.padding))
            .dilation(self.axes.map(|a| a.dilation))
            .groups(self.groups)
    }

    /// The adjoint's options, for an output so much larger than the smallest.
    fn transposed(&self, more: [usize; N]) -> ConvTranspose<N> {
        ConvTranspose::new()
            .stride(self.axes.map(|a| a.stride))
            .padding(self.axes.map(|a| a.padding))
            .dilation(self.axes.map(|a| a.dilation))
            .output_padding(more)
            .groups(self.groups)
    }
}

/// Images, channels and outputs of a group, groups: few of all, and of all but groups perhaps none.
fn counts() -> impl Strategy<Value = [usize; 4]> {
    let few = || prop_oneof![8 => Just(1_usize), 3 => Just(2), 1 => Just(0)];
    [few().boxed(), few().boxed(), few().boxed(), prop_oneof![3 => Just(1_usize), 1 => Just(2)].boxed()]
}

/// Inputs of a convolution: images, weight and, if `bias`, bias.
fn forward<const N: usize>(bias: bool) -> Cases<Steps<N>> {
    let axes = || std::array::from_fn::<_, N, _>(|_| (step(), 0_usize..=2));
    (axes(), counts())
        .prop_flat_map(move |(axes, [n, channels, outputs, groups])| {
            // At least what the kernel takes, and a little more.
            let size = |(a, more): (Step, usize)| (a.extent() + more).saturating_sub(2 * a.padding);
            let steps = Steps { axes: axes.map(|a| a.0), groups };
            let x = [&[n, groups * channels][..], &axes.map(size)].concat();
            let w = [&[groups * outputs, channels][..], &axes.map(|a| a.0.kernel)].concat();
            (Just(steps), tensor(&x, ANY), tensor(&w, ANY), tensor(&[groups * outputs], ANY))
        })
        .prop_map(move |(steps, x, w, b)| (steps, if bias { vec![x, w, b] } else { vec![x, w] }))
        .boxed()
}

/// Inputs of a transposed convolution, and how much is added to its output.
fn backward<const N: usize>(bias: bool) -> Cases<(Steps<N>, [usize; N])> {
    let axes = || std::array::from_fn::<_, N, _>(|_| (step(), 1_usize..=2, 0_usize..=2));
    (axes(), counts())
        .prop_flat_map(move |(axes, [n, channels, outputs, groups])| {
            // What padding cuts off leaves something.
            let axes = axes.map(|(a, size, more)| {
                let whole = (size - 1) * a.stride + a.extent();
                let more = more.min(a.stride.max(a.dilation) - 1);
                (Step { padding: a.padding.min((whole + more - 1) / 2), ..a }, size, more)
            });
            let steps = Steps { axes: axes.map(|a| a.0), groups };
            let x = [&[n, groups * outputs][..], &axes.map(|a| a.1)].concat();
            let w = [&[groups * outputs, channels][..], &axes.map(|a| a.0.kernel)].concat();
            let args = (steps, axes.map(|a| a.2));
            (Just(args), tensor(&x, ANY), tensor(&w, ANY), tensor(&[groups * channels], ANY))
        })
        .prop_map(move |(args, x, w, b)| (args, if bias { vec![x, w, b] } else { vec![x, w] }))
        .boxed()
}

/// Calls `f(output's place, tap, input's place)` wherever a tap at an output looks into an input, along one axis.
fn meet(a: Step, input: usize, output: usize, mut f: impl FnMut(usize, usize, usize)) {
    for o in 0..output {
        for k in 0..a.kernel {
            if let Some(i) = (o * a.stride + k * a.dilation).checked_sub(a.padding).filter(|&i| i < input) {
                f(o, k, i);
            }
        }
    }
}

/// Every `(output, weight, input)` whose product is a term, as indices.
fn terms<const N: usize>(steps: &Steps<N>, x: &[usize], w: &[usize], y: &[usize]) -> Vec<[Vec<usize>; 3]> {
    let mut all = Vec::new();
    let (per_group, outputs) = (w[1], w[0] / steps.groups);
    for n in 0..x[0] {
        for o in 0..w[0] {
            for c in 0..per_group {
                let at = |i: usize| vec![n, i];
                let mut found = vec![[at(o), vec![o, c], at(o / outputs * per_group + c)]];
                for (k, &axis) in steps.axes.iter().enumerate() {
                    let mut next = Vec::new();
                    for term in &found {
                        meet(axis, x[2 + k], y[2 + k], |o, tap, i| {
                            let mut longer = term.clone();
                            longer.iter_mut().zip([o, tap, i]).for_each(|(index, i)| index.push(i));
                            next.push(longer);
                        });
                    }
                    found = next;
                }
                all.extend(found);
            }
        }
    }
    all
}

/// The sums, at each index of a shape, of the products that belong there.
fn add_up(shape: &[usize], terms: impl Iterator<Item = (Vec<usize>, f64)>) -> Plain {
    let mut sums = vec![0.0; shape.iter().product()];
    for (index, term) in terms {
        sums[index.iter().zip(shape).fold(0, |at, (&i, &n)| at * n + i)] += term;
    }
    Plain::new(shape, sums)
}

fn with_bias(y: Plain, bias: Option<&Plain>) -> Plain {
    let Some(bias) = bias else { return y };
    Plain::from_fn(y.shape(), |i| y.at(i) + bias.at(&[i[1]]))
}

fn convolution<const N: usize>(steps: &Steps<N>, x: &Plain, w: &Plain, bias: Option<&Plain>) -> Plain {
    let mut shape = vec![x.shape()[0], w.shape()[0]];
    shape.extend((0..N).map(|k| {
        let a = steps.axes[k];
        (x.shape()[2 + k] + 2 * a.padding - a.extent()) / a.stride + 1
    }));
    let terms = terms(steps, x.shape(), w.shape(), &shape);
    let y = add_up(&shape, terms.into_iter().map(|[o, k, i]| (o, w.at(&k) * x.at(&i))));
    with_bias(y, bias)
}

fn transposed<const N: usize>(
    steps: &Steps<N>,
    more: &[usize; N],
    x: &Plain,
    w: &Plain,
    bias: Option<&Plain>,
) -> Plain {
    let mut shape = vec![x.shape()[0], w.shape()[1] * steps.groups];
    shape.extend((0..N).map(|k| {
        let a = steps.axes[k];
        (x.shape()[2 + k] - 1) * a.stride + a.extent() + more[k] - 2 * a.padding
    }));
    let terms = terms(steps, &shape, w.shape(), x.shape());
    let y = add_up(&shape, terms.into_iter().map(|[o, k, i]| (i, w.at(&k) * x.at(&o))));
    with_bias(y, bias)
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "conv1d",
            args: Steps<1>,
            cases: forward(false),
            vars: |steps, &[x, w]| x.conv1d(w, None, steps.options()),
            numbers: |steps, [x, w]| convolution(steps, x, w, None),
        },
        row! {
            name: "conv2d",
            args: Steps<2>,
            cases: forward(false),
            vars: |steps, &[x, w]| x.conv2d(w, None, steps.options()),
            numbers: |steps, [x, w]| convolution(steps, x, w, None),
        },
        row! {
            name: "conv2d with bias",
            args: Steps<2>,
            cases: forward(true),
            vars: |steps, &[x, w, b]| x.conv2d(w, Some(b), steps.options()),
            numbers: |steps, [x, w, b]| convolution(steps, x, w, Some(b)),
        },
        row! {
            name: "conv_transpose1d with bias",
            args: (Steps<1>, [usize; 1]),
            cases: backward(true),
            vars: |(steps, more), &[x, w, b]| x.conv_transpose1d(w, Some(b), steps.transposed(*more)),
            numbers: |(steps, more), [x, w, b]| transposed(steps, more, x, w, Some(b)),
        },
        row! {
            name: "conv_transpose2d",
            args: (Steps<2>, [usize; 2]),
            cases: backward(false),
            vars: |(steps, more), &[x, w]| x.conv_transpose2d(w, None, steps.transposed(*more)),
            numbers: |(steps, more), [x, w]| transposed(steps, more, x, w, None),
        },
    ]
}
