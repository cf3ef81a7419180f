//! Sorting along every axis, against the standard library's stable sort.

use std::cmp::Ordering;

use proptest::prelude::*;
use rappel_tensor::{Float, Tensor};

use super::extreme::line;
use crate::naive::{assert_same, build, indices, numbers, numbers_and_edges, shapes_and_axis};

/// The order of numbers with NaN the largest and zeros equal.
fn compare<T: Float>(a: T, b: T) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.re().is_nan().cmp(&b.re().is_nan()))
}

/// Indices of a line in sorted order.
fn order<T: Float>(line: &[T], descending: bool) -> Vec<u32> {
    let mut at: Vec<u32> = (0..line.len() as u32).collect();
    at.sort_by(|&i, &j| {
        let by = compare(line[i as usize], line[j as usize]);
        if descending { by.reverse() } else { by }
    });
    at
}

/// Without an axis.
fn rest(index: &[usize], axis: usize) -> Vec<usize> {
    let mut rest = index.to_vec();
    rest.remove(axis);
    rest
}

fn check<T: Float>(x: &Tensor<T>, axis: usize) {
    let signed = axis as isize - x.rank() as isize;
    let n = x.shape()[axis];
    for flag in [false, true] {
        let at = |i: &[usize]| order(&line(x, axis, &rest(i, axis)), flag)[i[axis]];
        let want = build(x.shape(), at);
        assert_eq!(x.argsort(signed, flag), want, "{x:?} along {axis}, descending {flag}");
        let (values, found) = x.sort(signed, flag);
        assert_eq!(found, want);
        assert_same(&values, &x.gather(signed, &want), "sorted");

        for k in 0..=n {
            let mut shape = x.shape().to_vec();
            shape[axis] = k;
            let want = build(&shape, at);
            let (values, found) = x.topk(k, signed, flag);
            assert_eq!(found, want, "{k} of {x:?} along {axis}, largest {flag}");
            assert_same(&values, &x.gather(signed, &want), "top");
        }
    }
    let gone = rest(x.shape(), axis);
    let ascending = |i: &[usize]| order(&line(x, axis, i), false);
    for k in 1..=n {
        let want = build(&gone, |i| ascending(i)[k - 1]);
        assert_eq!(x.kthvalue(k, signed, false).1, want, "{k} of {x:?} along {axis}");
    }
    if n > 0 {
        let want = build(&gone, |i| {
            let values = line(x, axis, i);
            let nan = values.iter().position(|v| v.re().is_nan());
            nan.map_or_else(|| ascending(i)[(n - 1) / 2], |at| at as u32)
        });
        let (values, found) = x.median(signed, true);
        assert_eq!(found.data(), want.data(), "median of {x:?} along {axis}");
        assert_eq!((values.shape()[axis], found.shape()), (1, values.shape()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_axis_matches_the_standard_library((shape, axis) in shapes_and_axis(), seed in any::<u64>()) {
        prop_assume!(indices(&shape).len() <= 400);
        check(&numbers::<f32>(&shape, seed), axis);
        check(&numbers_and_edges::<f32>(&shape, seed), axis);
        check(&numbers_and_edges::<f64>(&shape, seed), axis);
    }
}

#[test]
fn equals_keep_their_order_and_nan_is_the_largest() {
    const NAN: f64 = f64::NAN;
    let x = Tensor::from([2.0, NAN, -0.0, 1.0, 0.0, f64::INFINITY, NAN, 2.0, f64::NEG_INFINITY]);
    assert_eq!(x.argsort(0, false).data(), [8, 2, 4, 3, 0, 7, 5, 1, 6]);
    assert_eq!(x.argsort(0, true).data(), [1, 6, 5, 0, 7, 3, 2, 4, 8]);
    assert_eq!(x.topk(3, 0, true).1.data(), [1, 6, 5]);
    assert_eq!(x.cast::<f32>().argsort(0, false), x.argsort(0, false));
    let denormal = Tensor::from([1e-45_f32, -1e-45, 0.0, f32::MIN_POSITIVE]);
    assert_eq!(denormal.argsort(0, false).data(), [1, 2, 0, 3]);
}

#[test]
fn nothing_is_sorted_into_nothing() {
    let x = Tensor::<f32>::zeros(&[2, 0]);
    assert_eq!((x.sort(1, true).1.shape(), x.sort(0, true).1.shape()), (&[2, 0][..], &[2, 0][..]));
    assert_eq!((x.topk(0, 1, true).0.shape(), x.topk(1, 0, false).1.shape()), (&[2, 0][..], &[1, 0][..]));
    assert_eq!(x.median(0, false).0.shape(), [0]);
}
