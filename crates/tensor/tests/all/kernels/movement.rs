//! Shape operations against loops over indices.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{Data, Float, Tensor};

use crate::naive::{
    assert_near, assert_same, build, indices, look, numbers, position, shapes, shapes_and_axis, soiled, stretched,
};

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(n - 1);
    shorter.iter().flat_map(|p| (0..n).map(|at| [&p[..at], &[n - 1], &p[at..]].concat())).collect()
}

fn check_permute<T: Data>(x: &Tensor<T>, order: &[usize]) {
    let signed: Vec<isize> =
        order.iter().map(|&k| if k % 2 == 0 { k as isize } else { k as isize - order.len() as isize }).collect();
    let shape: Vec<usize> = order.iter().map(|&k| x.shape()[k]).collect();
    let want = build(&shape, |index| {
        let mut from = vec![0; order.len()];
        for (i, &k) in index.iter().zip(order) {
            from[k] = *i;
        }
        look(x, &from)
    });
    assert_eq!(x.permute(&signed), want, "{:?} by {order:?}", x.shape());
}

#[test]
fn every_permutation_matches_loops() {
    let shapes: [&[usize]; 14] = [
        &[],
        &[5],
        &[17, 33],
        &[16, 16],
        &[1, 5],
        &[0, 3],
        &[2, 17, 18],
        &[3, 1, 4],
        &[2, 3, 4, 5],
        &[1, 2, 1, 3],
        &[2, 0, 3, 1],
        &[2, 3, 1, 2, 3],
        &[2, 2, 2, 2, 2],
        &[33, 2, 17],
    ];
    for shape in shapes {
        for order in permutations(shape.len()) {
            check_permute(&soiled(&numbers::<f32>(shape, 1), count(shape)), &order);
            check_permute(&Tensor::<u32>::from_fn(shape, |i| i as u32), &order);
        }
    }
}

#[test]
fn transposing_exchanges_the_last_two_axes() {
    for shape in [&[2, 3][..], &[40, 17], &[4, 2, 3], &[2, 3, 4, 5], &[0, 2]] {
        let (x, rank) = (numbers::<f64>(shape, 1), shape.len());
        let mut order: Vec<isize> = (0..rank as isize).collect();
        order.swap(rank - 1, rank - 2);
        assert_eq!(x.transpose(), x.permute(&order));
        assert_eq!(x.transpose().transpose(), x);
    }
}

#[test]
fn reshaping_shares_the_buffer() {
    let x = numbers::<f32>(&[2, 3, 4], 1);
    for shape in [&[24][..], &[4, 6], &[1, 24, 1], &[2, 3, 4]] {
        let y = x.reshape(shape);
        assert!(y.shares_buffer(&x) && y.shape() == shape && y.data() == x.data());
    }
    assert_eq!(Tensor::<f32>::zeros(&[0, 3]).reshape(&[2, 0]).shape(), [2, 0]);
    assert_eq!(Tensor::scalar(1.0_f32).reshape(&[1, 1]).reshape(&[]).item(), 1.0);
}

/// A box inside a shape: start and size per axis.
fn boxes() -> impl Strategy<Value = (Vec<usize>, Vec<usize>, Vec<usize>)> {
    let ends = prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 5);
    (shapes(), ends).prop_map(|(shape, ends)| {
        let (mut start, mut size) = (Vec::new(), Vec::new());
        for (&n, (a, b)) in shape.iter().zip(ends) {
            let (a, b) = (a.index(n + 1), b.index(n + 1));
            start.push(a.min(b));
            size.push(a.abs_diff(b));
        }
        (shape, start, size)
    })
}

fn shifted(index: &[usize], start: &[usize]) -> Vec<usize> {
    index.iter().zip(start).map(|(i, s)| i + s).collect()
}

fn check_box<T: Float>(shape: &[usize], start: &[usize], size: &[usize]) {
    let what = format!("{} {size:?} at {start:?} of {shape:?}", T::NAME);
    let x = soiled(&numbers::<T>(shape, 1), count(shape));
    let ranges: Vec<_> = start.iter().zip(size).map(|(&s, &n)| s..s + n).collect();
    let part = x.slice(&ranges);
    assert_same(&part, &build(size, |i| look(&x, &shifted(i, start))), &what);
    let by_axis = ranges.iter().enumerate().fold(x.clone(), |x, (axis, range)| {
        let axis = axis as isize - if axis % 2 == 0 { shape.len() as isize } else { 0 };
        x.slice_axis(axis, range.clone())
    });
    assert_same(&by_axis, &part, &what);

    let mut zeros = Tensor::<T>::zeros(shape);
    for (i, &v) in indices(size).iter().zip(part.data()) {
        zeros.data_mut()[position(shape, &shifted(i, start))] = v;
    }
    assert_same(&soiled(&part, count(shape)).embed(shape, start), &zeros, &what);
    let mut sum = x.clone();
    sum.add_embedded(&part, start);
    assert_same(&sum, &(&x + &zeros), &what);
}

proptest! {
    #[test]
    fn slices_and_their_adjoints_match_loops((shape, start, size) in boxes()) {
        check_box::<f32>(&shape, &start, &size);
        check_box::<f64>(&shape, &start, &size);
    }

    #[test]
    fn stretching_matches_loops((shape, from) in shapes().prop_flat_map(|s| (Just(s.clone()), stretched(&s)))) {
        let x = soiled(&numbers::<f32>(&from, 1), count(&shape));
        assert_same(&x.expand(&shape), &build(&shape, |i| look(&x, i)), "expand");
        let labels = Tensor::<u32>::from_fn(&from, |i| i as u32);
        prop_assert_eq!(labels.expand(&shape), build(&shape, |i| look(&labels, i)));

        let g = soiled(&numbers::<f64>(&shape, 2), count(&shape));
        let mut want = vec![(0.0, 1e-12); count(&from)];
        for (i, v) in indices(&shape).iter().zip(g.data()) {
            want[position(&from, i)].0 += v;
        }
        assert_near(&g.sum_to(&from), &from, &want, "sum_to");
    }

    #[test]
    fn joining_matches_loops((shape, axis) in shapes_and_axis(), sizes in prop::collection::vec(0_usize..4, 1..4)) {
        let sized = |n: usize| {
            let mut s = shape.clone();
            s[axis] = n;
            s
        };
        let parts: Vec<Tensor> = sizes.iter().enumerate().map(|(i, &n)| numbers(&sized(n), i as u64)).collect();
        let total: usize = sizes.iter().sum();
        let want = build(&sized(total), |index| {
            let (mut part, mut at) = (0, index[axis]);
            while at >= sizes[part] {
                at -= sizes[part];
                part += 1;
            }
            let mut index = index.to_vec();
            index[axis] = at;
            parts[part].data()[index.iter().zip(&sized(sizes[part])).fold(0, |p, (&i, &n)| p * n + i)]
        });
        let first = soiled(&parts[0], count(&sized(total)));
        let parts: Vec<&Tensor> = std::iter::once(&first).chain(&parts[1..]).collect();
        assert_same(&Tensor::concat(&parts, axis as isize), &want, "concat");
        assert_same(&Tensor::concat(&parts, axis as isize - shape.len() as isize), &want, "concat");
    }

    #[test]
    fn stacking_adds_an_axis(shape in shapes(), at in any::<prop::sample::Index>(), n in 1_usize..4) {
        let at = at.index(shape.len() + 1);
        let parts: Vec<Tensor<f64>> = (0..n).map(|i| numbers(&shape, i as u64)).collect();
        let mut wide = shape.clone();
        wide.insert(at, n);
        let want = build(&wide, |index| {
            let mut rest = index.to_vec();
            let part = rest.remove(at);
            look(&parts[part], &rest)
        });
        let parts: Vec<&Tensor<f64>> = parts.iter().collect();
        assert_same(&Tensor::stack(&parts, at as isize), &want, "stack");
        assert_same(&Tensor::stack(&parts, at as isize - shape.len() as isize - 1), &want, "stack");
    }
}

#[test]
fn missing_ranges_mean_the_whole_axis() {
    let x = numbers::<f32>(&[3, 4, 1], 1);
    assert_eq!(x.slice(&[]), x);
    assert_eq!(x.slice(&[1..3, 0..4]).data(), &x.data()[4..]);
    assert_eq!(x.slice(&[1..1, 0..4]).shape(), [0, 4, 1]);
    assert_eq!(x.slice_axis(0, 1..3).data(), &x.data()[4..]);
}
