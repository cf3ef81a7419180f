//! Variances, deviations and norms over any axes, against loops in f64.

use proptest::prelude::*;
use rappel_tensor::shape::reduced;
use rappel_tensor::{Float, Tensor};

use super::reduce::{members, shapes_and_axes};
use crate::naive::{assert_near, epsilon, numbers, soiled};

fn variance(values: &[f64], correction: f64) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    if n > correction { squares / (n - correction) } else { f64::NAN }
}

fn norm(values: &[f64], p: f64) -> f64 {
    match p {
        f64::INFINITY => values.iter().fold(0.0, |m, v| v.abs().max(m)),
        _ => values.iter().map(|v| v.abs().powf(p)).sum::<f64>().powf(1.0 / p),
    }
}

fn check<T: Float>(x: &Tensor<T>, axes: &[usize]) {
    let x = &soiled(x, x.len());
    let members = members(x, axes);
    let signed: Vec<isize> = axes.iter().map(|&k| k as isize).collect();
    // As many roundings in a row as within a lane or strip, and those of a few operations per value.
    let e = |m: &[f64]| epsilon::<T>() * (m.len().min(300) as f64 + 16.0);
    for keep in [false, true] {
        let what = format!("{} {:?} over {axes:?}, keep {keep}", T::NAME, x.shape());
        let shape = reduced(x.shape(), axes, keep);
        for correction in [0.0, 1.0, 2.5] {
            let of = |m: &Vec<f64>| {
                let v = variance(m, correction);
                let size = m.iter().fold(0.0_f64, |a, b| a.max(b.abs())).powi(2);
                (v, e(m) * (v + size))
            };
            let want: Vec<_> = members.iter().map(of).collect();
            assert_near(&x.var_axes(&signed, correction, keep), &shape, &want, &format!("variance of {what}"));
            let roots: Vec<_> = want.iter().map(|(v, b)| (v.sqrt(), b / v.sqrt().max(b.sqrt()).max(1e-300))).collect();
            assert_near(&x.std_axes(&signed, correction, keep), &shape, &roots, &format!("deviation of {what}"));
        }
        for p in [0.5, 1.0, 2.0, 3.0, f64::INFINITY] {
            let of = |m: &Vec<f64>| (norm(m, p), 8.0 * e(m) * norm(m, p));
            let want: Vec<_> = members.iter().map(of).collect();
            assert_near(&x.norm_axes(p, &signed, keep), &shape, &want, &format!("norm {p} of {what}"));
        }
    }
}

proptest! {
    #[test]
    fn any_axes_match_loops((shape, axes) in shapes_and_axes(), seed in any::<u64>()) {
        check(&numbers::<f32>(&shape, seed), &axes);
        check(&numbers::<f64>(&shape, seed), &axes);
    }
}

#[test]
fn long_runs_match_loops() {
    for n in [15, 16, 17, 257, 4097, 8193] {
        for (shape, axes) in
            [(vec![n], vec![0]), (vec![n, 17], vec![0]), (vec![3, n], vec![0]), (vec![2, n, 3], vec![0, 2])]
        {
            check(&numbers::<f32>(&shape, 3), &axes);
        }
    }
}

#[test]
fn a_variance_does_not_cancel() {
    let noise = numbers::<f64>(&[1000], 5);
    let far = noise.map(|v| 1e9 + v);
    let exact = variance(&far.data().iter().map(|v| v - 1e9).collect::<Vec<_>>(), 1.0);
    assert!((far.var().item() - exact).abs() <= 1e-12 * exact);
    for n in [2, 3, 10, 100, 5000] {
        for shape in [[n, 1], [n, 5], [n, 20]] {
            assert_eq!(Tensor::full(&shape, 0.1_f32).var_axes(&[0], 1.0, false).max().item(), 0.0, "{shape:?}");
        }
    }
}

#[test]
fn norms_neither_overflow_nor_vanish() {
    fn holds<T: Float>(scales: &[f64]) {
        for &scale in scales {
            for columns in [1, 3, 16, 20] {
                for p in [1.0, 1.5, 2.0, 3.0] {
                    let x =
                        Tensor::from_fn(&[2, columns], |i| T::of(if i < columns { 3.0 * scale } else { -4.0 * scale }));
                    let want = norm(&[3.0, 4.0], p) * T::of(scale).re();
                    for &found in x.norm_axes(p, &[0], false).data() {
                        let near = (found.re() - want).abs() <= 1e-6 * want;
                        assert!(near, "{}: {found} instead of {want} for p = {p}", T::NAME);
                    }
                }
            }
        }
    }
    holds::<f32>(&[1e-36, 1e-25, 1e-15, 1.0, 1e15, 1e25, 1e37]);
    holds::<f64>(&[1e-300, 1e-200, 1e-20, 1.0, 1e20, 1e200, 1e300]);

    const INF: f64 = f64::INFINITY;
    for p in [0.5, 1.0, 2.0, 3.0, INF] {
        let of = |x: [f64; 2]| Tensor::from(x).norm_axes(p, &[0], false).item();
        assert_eq!((of([0.0, -0.0]), of([1.0, -INF])), (0.0, INF));
        assert!(of([f64::NAN, 1.0]).is_nan() && of([f64::NAN, INF]).is_nan());
    }
    // Columns in one strip are scaled each for itself.
    let x = Tensor::from([[3e30_f32, 3e-30, 0.0, f32::INFINITY, 3.0], [4e30, 4e-30, 0.0, 1.0, 4.0]]);
    let found = x.norm_axes(2.0, &[0], false);
    for (found, want) in found.data().iter().zip([5e30, 5e-30, 0.0, f32::INFINITY, 5.0]) {
        assert!(*found == want || (found - want).abs() <= 1e-6 * want, "{found} instead of {want}");
    }
}

#[test]
fn of_nothing() {
    let x = Tensor::<f64>::zeros(&[2, 0]);
    assert!(x.var_axes(&[1], 0.0, false).data().iter().all(|v| v.is_nan()));
    assert_eq!(x.var_axes(&[0], 0.0, true).shape(), [1, 0]);
    assert_eq!(x.norm_axes(2.0, &[1], false).data(), [0.0, 0.0]);
    assert_eq!((x.norm().item(), x.norm_axes(3.0, &[0], false).shape()), (0.0, &[0][..]));
}
