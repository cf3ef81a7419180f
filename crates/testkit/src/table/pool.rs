//! Pooling, and upsampling to the nearest value.

use proptest::prelude::*;
use rappel_autodiff::{Pool, Tensor};

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{distinct, size, tensor};

/// How windows lie along one axis.
#[derive(Clone, Copy, Debug)]
struct Step {
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

/// How windows lie over some axes.
#[derive(Clone, Debug)]
struct Steps<const N: usize> {
    axes: [Step; N],
    ceil_mode: bool,
    count_include_pad: bool,
}

impl<const N: usize> Steps<N> {
    fn options(&self) -> Pool<N> {
        Pool::new(self.axes.map(|a| a.kernel))
            .stride(self.axes.map(|a| a.stride))
            .padding(self.axes.map(|a| a.padding))
            .dilation(self.axes.map(|a| a.dilation))
            .ceil_mode(self.ceil_mode)
            .count_include_pad(self.count_include_pad)
    }

    /// The windows along axis k of so many values: the places in each, which may be in the padding.
    fn windows(&self, k: usize, n: usize) -> Vec<Vec<isize>> {
        let a = self.axes[k];
        let (n, padding, stride) = (n as isize, a.padding as isize, a.stride as isize);
        let last = (a.kernel as isize - 1) * a.dilation as isize;
        let begins = |begin: &isize| match self.ceil_mode {
            // One more begins before the end of the input, and reaches beyond the padding.
            true => *begin < n && begin + last - stride < n + padding - 1 || *begin == -padding,
            false => begin + last < n + padding,
        };
        let begin = (0..).map(|o| o * stride - padding).take_while(begins);
        begin.map(|begin| (0..a.kernel as isize).map(|j| begin + j * a.dilation as isize).collect()).collect()
    }
}

/// Windows over the last N axes of values `[n, c, ..]`, dilated or not.
fn cases<const N: usize>(dilated: bool, values: fn(&[usize]) -> BoxedStrategy<Tensor<f64>>) -> Cases<Steps<N>> {
    let axis = || (1_usize..=3, 1_usize..=3, 0_usize..=1, 1_usize..=2, 0_usize..=2);
    let axes = std::array::from_fn::<_, N, _>(|_| axis());
    let lead = [size().boxed(), prop_oneof![Just(1_usize), Just(2)].boxed()];
    (axes, lead, any::<bool>(), any::<bool>())
        .prop_flat_map(move |(axes, lead, ceil_mode, count_include_pad)| {
            let axes = axes.map(|(kernel, stride, padding, dilation, more)| {
                let dilation = if dilated { dilation } else { 1 };
                let extent = (kernel - 1) * dilation + 1;
                let padding = padding.min(extent / 2);
                (Step { kernel, stride, padding, dilation }, (extent + more).saturating_sub(2 * padding).max(1))
            });
            let shape = [&lead[..], &axes.map(|a| a.1)].concat();
            (Just(Steps { axes: axes.map(|a| a.0), ceil_mode, count_include_pad }), values(&shape))
        })
        .prop_map(|(steps, x)| (steps, vec![x]))
        .boxed()
}

/// Values `[.., h, w]` or `[.., w]` and the sizes that the last N axes get.
fn resized<const N: usize>(values: fn(&[usize]) -> BoxedStrategy<Tensor<f64>>) -> Cases<[usize; N]> {
    let sizes = std::array::from_fn::<_, N, _>(|_| (1_usize..=4, size()));
    (size(), sizes)
        .prop_flat_map(move |(n, sizes)| {
            let shape = [&[n][..], &sizes.map(|s| s.0)].concat();
            (Just(sizes.map(|s| s.1)), values(&shape))
        })
        .prop_map(|(sizes, x)| (sizes, vec![x]))
        .boxed()
}

fn any_values(shape: &[usize]) -> BoxedStrategy<Tensor<f64>> {
    tensor(shape, -2.0..2.0)
}

/// The windows along each of the last axes.
type Windows = Vec<Vec<Vec<isize>>>;

/// A number from the places of each window, of which some are in the padding.
fn pooled(x: &Plain, windows: &Windows, f: impl Fn(&[Option<f64>]) -> f64) -> Plain {
    let lead = x.shape().len() - windows.len();
    let shape: Vec<usize> = x.shape()[..lead].iter().copied().chain(windows.iter().map(Vec::len)).collect();
    Plain::from_fn(&shape, |index| {
        let mut places: Vec<Vec<isize>> = vec![index[..lead].iter().map(|&i| i as isize).collect()];
        for (axis, &o) in windows.iter().zip(&index[lead..]) {
            places = places.iter().flat_map(|p| axis[o].iter().map(move |&i| [&p[..], &[i]].concat())).collect();
        }
        let inside = |p: &[isize]| p.iter().zip(x.shape()).all(|(&i, &n)| (0..n as isize).contains(&i));
        let value = |p: &Vec<isize>| inside(p).then(|| x.at(&p.iter().map(|&i| i as usize).collect::<Vec<_>>()));
        f(&places.iter().map(value).collect::<Vec<_>>())
    })
}

fn largest(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().fold(f64::NEG_INFINITY, |a, &b| a.max(b))
}

fn sliding<const N: usize>(steps: &Steps<N>, x: &Plain) -> Windows {
    let lead = x.shape().len() - N;
    (0..N).map(|k| steps.windows(k, x.shape()[lead + k])).collect()
}

fn averages<const N: usize>(steps: &Steps<N>, x: &Plain) -> Plain {
    let lead = x.shape().len() - N;
    let mut windows = sliding(steps, x);
    for (k, axis) in windows.iter_mut().enumerate() {
        // What a window has beyond the padding counts for nothing.
        let end = (x.shape()[lead + k] + steps.axes[k].padding) as isize;
        axis.iter_mut().for_each(|window| window.retain(|&i| i < end));
    }
    pooled(x, &windows, |values| {
        let inside = values.iter().flatten();
        let count = if steps.count_include_pad { values.len() } else { inside.clone().count() };
        inside.sum::<f64>() / count as f64
    })
}

/// So many windows of about equal sizes over n values.
fn adaptive(n: usize, count: usize) -> Vec<Vec<isize>> {
    let window = |i: usize| (i * n / count) as isize..((i + 1) * n).div_ceil(count) as isize;
    (0..count).map(|i| window(i).collect()).collect()
}

fn adaptive_of<const N: usize>(sizes: &[usize; N], x: &Plain) -> Windows {
    let lead = x.shape().len() - N;
    (0..N).map(|k| adaptive(x.shape()[lead + k], sizes[k])).collect()
}

fn nearest<const N: usize>(sizes: &[usize; N], x: &Plain) -> Plain {
    let lead = x.shape().len() - N;
    let axis = |k: usize| (0..sizes[k]).map(|i| vec![(i * x.shape()[lead + k] / sizes[k]) as isize]).collect();
    pooled(x, &(0..N).map(axis).collect(), largest)
}

/// The sizes of the last axes times a factor each.
fn scaled<const N: usize>(x: &Plain, scale: &[usize; N]) -> [usize; N] {
    let lead = x.shape().len() - N;
    std::array::from_fn(|k| x.shape()[lead + k] * scale[k])
}

fn mean(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().sum::<f64>() / values.len() as f64
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "max_pool1d",
            args: Steps<1>,
            cases: cases(true, distinct),
            vars: |steps, &[x]| x.max_pool1d(steps.options()),
            numbers: |steps, [x]| pooled(x, &sliding(steps, x), largest),
        },
        row! {
            name: "max_pool2d",
            args: Steps<2>,
            cases: cases(true, distinct),
            vars: |steps, &[x]| x.max_pool2d(steps.options()),
            numbers: |steps, [x]| pooled(x, &sliding(steps, x), largest),
        },
        row! {
            name: "avg_pool1d",
            args: Steps<1>,
            cases: cases(false, any_values),
            vars: |steps, &[x]| x.avg_pool1d(steps.options()),
            numbers: |steps, [x]| averages(steps, x),
        },
        row! {
            name: "avg_pool2d",
            args: Steps<2>,
            cases: cases(false, any_values),
            vars: |steps, &[x]| x.avg_pool2d(steps.options()),
            numbers: |steps, [x]| averages(steps, x),
        },
        row! {
            name: "adaptive_avg_pool1d",
            args: [usize; 1],
            cases: resized(any_values),
            vars: |size, &[x]| x.adaptive_avg_pool1d(size[0]),
            numbers: |size, [x]| pooled(x, &adaptive_of(size, x), mean),
        },
        row! {
            name: "adaptive_avg_pool2d",
            args: [usize; 2],
            cases: resized(any_values),
            vars: |size, &[x]| x.adaptive_avg_pool2d(*size),
            numbers: |size, [x]| pooled(x, &adaptive_of(size, x), mean),
        },
        row! {
            name: "adaptive_max_pool1d",
            args: [usize; 1],
            cases: resized(distinct),
            vars: |size, &[x]| x.adaptive_max_pool1d(size[0]),
            numbers: |size, [x]| pooled(x, &adaptive_of(size, x), largest),
        },
        row! {
            name: "adaptive_max_pool2d",
            args: [usize; 2],
            cases: resized(distinct),
            vars: |size, &[x]| x.adaptive_max_pool2d(*size),
            numbers: |size, [x]| pooled(x, &adaptive_of(size, x), largest),
        },
        row! {
            name: "upsample_nearest1d",
            args: [usize; 1],
            cases: resized(any_values),
            vars: |scale, &[x]| x.upsample_nearest1d(scale[0]),
            numbers: |scale, [x]| nearest(&scaled(x, scale), x),
        },
        row! {
            name: "upsample_nearest2d",
            args: [usize; 2],
            cases: resized(any_values),
            vars: |scale, &[x]| x.upsample_nearest2d(*scale),
            numbers: |scale, [x]| nearest(&scaled(x, scale), x),
        },
        row! {
            name: "interpolate_nearest1d",
            args: [usize; 1],
            cases: resized(any_values),
            vars: |size, &[x]| x.interpolate_nearest1d(size[0]),
            numbers: |size, [x]| nearest(size, x),
        },
        row! {
            name: "interpolate_nearest2d",
            args: [usize; 2],
            cases: resized(any_values),
            vars: |size, &[x]| x.interpolate_nearest2d(*size),
            numbers: |size, [x]| nearest(size, x),
        },
    ]
}
