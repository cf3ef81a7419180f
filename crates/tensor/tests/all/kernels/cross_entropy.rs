//! The fused cross-entropy and its cotangent, against sums in f64.

use proptest::prelude::*;
use rappel_tensor::{CrossEntropy, Float, Rng, Tensor};

use crate::naive::{assert_near, epsilon, numbers, same, soiled, tiny};

fn labels(rows: usize, classes: usize, seed: u64) -> Tensor<u32> {
    let mut rng = Rng::seed(seed);
    Tensor::from_fn(&[rows], |_| rng.below(classes as u64) as u32)
}

fn check<T: Float>(x: &Tensor<T>, labels: &Tensor<u32>) {
    let (x, e) = (&soiled(x, x.len()), epsilon::<T>());
    let [rows, classes] = *x.shape() else { panic!("logits are a matrix") };
    let n = classes as f64;
    let (mut loss, mut slack, mut probs, mut pulled) = (0.0, 0.0, Vec::new(), Vec::new());
    let g = T::of(1.7);
    for (row, &label) in x.data().chunks(classes).zip(labels.data()) {
        let row: Vec<f64> = row.iter().map(|v| v.re()).collect();
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = row.iter().map(|v| (v - top).exp()).sum::<f64>().ln();
        let one = log_sum - (row[label as usize] - top);
        loss += one / rows as f64;
        slack += e * (n + 8.0 + one) / rows as f64;
        for (i, v) in row.iter().enumerate() {
            let p = (v - top - log_sum).exp();
            let off = e * (n + 8.0 + (v - top).abs()) * p + tiny::<T>();
            probs.push((p, off));
            let hit = if i == label as usize { 1.0 } else { 0.0 };
            pulled.push(((p - hit) * g.re() / rows as f64, 2.0 * (off + e * (p - hit).abs())));
        }
    }
    let what = format!("{} [{rows}, {classes}]", T::NAME);
    let (got, kept) = x.cross_entropy(labels);
    // The kernel's sum over rows and this one are both running sums in f64, which lose half an epsilon of the total each row.
    let summing = rows as f64 * f64::EPSILON * loss;
    assert_near(&got, &[], &[(loss, slack + summing + e * loss)], &what);
    assert_near(&kept, &[rows, classes], &probs, &format!("probabilities of {what}"));
    let pull = Tensor::cross_entropy_chain(&Tensor::scalar(g), &kept, labels);
    assert_near(&pull, &[rows, classes], &pulled, &format!("cotangent of {what}"));
}

proptest! {
    #[test]
    fn any_shape_matches_loops(rows in 1_usize..20, classes in 1_usize..40, scale in prop::sample::select(vec![1.0, 50.0]), seed in any::<u64>()) {
        let labels = labels(rows, classes, seed);
        check(&(numbers::<f32>(&[rows, classes], seed) * scale as f32), &labels);
        check(&(numbers::<f64>(&[rows, classes], seed) * scale), &labels);
    }
}

#[test]
fn large_batches_and_many_classes_match_loops() {
    for (rows, classes) in [(1000, 10), (3, 1000), (64, 16), (64, 17)] {
        check(&numbers::<f32>(&[rows, classes], 1), &labels(rows, classes, 2));
    }
}

#[test]
fn extreme_logits_give_the_limit() {
    const INF: f32 = f32::INFINITY;
    // Logits, label, loss, cotangent.
    let cases: [([f32; 3], u32, f32, [f32; 3]); 9] = [
        ([1e4, 0.0, 0.0], 0, 0.0, [0.0, 0.0, 0.0]),
        ([1e4, 0.0, 0.0], 1, 1e4, [1.0, -1.0, 0.0]),
        ([-1e4, -1e4, -INF], 0, std::f32::consts::LN_2, [-0.5, 0.5, 0.0]),
        ([0.0, -INF, -INF], 0, 0.0, [0.0, 0.0, 0.0]),
        ([0.0, -INF, -INF], 1, INF, [1.0, -1.0, 0.0]),
        ([3e38, 3e38, 0.0], 1, std::f32::consts::LN_2, [0.5, -0.5, 0.0]),
        ([3e38, -3e38, 0.0], 1, INF, [1.0, -1.0, 0.0]),
        ([-INF; 3], 0, f32::NAN, [f32::NAN; 3]),
        ([0.0, f32::NAN, 0.0], 0, f32::NAN, [f32::NAN; 3]),
    ];
    for (logits, label, loss, pulled) in cases {
        let labels = Tensor::from([label]);
        let (got, probs) = Tensor::from([logits]).cross_entropy(&labels);
        assert!(same(got.item(), loss), "{logits:?}, {label}: {got}");
        let pull = Tensor::cross_entropy_chain(&Tensor::scalar(1.0), &probs, &labels);
        assert!(pull.data().iter().zip(pulled).all(|(&a, b)| same(a, b)), "{logits:?}, {label}: {pull}");
    }
}

#[test]
fn no_rows_have_no_mean_and_one_class_no_loss() {
    let none = Tensor::<f32>::zeros(&[0, 3]);
    let no_labels = Tensor::<u32>::from(Vec::new());
    let (loss, probs) = none.cross_entropy(&no_labels);
    assert!(loss.item().is_nan());
    assert_eq!(Tensor::cross_entropy_chain(&loss, &probs, &no_labels).shape(), [0, 3]);
    let (loss, _) = Tensor::from([[5.0_f64], [-3.0]]).cross_entropy(&Tensor::from([0_u32, 0]));
    assert_eq!(loss.item(), 0.0);
}

#[test]
fn the_mean_does_not_drift_over_a_large_batch() {
    // Equal rows: the mean is that of one row, whatever their number.
    let row = numbers::<f32>(&[1, 10], 3);
    let one = row.cross_entropy(&Tensor::from([4_u32])).0.item();
    let many = row.expand(&[100_000, 10]).cross_entropy(&Tensor::full(&[100_000], 4)).0.item();
    assert!((one - many).abs() <= f32::EPSILON * one, "{one} {many}");
}

/// Weights, smoothing and a label that is ignored, against sums in f64.
fn check_rows<T: Float>(rows: usize, classes: usize, smoothing: f64, seed: u64) {
    let x = &soiled(&numbers::<T>(&[rows, classes], seed), rows * classes);
    let labels = labels(rows, classes, seed);
    let weights: Vec<f64> = (0..classes).map(|c| [0.0, 0.5, 2.0][c % 3]).collect();
    let options = CrossEntropy::new().weights(&weights).label_smoothing(smoothing).ignore_index(1);
    let g = numbers::<T>(&[rows], 7);
    let (mut want, mut pulled) = (Vec::new(), Vec::new());
    let e = epsilon::<T>() * (classes as f64 + 16.0);
    for ((row, &label), g) in x.data().chunks(classes).zip(labels.data()).zip(g.data()) {
        let row: Vec<f64> = row.iter().map(|v| v.re()).collect();
        let log_sum = row.iter().map(|v| v.exp()).sum::<f64>().ln();
        let share = |c: usize| {
            let own = if label as usize == c { 1.0 - smoothing } else { 0.0 };
            if label == 1 { 0.0 } else { weights[c] * (own + smoothing / classes as f64) }
        };
        let total: f64 = (0..classes).map(share).sum();
        let loss: f64 = (0..classes).map(|c| share(c) * (log_sum - row[c])).sum();
        want.push((loss, e * (loss + total)));
        pulled.extend((0..classes).map(|c| {
            let p = (row[c] - log_sum).exp();
            ((p * total - share(c)) * g.re(), e * (p * total + share(c)) * g.re().abs() + tiny::<T>())
        }));
    }
    let what = format!("{} [{rows}, {classes}], smoothing {smoothing}", T::NAME);
    let (losses, probs) = x.cross_entropy_rows(&labels, &options);
    assert_near(&losses, &[rows], &want, &what);
    let pull = Tensor::cross_entropy_rows_chain(&g, &probs, &labels, &options);
    assert_near(&pull, &[rows, classes], &pulled, &format!("cotangent of {what}"));
}

#[test]
fn rows_with_weights_and_smoothing_match_loops() {
    for (rows, classes) in [(1, 1), (5, 3), (64, 16), (7, 33), (3, 1000)] {
        for smoothing in [0.0, 0.2, 1.0] {
            check_rows::<f32>(rows, classes, smoothing, 5);
            check_rows::<f64>(rows, classes, smoothing, 6);
        }
    }
}
