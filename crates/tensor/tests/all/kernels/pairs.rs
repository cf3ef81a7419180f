//! Functions of two values under broadcasting, against loops over indices.

use proptest::prelude::*;
use rappel_tensor::elem::{Binary, Consts, rows};
use rappel_tensor::shape::broadcast;
use rappel_tensor::{Float, Side, Tensor};

use crate::naive::{assert_same, build, look, numbers, numbers_and_edges, shapes, soiled, stretched};

const K: Consts = [0.0; 2];

fn check<O: Binary, T: Float>(a: &[usize], b: &[usize]) {
    let what = format!("{} of {} {a:?} and {b:?}", O::NAME, T::NAME);
    let shape = broadcast(a, b).expect("a case of shapes that fit");
    let n = shape.iter().product();
    let (a, b) = (soiled(&numbers_and_edges::<T>(a, 1), n), numbers_and_edges::<T>(b, 2));
    let y = a.binary::<O>(&b, K);
    assert_same(&y, &build(&shape, |i| O::f(look(&a, i), look(&b, i), K)), &what);

    let g = numbers::<T>(&shape, 3);
    for side in [Side::A, Side::B] {
        let pulled = build(&shape, |i| {
            let (g, a, b, y) = (look(&g, i), look(&a, i), look(&b, i), look(&y, i));
            match side {
                Side::A => O::chain_a(g, a, b, y, K),
                Side::B => O::chain_b(g, a, b, y, K),
            }
        });
        assert_same(&Tensor::binary_chain::<O>(side, &g, &a, &b, &y, K), &pulled, &format!("{what}, {side:?}"));
        if a.shape() == b.shape() {
            let start = numbers::<T>(&shape, 4);
            let mut sum = start.clone();
            sum.add_binary_chain::<O>(side, &g, &a, &b, &y, K);
            assert_same(&sum, &build(&shape, |i| look(&start, i) + look(&pulled, i)), &format!("{what}, {side:?}"));
        }
    }
}

fn check_rows(a: &[usize], b: &[usize]) {
    macro_rules! each {
        ($($row:ident)*) => { $(
            check::<rows::$row, f32>(a, b);
            check::<rows::$row, f64>(a, b);
        )* };
    }
    each! {
        Add Sub Mul Div Pow Min Max SquaredDifference BceWithLogits Hypot Atan2 LogAddExp XLogY Remainder Fmod Lerp PRelu Glu
        SwiGlu
    }
}

#[test]
fn every_row_matches_loops_for_each_pattern_of_broadcasting() {
    let many: Vec<usize> = (0..11).map(|i| 1 + i % 2).collect();
    let other: Vec<usize> = (0..11).map(|i| 2 - i % 2).collect();
    let cases: [(&[usize], &[usize]); 26] = [
        (&[], &[]),
        (&[0], &[0]),
        (&[0], &[1]),
        (&[], &[0]),
        (&[3, 0], &[3, 1]),
        (&[1], &[1, 1, 1]),
        (&[15], &[15]),
        (&[16], &[]),
        (&[], &[17]),
        (&[4, 17], &[17]),
        (&[17], &[4, 17]),
        (&[4, 17], &[4, 1]),
        (&[4, 1], &[4, 17]),
        (&[4, 1], &[1, 17]),
        (&[1, 17], &[4, 1]),
        (&[2, 3, 5], &[3, 1]),
        (&[2, 3, 5], &[2, 1, 5]),
        (&[2, 1, 5], &[2, 3, 5]),
        (&[2, 1, 3, 1, 2], &[1, 4, 1, 5, 1]),
        (&[1, 4, 1, 5, 1], &[2, 1, 3, 1, 2]),
        (&[2, 1, 3, 1, 2], &[5, 1]),
        (&[2, 4, 3, 5, 2], &[1, 4, 1, 5, 1]),
        (&[2, 0, 3, 1], &[1, 1, 3, 4]),
        (&[1, 1, 2], &[2, 1, 1, 1]),
        (&many, &other),
        (&other, &many),
    ];
    for (a, b) in cases {
        check_rows(a, b);
    }
}

#[test]
fn more_alternations_than_the_walk_counts_are_walked_too() {
    // Fourteen runs, more than the eight an odometer has room for, and axes of size 1 behind them.
    let rank = 20;
    let a: Vec<usize> = (0..rank).map(|i| if i % 2 == 0 && i < 14 { 2 } else { 1 }).collect();
    let b: Vec<usize> = (0..rank).map(|i| if i % 2 == 1 && i < 14 { 2 } else { 1 }).collect();
    check::<rows::Sub, f64>(&a, &b);
    check::<rows::Div, f32>(&b, &a);
}

fn fitting() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    shapes().prop_flat_map(|shape| (stretched(&shape), stretched(&shape)))
}

proptest! {
    #[test]
    fn any_shapes_that_fit_match_loops((a, b) in fitting()) {
        check_rows(&a, &b);
    }
}

#[test]
fn the_left_buffer_is_reused_when_unique_and_equal_in_shape() {
    type Owned = fn(Tensor, &Tensor) -> Tensor;
    let ops: [(Owned, [f32; 2]); 8] = [
        (|x, y| x + y, [5.0, 7.0]),
        (|x, y| x - y, [-3.0, -3.0]),
        (|x, y| x * y, [4.0, 10.0]),
        (|x, y| x / y, [0.25, 0.4]),
        (|x, y| x + y.clone(), [5.0, 7.0]),
        (|x, y| x - y.clone(), [-3.0, -3.0]),
        (|x, y| x * y.clone(), [4.0, 10.0]),
        (|x, y| x / y.clone(), [0.25, 0.4]),
    ];
    let y = Tensor::from([4.0, 5.0]);
    for (i, (op, want)) in ops.into_iter().enumerate() {
        let x = Tensor::from([1.0, 2.0]);
        let place = x.data().as_ptr();
        let z = op(x, &y);
        assert_eq!((z.data(), z.data().as_ptr()), (&want[..], place), "case {i}");

        let x = Tensor::from([1.0, 2.0]);
        let held = x.clone();
        let z = op(x, &y);
        assert_eq!((z.data(), held.data(), y.data()), (&want[..], &[1.0, 2.0][..], &[4.0, 5.0][..]), "case {i}");

        let z = op(Tensor::from([[1.0, 2.0]]), &y);
        assert_eq!((z.data(), z.shape()), (&want[..], &[1, 2][..]), "case {i}, broadcast");
    }
    let doubled = |x: Tensor| x.clone() + &x;
    assert_eq!(doubled(y).data(), [8.0, 10.0]);
}

#[test]
fn operands_by_reference_are_left_alone() {
    let (x, y) = (Tensor::from([1.0_f64, 2.0]), Tensor::from([4.0, 5.0]));
    for (got, want) in
        [(&x + &y, [5.0, 7.0]), (&x - y.clone(), [-3.0, -3.0]), (&x * &y, [4.0, 10.0]), (&y / &x, [4.0, 2.5])]
    {
        assert_eq!(got.data(), want);
    }
    assert_eq!((x.data(), y.data()), (&[1.0, 2.0][..], &[4.0, 5.0][..]));
    assert_eq!((x.minimum(&y).data(), x.maximum(&y).data()), (x.data(), y.data()));
}
