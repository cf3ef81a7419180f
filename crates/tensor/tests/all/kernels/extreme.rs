//! Where extremes are, against loops.

use proptest::prelude::*;
use rappel_tensor::{Float, Tensor};

use crate::naive::{assert_same, build, numbers, numbers_and_edges, shapes_and_axis};

/// The values along an axis at an index without that axis.
pub(super) fn line<T: Float>(x: &Tensor<T>, axis: usize, index: &[usize]) -> Vec<T> {
    let at = |j: usize| {
        let mut flat = 0;
        for (k, &n) in x.shape().iter().enumerate() {
            flat = flat * n + if k == axis { j } else { index[k - usize::from(k > axis)] };
        }
        x.data()[flat]
    };
    (0..x.shape()[axis]).map(at).collect()
}

/// Where the first of the values that beat all others is; NaN beats.
fn first<T: Float>(values: &[T], beats: impl Fn(T, T) -> bool) -> u32 {
    let mut best = 0;
    for (i, &v) in values.iter().enumerate() {
        let kept_is_nan = values[best].re().is_nan();
        if !kept_is_nan && (v.re().is_nan() || beats(v, values[best])) {
            best = i;
        }
    }
    best as u32
}

fn check<T: Float>(x: &Tensor<T>, axis: usize) {
    if x.shape()[axis] == 0 {
        return;
    }
    let signed = axis as isize - x.rank() as isize;
    let mut rest = x.shape().to_vec();
    rest.remove(axis);
    let largest = build(&rest, |i| first(&line(x, axis, i), |a, b| a > b));
    let smallest = build(&rest, |i| first(&line(x, axis, i), |a, b| a < b));
    assert_eq!(x.argmax(signed), largest, "{x:?} along {axis}");
    assert_eq!(x.argmin(signed), smallest, "{x:?} along {axis}");

    let axes = [signed];
    for keep in [false, true] {
        let (values, indices) = x.max_with_index(signed, keep);
        assert_same(&values, &x.max_axes(&axes, keep), "largest");
        assert_eq!((indices.data(), indices.shape()), (largest.data(), values.shape()));
        let (values, indices) = x.min_with_index(signed, keep);
        assert_same(&values, &x.min_axes(&axes, keep), "smallest");
        assert_eq!((indices.data(), indices.shape()), (smallest.data(), values.shape()));
    }
}

proptest! {
    #[test]
    fn any_axis_matches_loops((shape, axis) in shapes_and_axis(), seed in any::<u64>()) {
        check(&numbers::<f32>(&shape, seed), axis);
        check(&numbers_and_edges::<f32>(&shape, seed), axis);
        check(&numbers_and_edges::<f64>(&shape, seed), axis);
    }
}

#[test]
fn long_lines_match_loops() {
    for n in [15, 16, 17, 33, 100] {
        for at in [0, 14, 15, 16, n / 2, n - 1].into_iter().filter(|at| *at < n) {
            for special in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut x = numbers::<f32>(&[2, n], 1);
                x.data_mut()[at] = special;
                check(&x, 1);
                check(&x.transpose(), 0);
                check(&x.reshape(&[2, n, 1]).expand(&[2, n, 18]), 1);
            }
        }
    }
}

#[test]
fn the_first_of_equals_and_the_first_nan() {
    const NAN: f32 = f32::NAN;
    let cases: [(&[f32], u32); 8] = [
        (&[1.0], 0),
        (&[1.0, 3.0, 2.0], 1),
        (&[3.0, 3.0, 2.0, 3.0], 0),
        (&[1.0, NAN, 5.0, NAN], 1),
        (&[NAN, 1.0], 0),
        (&[f32::NEG_INFINITY, f32::NEG_INFINITY], 0),
        (&[-0.0, 0.0], 0),
        (&[f32::INFINITY, NAN], 1),
    ];
    for (row, at) in cases {
        assert_eq!(Tensor::from(row.to_vec()).argmax(0).item(), at, "{row:?}");
        assert_eq!((-Tensor::from(row.to_vec())).argmin(0).item(), at, "{row:?}");
    }
    assert_eq!(Tensor::<f32>::zeros(&[0, 3]).argmax(1).shape(), [0]);
    assert_eq!(Tensor::<f32>::zeros(&[0, 0]).argmin(1).shape(), [0]);
}
