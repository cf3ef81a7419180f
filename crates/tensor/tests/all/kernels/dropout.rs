//! Dropout against its definition: value i falls when word i of the key's stream is below p 2^32.

use rappel_tensor::random::philox;
use rappel_tensor::{Float, Tensor, Threads, Workspace};

use crate::naive::{assert_same, numbers, soiled};

fn naive<T: Float>(x: &Tensor<T>, key: u64, p: f64) -> Tensor<T> {
    Tensor::from_fn(x.shape(), |i| {
        let word = philox([key as u32, (key >> 32) as u32], [(i / 4) as u32, 0, 0, 0])[i % 4];
        if f64::from(word) < p * 4_294_967_296.0 { T::ZERO } else { x.data()[i] * T::of(1.0 / (1.0 - p)) }
    })
}

fn check<T: Float>(shape: &[usize]) {
    let n = shape.iter().product();
    let (x, start) = (soiled(&numbers::<T>(shape, 1), n), numbers::<T>(shape, 2));
    for (key, p) in [(0, 0.5), (1, 0.1), (u64::MAX, 0.999), (1 << 40, 0.25), (7, 0.0)] {
        let (what, want) = (format!("{} {shape:?}, key {key}, p {p}", T::NAME), naive(&x, key, p));
        assert_same(&x.dropout(key, p), &want, &what);
        let mut sum = start.clone();
        sum.add_dropout(&x, key, p);
        assert_same(&sum, &(&start + &want), &format!("{what}, added"));
    }
}

#[test]
fn masks_follow_their_definition() {
    for shape in [&[][..], &[0], &[1], &[3], &[4], &[5], &[15], &[16], &[17], &[3, 7], &[2, 3, 5], &[4097]] {
        check::<f32>(shape);
        check::<f64>(shape);
    }
}

#[test]
fn no_probability_drops_nothing() {
    let x = numbers::<f32>(&[100], 3);
    assert_eq!(x.dropout(5, 0.0), x);
}

/// Which of n values a key keeps.
fn kept(shape: &[usize], key: u64, p: f64) -> Vec<bool> {
    Tensor::<f32>::ones(shape).dropout(key, p).data().iter().map(|&v| v != 0.0).collect()
}

#[test]
fn the_share_kept_is_binomial_and_the_rest_is_scaled_up() {
    let n = 100_000;
    for (key, p) in [(1, 0.1), (2, 0.5), (3, 0.9), (4, 0.01)] {
        let y = Tensor::<f64>::ones(&[n]).dropout(key, p);
        assert!(y.data().iter().all(|&v| v == 0.0 || v == 1.0 / (1.0 - p)));
        let count = y.data().iter().filter(|&&v| v != 0.0).count() as f64;
        let (mean, deviation) = (n as f64 * (1.0 - p), (n as f64 * p * (1.0 - p)).sqrt());
        assert!((count - mean).abs() < 5.0 * deviation, "p {p}: {count} kept, {mean} expected");
    }
}

#[test]
fn a_mask_depends_on_key_and_position_alone() {
    let mask = kept(&[60], 9, 0.5);
    for shape in [&[3, 20][..], &[5, 4, 3], &[60, 1]] {
        assert_eq!(kept(shape, 9, 0.5), mask, "{shape:?}");
    }
    assert_eq!(kept(&[17], 9, 0.5), mask[..17], "a shorter one is a prefix");
    for other in [8, 10, 9 | 1 << 32] {
        let same = kept(&[60], other, 0.5).iter().zip(&mask).filter(|(a, b)| a == b).count();
        assert!((10..50).contains(&same), "keys 9 and {other} agree in {same} of 60");
    }
    let lower = kept(&[60], 9, 0.2);
    assert!(mask.iter().zip(&lower).all(|(&a, &b)| b || !a), "what a larger p keeps, a smaller one keeps");
}

/// More values than one thread takes at a time, and not a whole number of blocks.
#[test]
fn threads_share_the_same_mask() {
    let x = numbers::<f32>(&[70_001], 4);
    let want = naive(&x, 9, 0.4);
    assert_same(&x.dropout(9, 0.4), &want, "alone");
    let threads = Threads::new(2).expect("two threads");
    assert_same(&x.within(&Workspace::new(threads)).dropout(9, 0.4), &want, "shared");
}
