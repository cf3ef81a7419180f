//! Scans along every axis and in every direction, against loops in f64.

use proptest::prelude::*;
use rappel_tensor::{Direction, Float, Scan, Tensor};

use super::extreme::line;
use crate::naive::{assert_near, epsilon, indices, numbers, shapes_and_axis, soiled};

/// What a scan of a line gathers, with the magnitudes that rounding is in proportion to.
fn scanned(by: Scan, line: &[f64], to: Direction) -> Vec<(f64, f64)> {
    let gather = |run: &[f64]| match by {
        Scan::Sum => (run.iter().sum(), run.iter().map(|v| v.abs()).sum()),
        Scan::Prod => (run.iter().product(), run.iter().product::<f64>().abs()),
        Scan::LogSumExp => {
            let y = run.iter().map(|v| v.exp()).sum::<f64>().ln();
            (y, y.abs() + 4.0)
        }
    };
    let n = line.len();
    (0..n)
        .map(|i| match (to.reverse, to.exclusive) {
            (false, false) => gather(&line[..=i]),
            (false, true) => gather(&line[..i]),
            (true, false) => gather(&line[i..]),
            (true, true) => gather(&line[i + 1..]),
        })
        .collect()
}

/// The value for each index from its line and place in it.
fn along<T: Float, R: Copy>(x: &Tensor<T>, axis: usize, f: impl Fn(&[f64]) -> Vec<R>) -> Vec<R> {
    indices(x.shape())
        .iter()
        .map(|index| {
            let mut rest = index.clone();
            rest.remove(axis);
            let values: Vec<f64> = line(x, axis, &rest).iter().map(|v| v.re()).collect();
            f(&values)[index[axis]]
        })
        .collect()
}

fn check<T: Float>(x: &Tensor<T>, axis: usize) {
    let x = &soiled(x, x.len());
    let n = x.shape()[axis] as f64;
    for by in [Scan::Sum, Scan::Prod, Scan::LogSumExp] {
        for (reverse, exclusive) in [(false, false), (false, true), (true, false), (true, true)] {
            let to = Direction { reverse, exclusive };
            let bound = |(y, size): &(f64, f64)| (*y, 2.0 * epsilon::<T>() * n * size);
            let want = along(x, axis, |line| scanned(by, line, to).iter().map(bound).collect());
            let what = format!("{} of {} {:?} along {axis}, {to:?}", by.name(), T::NAME, x.shape());
            assert_near(&x.scan(by, axis, to), x.shape(), &want, &what);
        }
    }
    let signed = axis as isize - x.rank() as isize;
    assert_eq!(x.cumsum(signed), x.scan(Scan::Sum, axis, Direction::FORWARD));
    assert_eq!(x.cumprod(signed), x.scan(Scan::Prod, axis, Direction::FORWARD));
    assert_eq!(x.logcumsumexp(signed), x.scan(Scan::LogSumExp, axis, Direction::FORWARD));
}

proptest! {
    #[test]
    fn any_axis_matches_loops((shape, axis) in shapes_and_axis(), seed in any::<u64>()) {
        check(&numbers::<f32>(&shape, seed), axis);
        check(&numbers::<f64>(&shape, seed), axis);
    }

    #[test]
    fn recurrences_match_loops((shape, axis) in shapes_and_axis(), seed in any::<u64>(), reverse in any::<bool>()) {
        let (a, b) = (numbers::<f64>(&shape, seed), numbers::<f64>(&shape, seed ^ 1));
        let found = Tensor::recurrence(&a, &b, axis, reverse);
        let n = shape[axis];
        for index in indices(&shape) {
            let mut rest = index.clone();
            rest.remove(axis);
            let (a, b, found) = (line(&a, axis, &rest), line(&b, axis, &rest), line(&found, axis, &rest));
            let mut h = 0.0;
            for k in 0..n {
                let i = if reverse { n - 1 - k } else { k };
                prop_assert_eq!(found[i], h);
                h = a[i] * h + b[i];
            }
        }
    }
}

/// A running sum in `f32` is off by thousands of ulp here.
#[test]
fn long_sums_are_carried_in_double_precision() {
    let x = Tensor::full(&[1_000_000], 0.1_f32);
    for (sum, last) in [(x.cumsum(0), 999_999), (x.cumsum_with(0, true, false), 0)] {
        assert_eq!(sum.data()[last], (f64::from(0.1_f32) * 1e6) as f32);
    }
}

#[test]
fn sums_of_exponentials_of_infinities() {
    const INF: f64 = f64::INFINITY;
    let of = |x: [f64; 3]| Tensor::from(x).logcumsumexp(0).data().to_vec();
    assert_eq!(of([-INF, -INF, 2.0]), [-INF, -INF, 2.0]);
    assert_eq!(of([1.0, INF, INF]), [1.0, INF, INF]);
    assert!(of([f64::NAN, 1.0, INF]).iter().all(|y| y.is_nan()));
    let large = of([1000.0, 1000.0, -1000.0]);
    assert_eq!((large[0], large[1], large[2]), (1000.0, 1000.0 + 2.0_f64.ln(), 1000.0 + 2.0_f64.ln()));
}
