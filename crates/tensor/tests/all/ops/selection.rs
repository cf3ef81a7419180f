//! Comparisons, selection by mask, and how a maximum is shared.

use proptest::prelude::*;
use rappel_tensor::shape::broadcast;
use rappel_tensor::{Comparison, Float, Tensor};

use crate::naive::{assert_same, build, look, numbers, numbers_and_edges, shapes, soiled, stretched};

fn three() -> impl Strategy<Value = [Vec<usize>; 3]> {
    shapes().prop_flat_map(|s| [stretched(&s), stretched(&s), stretched(&s)])
}

fn check<T: Float>(shapes: &[Vec<usize>; 3]) {
    let [a, b, c] = shapes;
    let pair = broadcast(a, b).expect("shapes that fit");
    let all = broadcast(&pair, c).expect("shapes that fit");
    let n = all.iter().product();
    // Whole numbers, so that equals occur, with NaN and infinities among them.
    let whole = |shape: &[usize], seed: u64| numbers_and_edges::<T>(shape, seed).map(|x| T::of(x.re().round()));
    let (x, y, z) = (soiled(&whole(a, 1), n), whole(b, 2), whole(c, 3));

    type Way = (Comparison, fn(f64, f64) -> bool);
    let ways: [Way; 4] = [
        (Comparison::Lt, |a, b| a < b),
        (Comparison::Le, |a, b| a <= b),
        (Comparison::Eq, |a, b| a == b),
        (Comparison::Ne, |a, b| a != b),
    ];
    for (by, holds) in ways {
        let want = build(&pair, |i| if holds(look(&x, i).re(), look(&y, i).re()) { T::ONE } else { T::ZERO });
        assert_same(&x.compare(by, &y), &want, by.name());
    }
    let want = build(&all, |i| if look(&z, i) == T::ZERO { look(&y, i) } else { look(&x, i) });
    assert_same(&z.where_cond(&x, &y), &want, "where_cond");
}

proptest! {
    #[test]
    fn masks_and_choices_match_loops(shapes in three()) {
        check::<f32>(&shapes);
        check::<f64>(&shapes);
    }
}

#[test]
fn what_is_not_chosen_does_not_show() {
    let mask = Tensor::from([1.0_f32, 0.0]);
    let (nan, x) = (Tensor::from([f32::NAN, f32::INFINITY]), Tensor::from([1.0, 2.0]));
    assert_eq!(mask.where_cond(&x, &nan).data(), [1.0, f32::INFINITY]);
    assert_eq!((&mask * -255.0).where_cond(&x, &x), x, "any number but 0 holds");
    assert_eq!(Tensor::from([f32::NAN, 0.0]).where_cond(&x, &mask).data(), [1.0, 0.0], "NaN is not 0");
}

#[test]
fn equal_maxima_share_evenly() {
    const NAN: f64 = f64::NAN;
    const INF: f64 = f64::INFINITY;
    let cases: [([f64; 4], [f64; 4]); 6] = [
        ([1.0, 3.0, 2.0, 0.0], [0.0, 1.0, 0.0, 0.0]),
        ([3.0, 3.0, 2.0, 3.0], [1.0 / 3.0, 1.0 / 3.0, 0.0, 1.0 / 3.0]),
        ([1.0; 4], [0.25; 4]),
        ([-INF; 4], [0.25; 4]),
        ([NAN, 1.0, NAN, INF], [0.5, 0.0, 0.5, 0.0]),
        ([0.0, -0.0, -1.0, -1.0], [0.5, 0.5, 0.0, 0.0]),
    ];
    for (row, want) in cases {
        let x = Tensor::from([row, [9.0, 0.0, 0.0, 0.0]]);
        let got = x.tie_weights(&x.max_axes(&[1], true), &[1]);
        assert_eq!(got.data(), [want, [1.0, 0.0, 0.0, 0.0]].concat(), "{row:?}");
        let columns = x.transpose();
        assert_eq!(columns.tie_weights(&columns.max_axes(&[0], true), &[0]).transpose(), got, "{row:?}");
    }
    let x = numbers::<f32>(&[2, 3, 4], 1);
    let weights = x.tie_weights(&x.max_axes(&[0, 2], true), &[0, 2]);
    assert_eq!(weights.sum_axes(&[0, 2], false).data(), [1.0; 3]);
}
