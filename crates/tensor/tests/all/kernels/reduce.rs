//! Sums, means and maxima over any axes, against loops with sums in f64.

use proptest::prelude::*;
use rappel_tensor::shape::reduced;
use rappel_tensor::{Float, Reduction, Rng, Tensor};

use crate::naive::{assert_near, epsilon, indices, numbers, position, same, shapes, soiled};

/// For each value of the result, those of `x` it is made of.
pub(super) fn members<T: Float>(x: &Tensor<T>, axes: &[usize]) -> Vec<Vec<f64>> {
    let kept = reduced(x.shape(), axes, true);
    let mut out = vec![Vec::new(); kept.iter().product()];
    for (index, v) in indices(x.shape()).iter().zip(x.data()) {
        out[position(&kept, index)].push(v.re());
    }
    out
}

/// The largest of all, NaN if any is.
fn largest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |m, &v| if m.is_nan() || v.is_nan() { f64::NAN } else { m.max(v) })
}

fn check<T: Float>(x: &Tensor<T>, axes: &[usize]) {
    let x = &soiled(x, x.len());
    let members = members(x, axes);
    let signed: Vec<isize> =
        axes.iter().map(|&k| k as isize - if k % 2 == 0 { x.rank() as isize } else { 0 }).collect();
    for keep in [false, true] {
        let what = format!("{} {:?} over {axes:?}, keep {keep}", T::NAME, x.shape());
        let shape = reduced(x.shape(), axes, keep);
        // At most 256 additions in a row within a lane or strip, then joins: far fewer roundings than values.
        let bound = |m: &[f64]| epsilon::<T>() * (m.len().min(300) as f64) * m.iter().map(|v| v.abs()).sum::<f64>();
        let sums: Vec<_> = members.iter().map(|m| (m.iter().sum(), bound(m))).collect();
        assert_near(&x.sum_axes(&signed, keep), &shape, &sums, &format!("sum of {what}"));
        assert_near(&x.reduce(Reduction::Sum, axes, keep), &shape, &sums, &format!("sum of {what}"));

        let of = |m: &[f64]| m.len() as f64;
        let means: Vec<_> = members
            .iter()
            .map(|m| (m.iter().sum::<f64>() / of(m), 2.0 * bound(m) / of(m) + f64::MIN_POSITIVE))
            .collect();
        assert_near(&x.mean_axes(&signed, keep), &shape, &means, &format!("mean of {what}"));

        if members.iter().all(|m| !m.is_empty()) {
            let tops: Vec<_> = members.iter().map(|m| (largest(m), 0.0)).collect();
            assert_near(&x.max_axes(&signed, keep), &shape, &tops, &format!("max of {what}"));
            let smallest = |m: &[f64]| -largest(&m.iter().map(|v| -v).collect::<Vec<_>>());
            let bottoms: Vec<_> = members.iter().map(|m| (smallest(m), 0.0)).collect();
            assert_near(&x.min_axes(&signed, keep), &shape, &bottoms, &format!("min of {what}"));
        }
    }
}

pub(super) fn shapes_and_axes() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    shapes().prop_flat_map(|shape| {
        let all: Vec<usize> = (0..shape.len()).collect();
        (Just(shape), prop::sample::subsequence(all.clone(), 0..=all.len()))
    })
}

proptest! {
    #[test]
    fn any_axes_match_loops((shape, axes) in shapes_and_axes(), seed in any::<u64>()) {
        check(&numbers::<f32>(&shape, seed), &axes);
        check(&numbers::<f64>(&shape, seed), &axes);
    }
}

#[test]
fn lengths_around_lanes_strips_and_blocks_match_loops() {
    for n in [1, 15, 16, 17, 255, 256, 257, 511, 513, 4095, 4096, 4097, 8192, 8193, 12289] {
        for (shape, axes) in [
            (vec![n], vec![0]),
            (vec![2, n], vec![1]),
            (vec![n, 2], vec![0]),
            (vec![n, 17], vec![0]),
            (vec![3, n], vec![0]),
            (vec![2, n, 3], vec![0, 2]),
        ] {
            check(&numbers::<f32>(&shape, 7), &axes);
            check(&numbers::<f64>(&shape, 7), &axes);
        }
    }
}

#[test]
fn no_axes_change_nothing() {
    let x = numbers::<f32>(&[2, 3], 1);
    for keep in [false, true] {
        assert_eq!(x.sum_axes(&[], keep), x);
        assert_eq!(x.mean_axes(&[], keep), x);
        assert_eq!(x.max_axes(&[], keep), x);
    }
    let s = Tensor::scalar(3.0_f64);
    assert_eq!((s.sum().item(), s.mean().item(), s.max().item()), (3.0, 3.0, 3.0));
}

#[test]
fn nothing_sums_to_zero_and_has_no_mean() {
    let x = Tensor::<f64>::zeros(&[2, 0]);
    assert_eq!((x.sum().item(), x.sum_axes(&[1], false).data()), (0.0, &[0.0, 0.0][..]));
    assert!(x.mean().item().is_nan());
    assert!(x.mean_axes(&[1], false).data().iter().all(|v| v.is_nan()));
    assert_eq!(x.sum_axes(&[0], true).shape(), [1, 0]);
    assert_eq!(x.max_axes(&[0], false).shape(), [0], "no result is missing a value");
}

#[test]
fn the_mean_of_equal_values_is_that_value() {
    for n in [3, 7, 10, 49] {
        assert_eq!(Tensor::full(&[n, 2], 0.5_f32).mean_axes(&[0], false).data(), [0.5; 2]);
        assert_eq!(Tensor::full(&[n], 3.0_f64).mean().item(), 3.0);
    }
}

#[test]
fn maxima_keep_nan_and_infinities() {
    const INF: f32 = f32::INFINITY;
    const NAN: f32 = f32::NAN;
    for n in [1, 2, 16, 17, 40] {
        for at in [0, n / 2, n - 1] {
            let place = |v: f32, rest: f32| Tensor::from_fn(&[n], |i| if i == at { v } else { rest });
            for (v, rest) in [(NAN, 1.0), (NAN, INF), (NAN, -INF), (INF, 1.0), (-INF, -INF), (-0.5, -1.0)] {
                let (row, want) = (place(v, rest), if n == 1 { v } else { largest(&[v.into(), rest.into()]) as f32 });
                assert!(same(row.max().item(), want), "{row}");
                let column = row.reshape(&[n, 1]).expand(&[n, 3]).max_axes(&[0], false);
                assert!(column.data().iter().all(|&m| same(m, want)), "{row}");
            }
        }
    }
}

#[test]
fn a_sum_of_a_million_is_nearly_exact() {
    let n = 1_000_000;
    let x = Tensor::<f32>::uniform(&[n], 0.0, 1.0, &mut Rng::seed(1));
    let exact: f64 = x.data().iter().map(|&v| f64::from(v)).sum();
    let running: f32 = x.data().iter().sum();
    let error = |sum: f32| (f64::from(sum) - exact).abs() / exact;
    let roundoff = f64::from(f32::EPSILON) / 2.0;

    // 256 additions in a lane, 4 to join the lanes of a block, 8 to join 245 blocks.
    assert!(error(x.sum().item()) <= 268.0 * roundoff, "{:e}", error(x.sum().item()));
    assert!(error(x.sum().item()) < error(running) / 10.0, "{:e} {:e}", error(x.sum().item()), error(running));

    // Along columns: 256 rows at a time, 1954 such sums one after the other.
    let pairs = x.reshape(&[n / 2, 2]);
    for (column, sum) in pairs.sum_axes(&[0], false).data().iter().enumerate() {
        let column: Vec<f32> = x.data().iter().skip(column).step_by(2).copied().collect();
        let exact: f64 = column.iter().map(|&v| f64::from(v)).sum();
        let (ours, running) = ((f64::from(*sum) - exact).abs(), (f64::from(column.iter().sum::<f32>()) - exact).abs());
        assert!(ours <= (256.0 + 1954.0) * roundoff * exact, "{ours:e}");
        assert!(ours < running, "{ours:e} {running:e}");
    }
}

#[test]
fn leading_axes_are_added_into_a_smaller_tensor() {
    for (shape, rest) in
        [(&[5, 3][..], &[3][..]), (&[2, 4, 3], &[4, 3]), (&[600, 17], &[17]), (&[4], &[]), (&[0, 3], &[3])]
    {
        let (x, start) = (numbers::<f64>(shape, 1), numbers::<f64>(rest, 2));
        let mut sum = start.clone();
        sum.add_leading_sum(&x);
        let mut want: Vec<(f64, f64)> = start.data().iter().map(|&v| (v, 1e-12)).collect();
        for (i, v) in x.data().iter().enumerate() {
            want[i % start.len()].0 += v;
        }
        assert_near(&sum, rest, &want, &format!("{shape:?} into {rest:?}"));
    }
}

/// Products of values near 1 over axes, and the products of all others that each value's derivative is.
fn check_products<T: Float>(x: &Tensor<T>, axes: &[usize]) {
    let x = &soiled(x, x.len());
    let signed: Vec<isize> = axes.iter().map(|&k| k as isize).collect();
    let (kept, e) = (reduced(x.shape(), axes, true), epsilon::<T>());
    let members = members(x, axes);
    let bound = |p: f64, n: usize| (p, e * (n + 2) as f64 * p.abs());
    let want: Vec<_> = members.iter().map(|m| bound(m.iter().product(), m.len())).collect();
    let what = format!("{} {:?} over {axes:?}", T::NAME, x.shape());
    assert_near(&x.prod_axes(&signed, true), &kept, &want, &format!("product of {what}"));

    let g = numbers::<T>(&kept, 4);
    let mut taken = vec![0; members.len()];
    let mut want = Vec::new();
    for index in indices(x.shape()) {
        let cell = position(&kept, &index);
        let (own, m) = (taken[cell], &members[cell]);
        taken[cell] += 1;
        let others: f64 = m.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, v)| v).product();
        want.push(bound(g.data()[cell].re() * others, m.len()));
    }
    assert_near(&Tensor::prod_chain(&g, x, axes), x.shape(), &want, &format!("cotangent, product of {what}"));
}

proptest! {
    #[test]
    fn products_over_any_axes_match_loops((shape, axes) in shapes_and_axes(), seed in any::<u64>(), zeros in any::<bool>()) {
        let near_one = |v: &f64| if zeros && v.abs() < 0.1 { 0.0 } else { 1.0 + 0.1 * v };
        let x = numbers::<f64>(&shape, seed).map(near_one);
        check_products(&x, &axes);
        check_products(&x.cast::<f32>(), &axes);
    }
}
