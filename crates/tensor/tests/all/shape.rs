//! Shapes: what broadcasts, what remains, how axes are named.

use proptest::prelude::*;
use rappel_tensor::shape::{broadcast, count, reduced, resolve_axes, resolve_axis};

use crate::naive::{shapes, stretched};

#[test]
fn shapes_broadcast_from_the_last_axis() {
    type Case<'a> = (&'a [usize], &'a [usize], Option<&'a [usize]>);
    let cases: [Case<'_>; 16] = [
        (&[], &[], Some(&[])),
        (&[], &[3], Some(&[3])),
        (&[1], &[3], Some(&[3])),
        (&[3], &[3], Some(&[3])),
        (&[2, 3], &[3], Some(&[2, 3])),
        (&[2, 1], &[1, 3], Some(&[2, 3])),
        (&[2, 1], &[3], Some(&[2, 3])),
        (&[4, 1, 3], &[2, 1], Some(&[4, 2, 3])),
        (&[0], &[1], Some(&[0])),
        (&[0], &[], Some(&[0])),
        (&[0], &[0], Some(&[0])),
        (&[2, 1, 3, 1, 2], &[1, 4, 1, 5, 1], Some(&[2, 4, 3, 5, 2])),
        (&[2], &[3], None),
        (&[0], &[2], None),
        (&[2, 3], &[2], None),
        (&[2, 1, 3], &[4, 2], None),
    ];
    for (a, b, want) in cases {
        let want: Option<Vec<usize>> = want.map(<[usize]>::to_vec);
        assert_eq!(broadcast(a, b).map(|s| s.to_vec()), want, "{a:?} and {b:?}");
        assert_eq!(broadcast(b, a).map(|s| s.to_vec()), want, "{b:?} and {a:?}");
    }
}

proptest! {
    #[test]
    fn a_shape_broadcasts_with_what_stretches_to_it((shape, part) in shapes().prop_flat_map(|s| (Just(s.clone()), stretched(&s)))) {
        prop_assert_eq!(broadcast(&shape, &part).map(|s| s.to_vec()), Some(shape.clone()));
        prop_assert_eq!(broadcast(&part, &shape).map(|s| s.to_vec()), Some(shape));
    }
}

#[test]
fn the_count_is_the_product() {
    let cases: [(&[usize], usize); 5] = [(&[], 1), (&[1], 1), (&[2, 3], 6), (&[2, 0, 3], 0), (&[4, 5, 6], 120)];
    for (shape, n) in cases {
        assert_eq!(count(shape), n);
    }
}

#[test]
fn reduced_axes_stay_as_ones_or_go() {
    assert_eq!(reduced(&[2, 3, 4], &[0, 2], true)[..], [1, 3, 1]);
    assert_eq!(reduced(&[2, 3, 4], &[0, 2], false)[..], [3]);
    assert_eq!(reduced(&[2, 3], &[], false)[..], [2, 3]);
    assert_eq!(reduced(&[2], &[0], false).len(), 0);
    assert_eq!(reduced(&[0, 2], &[0], true)[..], [1, 2]);
}

#[test]
fn axes_count_from_either_end() {
    assert_eq!(resolve_axes("sum", &[-1, 0], 3)[..], [0, 2], "sorted");
    assert_eq!(resolve_axes("sum", &[], 0).len(), 0);
    for (axis, rank, k) in [(0, 1, 0), (-1, 1, 0), (2, 3, 2), (-3, 3, 0), (-2, 5, 3)] {
        assert_eq!(resolve_axis("sum", axis, rank), k);
    }
}
