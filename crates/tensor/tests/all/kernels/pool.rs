//! Pooling and its adjoints against loops over windows. That windows lie where they should is what the table's references say.

use proptest::prelude::*;
use rappel_tensor::{Float, Pool, PoolShape, Tensor, Threads, Workspace};

use crate::naive::{assert_same, build, look, numbers, numbers_and_edges, soiled};

/// The places of a window along an axis that are in the input.
fn window(o: usize, [n, kernel, stride, padding, dilation]: [usize; 5]) -> Vec<usize> {
    (0..kernel).filter_map(|k| (o * stride + k * dilation).checked_sub(padding).filter(|&i| i < n)).collect()
}

/// Sizes and steps of two axes: n, kernel, stride, padding, dilation.
type Case = [[usize; 5]; 2];

fn options(case: Case) -> Pool<2> {
    let of = |i: usize| case.map(|axis| axis[i]);
    Pool::new(of(1)).stride(of(2)).padding(of(3)).dilation(of(4))
}

fn check<T: Float>(planes: usize, case: Case) {
    let what = format!("{} {planes} planes, {case:?}", T::NAME);
    let [h, w] = case.map(|axis| axis[0]);
    let x = numbers_and_edges::<T>(&[planes, h, w], 1);
    let shape = PoolShape::new("max_pool2d", x.shape(), &options(case));
    let dirty = soiled(&x, planes * h * w + 100);
    let y = dirty.max_pool2d(options(case));
    let places = |index: &[usize]| -> Vec<[usize; 3]> {
        let columns = window(index[2], case[1]);
        let rows = window(index[1], case[0]).into_iter();
        rows.flat_map(|i| columns.iter().map(move |&j| [index[0], i, j])).collect()
    };
    // The first of the largest; the first NaN before all.
    let best = |index: &[usize]| {
        places(index).into_iter().reduce(|a, b| {
            let (u, v) = (look(&x, &a).re(), look(&x, &b).re());
            if !u.is_nan() && (v > u || v.is_nan()) { b } else { a }
        })
    };
    let wanted = build(y.shape(), |i| best(i).map_or(T::NEG_INFINITY, |at| look(&x, &at)));
    assert_same(&y, &wanted, &what);

    let of = numbers::<T>(x.shape(), 2);
    let picked = build(y.shape(), |i| best(i).map_or(T::ZERO, |at| look(&of, &at)));
    assert_same(&shape.pick(&dirty, &of), &picked, &format!("{what}, pick"));

    let g = numbers::<T>(y.shape(), 3);
    let mut back = Tensor::<T>::zeros(x.shape());
    for i in crate::naive::indices(y.shape()) {
        if let Some([p, r, c]) = best(&i) {
            let to = &mut back.data_mut()[(p * h + r) * w + c];
            *to = *to + look(&g, &i);
        }
    }
    assert_same(&shape.unpick(&dirty, &g), &back, &format!("{what}, unpick"));

    if case.iter().all(|axis| axis[4] == 1) {
        let options = options(case).count_include_pad(false);
        let shape = PoolShape::averages("avg_pool2d", x.shape(), &options);
        let mean = build(y.shape(), |i| {
            let values = places(i);
            values.iter().fold(T::ZERO, |sum, at| sum + look(&of, at)) / T::of(values.len() as f64)
        });
        assert_same(&soiled(&of, 1000).avg_pool2d(options), &mean, &format!("{what}, mean"));
        let mut back = Tensor::<T>::zeros(x.shape());
        for i in crate::naive::indices(y.shape()) {
            let values = places(&i);
            let share = look(&g, &i) / T::of(values.len() as f64);
            for [p, r, c] in values {
                let to = &mut back.data_mut()[(p * h + r) * w + c];
                *to = *to + share;
            }
        }
        assert_same(&shape.spread(&soiled(&g, 1000)), &back, &format!("{what}, spread"));
    }
}

fn axis() -> impl Strategy<Value = [usize; 5]> {
    (1_usize..=4, 1_usize..=4, 0_usize..=4, 1_usize..=3, 0_usize..=10).prop_map(
        |(kernel, stride, padding, dilation, more)| {
            let extent = (kernel - 1) * dilation + 1;
            let padding = padding.min(extent / 2);
            [(extent + more).saturating_sub(2 * padding).max(1), kernel, stride, padding, dilation]
        },
    )
}

proptest! {
    #[test]
    fn windows_match_loops(planes in 0_usize..5, case in [axis(), axis()]) {
        check::<f32>(planes, case);
        check::<f64>(planes, case);
    }
}

#[test]
fn sizes_of_nets_match_loops() {
    check::<f32>(100, [[28, 2, 2, 0, 1]; 2]);
    check::<f32>(3, [[100, 3, 2, 1, 1]; 2]);
    // The sizes with loops of their own, more windows than lanes, and one window of a whole plane.
    for axis in
        [[27, 3, 3, 0, 1], [32, 4, 4, 0, 1], [29, 3, 2, 0, 1], [28, 3, 1, 1, 1], [10, 2, 2, 0, 1], [7, 7, 1, 0, 1]]
    {
        check::<f32>(3, [axis; 2]);
        check::<f64>(3, [axis; 2]);
    }
}

/// Dilation lets a window pass over the input.
#[test]
fn a_window_without_values() {
    let x = Tensor::from([1.0_f32]);
    let options = Pool::new(2).stride(1).dilation(5).padding(3);
    assert_eq!(x.max_pool1d(options).data(), [f32::NEG_INFINITY; 2]);
    let shape = PoolShape::new("max_pool1d", x.shape(), &options);
    assert_eq!(shape.unpick(&x, &Tensor::from([1.0, 2.0])).data(), [0.0]);
}

#[test]
fn upsampling_repeats_and_its_adjoint_adds_up() {
    let x = Tensor::<f32>::from_fn(&[2, 3, 4], |i| i as f32);
    let twice = x.upsample_nearest2d([2, 3]);
    assert_eq!(twice, build(&[2, 6, 12], |i| look(&x, &[i[0], i[1] / 2, i[2] / 3])));
    let odd = x.interpolate_nearest2d([5, 3]);
    assert_eq!(odd, build(&[2, 5, 3], |i| look(&x, &[i[0], i[1] * 3 / 5, i[2] * 4 / 3])));
    let line = x.interpolate_nearest1d(7);
    assert_eq!(line, build(&[2, 3, 7], |i| look(&x, &[i[0], i[1], i[2] * 4 / 7])));
    let shape = PoolShape::scaled("upsample_nearest2d", x.shape(), [2, 3]);
    assert_eq!(shape.average(&twice), &x * 6.0);
    assert_eq!(x.upsample_nearest2d([0, 1]).shape(), [2, 0, 4]);
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_on_any_number_of_threads() {
    let x = numbers::<f32>(&[64, 6, 28, 28], 1);
    let shape = PoolShape::new("max_pool2d", x.shape(), &Pool::<2>::new(3).stride(2));
    let all = |threads: usize| {
        let x = x.within(&Workspace::new(Threads::new(threads).unwrap()));
        let y = shape.max(&x);
        [shape.unpick(&x, &y), shape.average(&x), shape.spread(&y), y]
    };
    let one = all(1);
    assert!(all(2) == one && all(3) == one);
}
