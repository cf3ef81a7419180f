//! Normalisation and its cotangents, against sums in f64 over the indices that belong together.

use rappel_tensor::{Float, Normalisation, Tensor};

use crate::naive::{assert_near, epsilon, numbers, soiled};

/// The statistics' row and the weight that each value belongs to, for an array seen as `[outer, groups, width, inner]`.
fn places([outer, groups, width, inner]: [usize; 4], batch: bool) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for o in 0..outer {
        for g in 0..groups {
            for w in 0..width {
                let row = if batch { g } else { o * groups + g };
                all.extend(std::iter::repeat_n((row, g * width + w), inner));
            }
        }
    }
    all
}

fn check<T: Float>(shape: &[usize], by: &Normalisation, affine: &[usize]) {
    let batch = by.name() == "batch_norm";
    let e = epsilon::<T>();
    let x = &soiled(&(numbers::<T>(shape, 1) + &Tensor::scalar(T::of(0.5))), shape.iter().product());
    let (w, b, g) = (numbers::<T>(affine, 2), numbers::<T>(affine, 3), numbers::<T>(shape, 4));
    let places = places(by.view(), batch);
    let rows = places.iter().map(|p| p.0 + 1).max().unwrap_or(0);
    let v = |t: &Tensor<T>| t.data().iter().map(|v| v.re()).collect::<Vec<f64>>();
    let (xs, ws, bs, gs) = (v(x), v(&w), v(&b), v(&g));
    let sums = |f: &dyn Fn(usize) -> f64| {
        let mut sums = vec![0.0; rows];
        places.iter().enumerate().for_each(|(i, p)| sums[p.0] += f(i));
        sums
    };
    let count = sums(&|_| 1.0);
    let n = count.iter().copied().fold(1.0, f64::max);
    let mean: Vec<f64> =
        sums(&|i| xs[i]).iter().zip(&count).map(|(s, n)| if by.is_centred() { s / n } else { 0.0 }).collect();
    let var: Vec<f64> = sums(&|i| (xs[i] - mean[places[i].0]).powi(2)).iter().zip(&count).map(|(s, n)| s / n).collect();
    let inverse: Vec<f64> = var.iter().map(|v| 1.0 / (v + by.eps()).sqrt()).collect();
    let plain: Vec<f64> = (0..xs.len()).map(|i| (xs[i] - mean[places[i].0]) * inverse[places[i].0]).collect();
    // Sums run in sixteen lanes, or in blocks of 256 rows.
    let loose = e * (32.0 + n / 16.0);
    let what = format!("{} {shape:?}, {}", T::NAME, by.name());

    let (y, stats) = x.normalise(by, Some(&w), Some(&b));
    let near = |i: usize| {
        let (w, b) = (ws[places[i].1], bs[places[i].1]);
        (plain[i] * w + b, loose * ((plain[i].abs() + inverse[places[i].0]) * w.abs() + b.abs()))
    };
    assert_near(&y, shape, &(0..xs.len()).map(near).collect::<Vec<_>>(), &what);
    assert_eq!(x.normalise(by, None, None).1, stats, "{what}");

    let h: Vec<f64> = (0..xs.len()).map(|i| gs[i] * ws[places[i].1]).collect();
    let (along_mean, along_x) = (sums(&|i| h[i]), sums(&|i| h[i] * plain[i]));
    let size = sums(&|i| h[i].abs() * (1.0 + plain[i].abs()));
    let pulled = |i: usize| {
        let r = places[i].0;
        let along_mean = if by.is_centred() { along_mean[r] / count[r] } else { 0.0 };
        let d = inverse[r] * (h[i] - along_mean - plain[i] * along_x[r] / count[r]);
        (d, loose * inverse[r] * (1.0 + inverse[r]) * (h[i].abs() + size[r] / count[r] * (1.0 + plain[i].abs())))
    };
    let dx = Tensor::normalise_chain(&g, x, &stats, Some(&w), by);
    assert_near(&dx, shape, &(0..xs.len()).map(pulled).collect::<Vec<_>>(), &format!("cotangent of {what}"));

    let parts = |f: &dyn Fn(usize) -> f64| {
        let mut sums = vec![(0.0, 0.0); ws.len()];
        for (i, p) in places.iter().enumerate() {
            sums[p.1].0 += f(i);
            sums[p.1].1 += loose * (f(i).abs() + gs[i].abs() * inverse[p.0]);
        }
        sums
    };
    let (dw, db) = Tensor::normalise_affine_chain(&g, x, &stats, by);
    assert_near(&dw, affine, &parts(&|i| gs[i] * plain[i]), &format!("weight's cotangent of {what}"));
    assert_near(&db, affine, &parts(&|i| gs[i]), &format!("bias's cotangent of {what}"));
}

fn check_both(shape: &[usize], by: &Normalisation, affine: &[usize]) {
    check::<f32>(shape, by, affine);
    check::<f64>(shape, by, affine);
}

#[test]
fn trailing_axes_match_loops() {
    for (shape, k) in [
        (&[3, 1000][..], 1),
        (&[300, 17], 1),
        (&[64, 16], 1),
        (&[2, 5000], 1),
        (&[2, 3, 4, 5], 2),
        (&[7], 1),
        (&[0, 4], 1),
    ] {
        let own = &shape[shape.len() - k..];
        check_both(shape, &Normalisation::layer(shape, own, 1e-5), own);
        check_both(shape, &Normalisation::rms(shape, own, 1e-5), own);
    }
}

#[test]
fn groups_of_channels_match_loops() {
    for (shape, groups) in [(&[4, 6, 35][..], 3), (&[300, 34], 2), (&[2, 4, 3, 3], 4), (&[5, 32], 1), (&[0, 4, 2], 2)] {
        check_both(shape, &Normalisation::group(shape, groups, 1e-5), &shape[1..2]);
        if shape.len() > 2 {
            check_both(shape, &Normalisation::instance(shape, 1e-5), &shape[1..2]);
        }
    }
}

#[test]
fn batches_match_loops() {
    for shape in [&[300, 17][..], &[5, 16], &[3, 4, 100], &[600, 40], &[2, 3, 4, 5], &[64, 1]] {
        check_both(shape, &Normalisation::batch(shape, 1e-5), &shape[1..2]);
    }
}

#[test]
fn nothing_to_normalise_gives_nothing() {
    let x = Tensor::<f32>::zeros(&[2, 0]);
    let by = Normalisation::layer(&[2, 0], &[0], 0.1);
    let (y, stats) = x.normalise(&by, None, None);
    assert_eq!((y.shape(), stats.shape()), (&[2, 0][..], &[3, 2][..]));
    assert!(stats.data().iter().all(|s| s.is_nan()));
    let by = Normalisation::batch(&[0, 3], 0.1);
    let (y, stats) = Tensor::<f32>::zeros(&[0, 3]).normalise(&by, None, None);
    assert_eq!(y.shape(), [0, 3]);
    let (dw, db) = Tensor::normalise_affine_chain(&y, &y, &stats, &by);
    assert_eq!((dw.data(), db.data()), (&[0.0; 3][..], &[0.0; 3][..]));
}
