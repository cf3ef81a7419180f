//! Softmax, log-softmax, log-sum-exp and their cotangents along every axis, against sums in f64.

use proptest::prelude::*;
use rappel_tensor::shape::reduced;
use rappel_tensor::{Float, Soft, Tensor};

use super::reduce::{members, shapes_and_axes};
use crate::naive::{assert_near, epsilon, indices, numbers, position, same, shapes_and_axis, soiled, tiny};

/// The values along an axis that each value of a tensor belongs to.
fn lines<T: Float>(x: &Tensor<T>, axis: usize) -> Vec<Vec<f64>> {
    let mut kept = x.shape().to_vec();
    kept[axis] = 1;
    let mut out = vec![Vec::new(); kept.iter().product()];
    for (index, v) in indices(x.shape()).iter().zip(x.data()) {
        out[position(&kept, index)].push(v.re());
    }
    out
}

/// A value for each index from its line and place in it, back in row-major order.
fn along<R>(shape: &[usize], axis: usize, value: impl Fn(usize, usize) -> R) -> Vec<R> {
    let mut kept = shape.to_vec();
    kept[axis] = 1;
    indices(shape).iter().map(|index| value(position(&kept, index), index[axis])).collect()
}

struct Line {
    top: f64,
    log_sum: f64,
}

fn analyse(line: &[f64]) -> Line {
    let top = line.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Line { top, log_sum: line.iter().map(|v| (v - top).exp()).sum::<f64>().ln() }
}

fn check<T: Float>(x: &Tensor<T>, axis: usize) {
    let (x, what) = (&soiled(x, x.len()), format!("{} {:?} along {axis}", T::NAME, x.shape()));
    let (shape, e) = (x.shape(), epsilon::<T>());
    let lines = lines(x, axis);
    let n = shape[axis] as f64;
    let known: Vec<Line> = lines.iter().map(|l| analyse(l)).collect();
    let signed = axis as isize - x.rank() as isize;

    // The argument of exp is rounded in proportion to itself, the sum once per value, the quotient once.
    let soft = |l: usize, i: usize| (lines[l][i] - known[l].top - known[l].log_sum).exp();
    let loose = |l: usize, i: usize| e * (n + 8.0 + (lines[l][i] - known[l].top).abs());
    let y = x.softmax(signed);
    let want = along(shape, axis, |l, i| (soft(l, i), loose(l, i) * soft(l, i) + tiny::<T>()));
    assert_near(&y, shape, &want, &format!("softmax of {what}"));
    assert_eq!(y, x.soft(Soft::Max, axis));

    let log = x.log_softmax(signed);
    let want = along(shape, axis, |l, i| {
        let v = lines[l][i] - known[l].top - known[l].log_sum;
        (v, loose(l, i) + e * v.abs())
    });
    assert_near(&log, shape, &want, &format!("log_softmax of {what}"));
    assert_eq!(log, x.soft(Soft::LogMax, axis));

    let mut kept = shape.to_vec();
    kept[axis] = 1;
    let want: Vec<_> =
        known.iter().map(|k| (k.top + k.log_sum, e * (n + 8.0 + k.top.abs() + k.log_sum.abs()))).collect();
    let sums = x.logsumexp(signed, true);
    assert_near(&sums, &kept, &want, &format!("logsumexp of {what}"));
    let mut gone = shape.to_vec();
    gone.remove(axis);
    assert_near(&x.logsumexp(signed, false), &gone, &want, &format!("logsumexp of {what}"));

    // Cotangents, from the outputs above.
    let g = numbers::<T>(shape, 9);
    let (gs, ys, logs) = (self::lines(&g, axis), self::lines(&y, axis), self::lines(&log, axis));
    let want = along(shape, axis, |l, i| {
        let products = || gs[l].iter().zip(&ys[l]).map(|(g, y)| g * y);
        let (dot, size) = (products().sum::<f64>(), products().map(f64::abs).sum::<f64>());
        (ys[l][i] * (gs[l][i] - dot), e * (n + 4.0) * ys[l][i] * (gs[l][i].abs() + size) + tiny::<T>())
    });
    assert_near(&Tensor::soft_chain(Soft::Max, &g, &y, axis), shape, &want, &format!("cotangent, softmax of {what}"));

    let want = along(shape, axis, |l, i| {
        let (total, size) = (gs[l].iter().sum::<f64>(), gs[l].iter().map(|g| g.abs()).sum::<f64>());
        let p = logs[l][i].exp();
        (gs[l][i] - p * total, e * (n + 4.0 + logs[l][i].abs()) * (gs[l][i].abs() + p * size) + tiny::<T>())
    });
    let got = Tensor::soft_chain(Soft::LogMax, &g, &log, axis);
    assert_near(&got, shape, &want, &format!("cotangent, log_softmax of {what}"));

    let g = numbers::<T>(&kept, 10);
    let want = along(shape, axis, |l, i| {
        let d = g.data()[l].re() * soft(l, i);
        (d, loose(l, i) * d.abs() + tiny::<T>())
    });
    let got = Tensor::logsumexp_chain(&g, x, &sums, &[axis]);
    assert_near(&got, shape, &want, &format!("cotangent, logsumexp of {what}"));
    let flat = |t: &Tensor<T>| t.reshape(&gone);
    assert_eq!(Tensor::logsumexp_chain(&flat(&g), x, &flat(&sums), &[axis]), got, "without the axis kept, {what}");
}

proptest! {
    #[test]
    fn any_axis_matches_loops((shape, axis) in shapes_and_axis(), scale in prop::sample::select(vec![1.0, 30.0, 1e4]), offset in prop::sample::select(vec![0.0, 1e3, -1e5]), seed in any::<u64>()) {
        if shape[axis] > 0 {
            check(&(numbers::<f32>(&shape, seed) * scale as f32 + offset as f32), axis);
            check(&(numbers::<f64>(&shape, seed) * scale + offset), axis);
        }
    }
}

#[test]
fn lengths_around_the_lanes_match_loops() {
    for n in [1, 2, 15, 16, 17, 32, 33, 1000] {
        for (shape, axis) in [([3, n], 1), ([n, 3], 0)] {
            check(&numbers::<f32>(&shape, 11), axis);
            check(&numbers::<f64>(&shape, 11), axis);
        }
    }
}

#[test]
fn extreme_rows_neither_overflow_nor_vanish() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let half = -(2.0_f64.ln());
    /// Row, softmax, log-softmax, log-sum-exp.
    type Case = ([f64; 3], [f64; 3], [f64; 3], f64);
    let cases: [Case; 9] = [
        ([1e4, 0.0, -1e4], [1.0, 0.0, 0.0], [0.0, -1e4, -2e4], 1e4),
        ([-1e4; 3], [1.0 / 3.0; 3], [-(3.0_f64.ln()); 3], -1e4 + 3.0_f64.ln()),
        ([3e38, 3e38, -3e38], [0.5, 0.5, 0.0], [half, half, -INF], 3e38),
        ([-INF, 0.0, 0.0], [0.0, 0.5, 0.5], [-INF, half, half], -half),
        ([-INF, -INF, 5.0], [0.0, 0.0, 1.0], [-INF, -INF, 0.0], 5.0),
        ([-INF; 3], [NAN; 3], [NAN; 3], -INF),
        ([INF, 0.0, -INF], [NAN, 0.0, 0.0], [NAN, -INF, -INF], INF),
        ([0.0, NAN, 1.0], [NAN; 3], [NAN; 3], NAN),
        ([-INF, NAN, INF], [NAN; 3], [NAN; 3], NAN),
    ];
    fn near<T: Float>(got: &[T], want: &[f64], what: &str) {
        for (&g, &w) in got.iter().zip(want) {
            let w32 = T::of(w);
            let close = (g.re() - w).abs() <= 4.0 * epsilon::<T>() * w.abs().max(1.0);
            assert!(same(g, w32) || close, "{what}: {got:?} instead of {want:?}");
        }
    }
    fn each<T: Float>((row, soft, log, sum): Case) {
        // An ordinary row on either side must not notice.
        let x = Tensor::<T>::from([[0.0, 1.0, 2.0], row, [0.0, 1.0, 2.0]].map(|r| r.map(T::of)));
        let (y, l, s) = (x.softmax(1), x.log_softmax(1), x.logsumexp(1, false));
        near(&y.data()[3..6], &soft, &format!("softmax of {row:?}"));
        near(&l.data()[3..6], &log, &format!("log_softmax of {row:?}"));
        near(&s.data()[1..2], &[sum], &format!("logsumexp of {row:?}"));
        for rows in [&y, &l] {
            assert!(rows.data()[..3].iter().all(|v| v.finite()) && rows.data()[..3] == rows.data()[6..]);
        }
        let columns = x.transpose();
        near(columns.softmax(0).transpose().data(), &y.data().iter().map(|v| v.re()).collect::<Vec<_>>(), "columns");
    }
    for case in cases {
        // 3e38 is no extreme of f64, and its difference is finite there.
        if case.0[0] != 3e38 {
            each::<f64>(case);
        }
        each::<f32>(case);
    }
}

proptest! {
    #[test]
    fn logsumexp_over_any_axes_matches_loops((shape, axes) in shapes_and_axes(), seed in any::<u64>()) {
        let x = &numbers::<f64>(&shape, seed);
        let signed: Vec<isize> = axes.iter().map(|&k| k as isize).collect();
        let members = members(x, &axes);
        let sum = |m: &[f64]| m.iter().map(|v| v.exp()).sum::<f64>();
        let want: Vec<_> = members.iter().map(|m| (sum(m).ln(), 1e-13)).collect();
        let kept = reduced(&shape, &axes, true);
        let y = x.logsumexp_axes(&signed, true);
        assert_near(&y, &kept, &want, "logsumexp over axes");
        let g = numbers::<f64>(&kept, 3);
        let share = |(index, v): (&Vec<usize>, &f64)| {
            let cell = position(&kept, index);
            (g.data()[cell] * v.exp() / sum(&members[cell]), 1e-12)
        };
        let want: Vec<_> = indices(&shape).iter().zip(x.data()).map(share).collect();
        assert_near(&Tensor::logsumexp_chain(&g, x, &y, &axes), &shape, &want, "cotangent, logsumexp over axes");
    }
}

#[test]
fn a_row_of_nothing_but_minus_infinity_passes_no_gradient_through_logsumexp() {
    let x = Tensor::from([[f32::NEG_INFINITY; 3], [0.0, f32::NEG_INFINITY, 0.0]]);
    let g = Tensor::from([2.0, 2.0]);
    let y = x.logsumexp(1, false);
    assert_eq!(Tensor::logsumexp_chain(&g, &x, &y, &[1]).data(), [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
}

#[test]
fn an_axis_of_no_values_has_minus_infinity_and_one_of_one_is_certain() {
    let x = Tensor::<f32>::zeros(&[2, 0]);
    assert_eq!(x.logsumexp(1, false).data(), [f32::NEG_INFINITY; 2]);
    assert_eq!(x.logsumexp(0, true).shape(), [1, 0]);
    assert_eq!((x.softmax(1).shape(), x.log_softmax(0).shape()), (&[2, 0][..], &[2, 0][..]));
    let y = x.logsumexp(1, false);
    assert_eq!(Tensor::logsumexp_chain(&y, &x, &y, &[1]).shape(), [2, 0]);
    assert_eq!(Tensor::soft_chain(Soft::Max, &x, &x, 1).shape(), [2, 0]);

    let x = numbers::<f64>(&[4, 1], 1);
    assert_eq!(x.softmax(1).data(), [1.0; 4]);
    assert_eq!(x.log_softmax(1).data(), [0.0; 4]);
    assert_eq!(x.logsumexp(1, true), x);
}
