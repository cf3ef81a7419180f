//! Decompositions: what they multiply back to, and orthogonality.

use proptest::prelude::*;
use rappel_tensor::{Rng, Tensor};

const SIZES: [usize; 5] = [0, 1, 2, 7, 40];

/// The largest magnitude.
fn size(x: &Tensor<f64>) -> f64 {
    x.data().iter().fold(0.0, |most, x| if x.is_nan() { f64::NAN } else { most.max(x.abs()) })
}

/// How far the columns are from orthogonal ones of length 1.
fn skew(q: &Tensor<f64>) -> f64 {
    size(&(q.transpose().matmul(q) - Tensor::eye(q.shape()[1])))
}

fn normal(rows: usize, columns: usize, seed: u64) -> Tensor<f64> {
    Tensor::normal(&[rows, columns], 0.0, 1.0, &mut Rng::seed(seed))
}

/// Symmetric matrices of many kinds.
fn symmetric(n: usize, seed: u64) -> Vec<(&'static str, Tensor<f64>)> {
    let x = normal(n, n, seed);
    let thin = normal(n, n.min(2), seed + 1);
    let full = &x + &x.transpose();
    vec![
        ("indefinite", full.clone()),
        ("positive", x.matmul(&x.transpose())),
        ("of rank 2", thin.matmul(&thin.transpose())),
        ("zero", Tensor::zeros(&[n, n])),
        ("one", Tensor::eye(n)),
        ("of equal values", Tensor::full(&[n, n], 0.25)),
        ("graded", Tensor::from_fn(&[n, n], |k| 10_f64.powi(-((k / n.max(1) + k % n.max(1)) as i32)))),
        ("huge", full.scaled(1e300)),
        ("tiny", full.scaled(1e-300)),
    ]
}

fn check_eigen(n: usize, seed: u64) {
    for (what, a) in symmetric(n, seed) {
        let (values, vectors) = a.eigh();
        let near = 1e-14 * (n as f64 + 1.0);
        assert!(skew(&vectors) <= near, "{what}, {n}: the vectors are {:e} from orthogonal", skew(&vectors));
        assert!(values.data().is_sorted(), "{what}, {n}: {values:?}");
        let back =
            vectors.matmul(&Tensor::from_fn(&[n, n], |k| values.data()[k / n] * vectors.data()[k % n * n + k / n]));
        let far = size(&(back - &a));
        assert!(far <= near * size(&a).max(f64::MIN_POSITIVE), "{what}, {n}: multiplied back it is {far:e} away");
    }
}

fn check_qr(m: usize, n: usize, seed: u64) {
    let thin = normal(m, 2, seed).matmul(&normal(2, n, seed + 1));
    let full = normal(m, n, seed);
    let (huge, tiny) = (full.scaled(1e300), full.scaled(1e-300));
    for (what, a) in
        [("full", full), ("of rank 2", thin), ("zero", Tensor::zeros(&[m, n])), ("huge", huge), ("tiny", tiny)]
    {
        let (q, r) = a.qr();
        let (count, near) = (m.min(n), 1e-14 * (m.max(n) as f64 + 1.0));
        assert_eq!((q.shape(), r.shape()), (&[m, count][..], &[count, n][..]));
        assert!(skew(&q) <= near, "{what}, {m} x {n}: Q is {:e} from orthogonal", skew(&q));
        let far = size(&(q.matmul(&r) - &a));
        assert!(far <= near * size(&a).max(f64::MIN_POSITIVE), "{what}, {m} x {n}: Q R is {far:e} away");
        for k in 0..count * n {
            let (i, j, x) = (k / n, k % n, r.data()[k]);
            assert!(if j < i { x == 0.0 } else { j > i || x >= 0.0 }, "{what}, {m} x {n}: R[{i}, {j}] is {x}");
        }
    }
}

#[test]
fn matrices_of_each_size_are_put_together_again() {
    for (seed, n) in (0..).zip(SIZES) {
        check_eigen(n, seed);
        for m in SIZES {
            check_qr(m, n, seed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn matrices_of_any_size_are_put_together_again(m in 0_usize..12, n in 0_usize..12, seed in any::<u32>()) {
        check_eigen(n, seed.into());
        check_qr(m, n, seed.into());
    }
}

/// The matrix of second differences has the eigenvalues 2 - 2 cos(pi k / (n + 1)).
#[test]
fn eigenvalues_are_the_known_ones() {
    let n = 40;
    let a = Tensor::<f64>::from_fn(&[n, n], |k| match (k / n).abs_diff(k % n) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    });
    let values = a.eigh().0;
    for (k, value) in (1..).zip(values.data()) {
        let expected = 2.0 - 2.0 * (std::f64::consts::PI * f64::from(k) / (n as f64 + 1.0)).cos();
        assert!((value - expected).abs() < 1e-14, "{k}: {value}, not {expected}");
    }
}

#[test]
fn only_the_lower_half_is_read() {
    let a = Tensor::<f64>::from([[2.0, f64::NAN], [1.0, 2.0]]);
    assert!((a.eigh().0.data()[1] - 3.0).abs() < 1e-15);
}

/// In f32 the vectors are those of f64, rounded.
#[test]
fn single_precision_is_rounded_once() {
    let a = normal(7, 7, 3);
    let a = (&a + &a.transpose()).cast::<f32>();
    let (single, double) = (a.eigh(), a.cast::<f64>().eigh());
    assert_eq!((single.0, single.1), (double.0.cast(), double.1.cast()));
    let (single, double) = (a.qr(), a.cast::<f64>().qr());
    assert_eq!((single.0, single.1), (double.0.cast(), double.1.cast()));
}

#[test]
fn what_is_not_finite_gives_no_number() {
    for bad in [f64::NAN, f64::INFINITY] {
        let a = Tensor::from([[1.0, 0.0], [bad, 1.0]]);
        let ((values, vectors), (q, r)) = (a.eigh(), a.qr());
        for x in [values, vectors, q, r] {
            assert!(x.data().iter().all(|x| x.is_nan()), "{bad}: {x:?}");
        }
    }
}

#[test]
#[should_panic(expected = "eigh: the matrix is square, not 2 x 3")]
fn eigenvalues_are_of_square_matrices() {
    let _ = normal(2, 3, 0).eigh();
}

#[test]
#[should_panic(expected = "qr: a matrix has two axes, not shape [3]")]
fn a_vector_is_no_matrix() {
    let _ = Tensor::<f32>::zeros(&[3]).qr();
}
