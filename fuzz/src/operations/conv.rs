//! Convolution, pooling, upsampling.

use rappel_autodiff::{Conv, ConvTranspose, Pool, Var};

use super::{Operation, fitting};
use crate::Bytes;

pub(super) const FILE: &str = file!();

fn pair(bytes: &mut Bytes<'_>) -> [usize; 2] {
    [bytes.size(), bytes.size()]
}

/// Options, of which each is the usual one as often as not.
fn conv<const N: usize>(bytes: &mut Bytes<'_>) -> Conv<N> {
    let mut options = if bytes.flag() { Conv::same() } else { Conv::new() };
    if bytes.flag() {
        options = options.stride([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.padding([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.dilation([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() { options.groups(bytes.size()) } else { options }
}

fn conv_transpose<const N: usize>(bytes: &mut Bytes<'_>) -> ConvTranspose<N> {
    let mut options = ConvTranspose::new();
    if bytes.flag() {
        options = options.stride([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.padding([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.output_padding([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.dilation([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() { options.groups(bytes.size()) } else { options }
}

fn pool<const N: usize>(bytes: &mut Bytes<'_>) -> Pool<N> {
    let mut options = Pool::new([0; N].map(|_| bytes.size())).ceil_mode(bytes.flag()).count_include_pad(bytes.flag());
    if bytes.flag() {
        options = options.stride([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() {
        options = options.padding([0; N].map(|_| bytes.size()));
    }
    if bytes.flag() { options.dilation([0; N].map(|_| bytes.size())) } else { options }
}

/// Images, a weight and perhaps a bias, whose channels fit more often than not.
fn images<'t>(
    bytes: &mut Bytes<'_>,
    [a, b, c]: [Var<'t, f64>; 3],
    back: bool,
    axes: usize,
) -> (Var<'t, f64>, Var<'t, f64>, Option<Var<'t, f64>>) {
    if bytes.byte() < 32 {
        return (a, b, bytes.flag().then_some(c));
    }
    let [n, inputs, outputs] = [0; 3].map(|_| bytes.below(5));
    let mut image = vec![n, inputs];
    let mut weight = if back { vec![inputs, outputs] } else { vec![outputs, inputs] };
    image.extend((0..axes).map(|_| bytes.below(6)));
    weight.extend((0..axes).map(|_| bytes.below(4)));
    (fitting(a, &image), fitting(b, &weight), bytes.flag().then(|| fitting(c, &[outputs])))
}

pub(super) const OPERATIONS: &[Operation] = &[
    ("conv2d", |bytes, operands| {
        let (x, weight, bias) = images(bytes, operands, false, 2);
        x.conv2d(weight, bias, conv(bytes))
    }),
    ("conv1d", |bytes, operands| {
        let (x, weight, bias) = images(bytes, operands, false, 1);
        x.conv1d(weight, bias, conv(bytes))
    }),
    ("conv_transpose2d", |bytes, operands| {
        let (x, weight, bias) = images(bytes, operands, true, 2);
        x.conv_transpose2d(weight, bias, conv_transpose(bytes))
    }),
    ("conv_transpose1d", |bytes, operands| {
        let (x, weight, bias) = images(bytes, operands, true, 1);
        x.conv_transpose1d(weight, bias, conv_transpose(bytes))
    }),
    ("max_pool2d", |bytes, [a, ..]| a.max_pool2d(pool(bytes))),
    ("max_pool1d", |bytes, [a, ..]| a.max_pool1d(pool(bytes))),
    ("avg_pool2d", |bytes, [a, ..]| a.avg_pool2d(pool(bytes))),
    ("avg_pool1d", |bytes, [a, ..]| a.avg_pool1d(pool(bytes))),
    ("adaptive_avg_pool2d", |bytes, [a, ..]| a.adaptive_avg_pool2d(pair(bytes))),
    ("adaptive_avg_pool1d", |bytes, [a, ..]| a.adaptive_avg_pool1d(bytes.size())),
    ("adaptive_max_pool2d", |bytes, [a, ..]| a.adaptive_max_pool2d(pair(bytes))),
    ("adaptive_max_pool1d", |bytes, [a, ..]| a.adaptive_max_pool1d(bytes.size())),
    ("upsample_nearest2d", |bytes, [a, ..]| a.upsample_nearest2d(pair(bytes))),
    ("upsample_nearest1d", |bytes, [a, ..]| a.upsample_nearest1d(bytes.size())),
    ("interpolate_nearest2d", |bytes, [a, ..]| a.interpolate_nearest2d(pair(bytes))),
    ("interpolate_nearest1d", |bytes, [a, ..]| a.interpolate_nearest1d(bytes.size())),
];
