//! What the strategies promise.

use proptest::prelude::*;
use rappel_testkit::Plain;
use rappel_testkit::strategies::*;

proptest! {
    #![proptest_config(config(128, file!()))]

    #[test]
    fn shapes_are_small(shape in shape()) {
        prop_assert!(shape.len() <= 5 && shape.iter().all(|&n| n <= 3));
        prop_assert!(shape.iter().product::<usize>() <= 36);
    }

    #[test]
    fn pairs_broadcast((a, b) in broadcasting()) {
        Plain::from_fn(&a, |_| 0.0).zip(&Plain::from_fn(&b, |_| 0.0), |a, b| a + b);
    }

    #[test]
    fn points_are_avoided(x in away_from(&[-1.0, 0.0], 0.3, -2.0..2.0)) {
        prop_assert!(x.abs() >= 0.3 - 1e-12 && (x + 1.0).abs() >= 0.3 - 1e-12, "{}", x);
    }

    #[test]
    fn distinct_values_are_apart(x in shape().prop_flat_map(|s| distinct(&s))) {
        let mut sorted = x.data().to_vec();
        sorted.sort_by(f64::total_cmp);
        prop_assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 2.0 * MARGIN), "{:?}", sorted);
        prop_assert!(sorted.iter().all(|v| v.abs() < 2.5));
    }

    #[test]
    fn half_a_grid_apart_nothing_ties(a in gridded(0.0), b in gridded(0.1)) {
        prop_assert!((a - b).abs() >= MARGIN);
    }

    #[test]
    fn axes_are_of_the_rank(axes in axes(4)) {
        let mut front: Vec<isize> = axes.iter().map(|a| a.rem_euclid(4)).collect();
        front.sort_unstable();
        front.dedup();
        prop_assert_eq!(front.len(), axes.len());
        prop_assert!(axes.iter().all(|a| (-4..4).contains(a)));
    }

    #[test]
    fn indices_are_below_the_bound(i in indices(&[2, 3], 4)) {
        prop_assert_eq!(i.shape(), [2, 3]);
        prop_assert!(i.data().iter().all(|&i| i < 4));
    }
}
