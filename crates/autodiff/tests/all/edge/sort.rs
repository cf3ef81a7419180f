//! Sorting with ties, NaN and infinities.

use rappel_autodiff::{Tape, Tensor, Var};

use super::check;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Weighted, so that the gradient shows which value went where.
fn weighted<'t, T: rappel_autodiff::Float>(x: Var<'t, T>) -> Var<'t, T> {
    let n = x.shape()[0];
    x * x.tape().input(&Tensor::from_fn(&[n], |i| T::of((i + 1) as f64)))
}

#[test]
fn ties_keep_their_order_and_nan_is_the_largest() {
    let x = Tensor::from([2.0, NAN, 1.0, 2.0, -INF]);
    let one = std::slice::from_ref(&x);
    let want = [-INF, 2.0, 6.0, 8.0, NAN];
    check(
        "sort",
        |x| weighted(x[0].sort(0, false).0),
        |x| weighted(x[0].sort(0, false).0),
        one,
        (&want, &[&[3.0, 5.0, 2.0, 4.0, 1.0]]),
    );
    let want = [NAN, 4.0, 6.0, 4.0, -INF];
    check(
        "sort",
        |x| weighted(x[0].sort(0, true).0),
        |x| weighted(x[0].sort(0, true).0),
        one,
        (&want, &[&[2.0, 1.0, 4.0, 3.0, 5.0]]),
    );
    check(
        "topk",
        |x| weighted(x[0].topk(2, 0, false).0),
        |x| weighted(x[0].topk(2, 0, false).0),
        one,
        (&[-INF, 2.0], &[&[0.0, 0.0, 2.0, 0.0, 1.0]]),
    );
}

#[test]
fn the_indices_are_those_of_the_values() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([[3.0, 1.0, 2.0], [NAN, 5.0, 5.0]]));
    let (values, indices) = x.sort(1, true);
    assert_eq!(indices.data(), [0, 2, 1, 0, 1, 2]);
    assert_eq!(x.gather(1, &indices).value().data()[..3], values.value().data()[..3]);
    assert_eq!(x.argsort(1, true), indices);
    assert_eq!((x.argmax(1).data(), x.argmin(1).data()), (&[0, 0][..], &[1, 0][..]));
    assert_eq!((x.max_with_index(1, false).1, x.min_with_index(1, false).1), (x.argmax(1), x.argmin(1)));
    assert_eq!((x.median(1, true).1.data(), x.kthvalue(3, 1, false).1.data()), (&[2, 0][..], &[0, 0][..]));
}
