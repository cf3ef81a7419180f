//! Largest values, and sums of exponentials.

use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// `method(arguments) of values in a shape => values; gradient`
macro_rules! edges {
    ($($f:ident($($arg:expr),*) of $x:expr, $shape:expr => $y:expr; $d:expr)*) => { $({
        let x = Tensor::new($x, &$shape);
        let name = format!("{} of {x:?}", stringify!($f($($arg),*)));
        check(&name, |x| x[0].$f($($arg),*), |x| x[0].$f($($arg),*), std::slice::from_ref(&x), (&$y, &[&$d]));
    })* };
}

#[test]
fn equals_share_evenly() {
    edges! {
        max() of [1.0, 3.0, 3.0, 2.0], [4] => [3.0]; [0.0, 0.5, 0.5, 0.0]
        min() of [1.0, 3.0, 1.0, 1.0, 1.0], [5] => [1.0]; [0.25, 0.0, 0.25, 0.25, 0.25]
        max() of [7.0; 8], [2, 4] => [7.0]; [0.125; 8]
        max_axes(&[0], false) of [1.0, 5.0, 1.0, 4.0], [2, 2] => [1.0, 5.0]; [0.5, 1.0, 0.5, 0.0]
        max_axes(&[1], true) of [1.0, 5.0, 4.0, 4.0], [2, 2] => [5.0, 4.0]; [0.0, 1.0, 0.5, 0.5]
        max() of [-INF, -INF], [2] => [-INF]; [0.5, 0.5]
        max() of [INF, 1.0, INF], [3] => [INF]; [0.5, 0.0, 0.5]
        max() of [-0.0, 0.0], [2] => [0.0]; [0.5, 0.5]
    }
}

#[test]
fn nan_wins_and_takes_the_gradient() {
    edges! {
        max() of [1.0, NAN, 3.0], [3] => [NAN]; [0.0, 1.0, 0.0]
        min() of [1.0, NAN, 3.0, NAN], [4] => [NAN]; [0.0, 0.5, 0.0, 0.5]
        max_axes(&[-1], false) of [1.0, NAN, 3.0, 2.0], [2, 2] => [NAN, 3.0]; [0.0, 1.0, 1.0, 0.0]
    }
}

/// An infinite cotangent reaches the largest value; the others get 0, not 0 times infinity.
#[test]
fn losers_are_selected_not_multiplied() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([1.0, 3.0, 2.0]));
    let inf = Tensor::scalar(INF);
    let recorded = x.max().grad_with(tape.input(&inf), &[x])[0].value();
    let eager = x.max().backward_with(&inf);
    for g in [&recorded, eager.wrt(x).unwrap()] {
        assert_eq!(g.data(), [0.0, INF, 0.0]);
    }
}

#[test]
fn logsumexp_of_infinities() {
    let ln_2 = std::f64::consts::LN_2;
    edges! {
        logsumexp(0, false) of [-INF, -INF, -INF], [3] => [-INF]; [0.0, 0.0, 0.0]
        logsumexp(0, false) of [-INF, 2.0], [2] => [2.0]; [0.0, 1.0]
        logsumexp(1, true) of [-INF, -INF, 0.0, 0.0], [2, 2] => [-INF, ln_2]; [0.0, 0.0, 0.5, 0.5]
        logsumexp(0, true) of [-INF, 0.0, -INF, 0.0], [2, 2] => [-INF, ln_2]; [0.0, 0.5, 0.0, 0.5]
        logsumexp(0, false) of [1000.0, 1000.0], [2] => [1000.0 + ln_2]; [0.5, 0.5]
        logsumexp(0, false) of [-1000.0, -1000.0], [2] => [-1000.0 + ln_2]; [0.5, 0.5]
    }
    let of = |x: [f64; 2]| Tensor::from(x).logsumexp(0, false).item();
    assert_eq!((of([INF, 0.0]), of([INF, INF])), (INF, INF));
    assert!(of([NAN, 0.0]).is_nan() && of([NAN, INF]).is_nan() && of([-INF, NAN]).is_nan());
}

/// A row of `-inf` passes nothing, to any order and in every mode.
#[test]
fn logsumexp_of_nothing_likely_has_finite_second_derivatives() {
    let x = Tensor::new([-INF, -INF, 0.0, 0.0], &[2, 2]);
    let tape = Tape::<f64>::default();
    let at = tape.var(&x);
    let first = at.logsumexp(1, false).grad_with(tape.input(&Tensor::from([1.0, 1.0])), &[at])[0];
    let weights = Tensor::new([1.0, 2.0, 3.0, 5.0], &[2, 2]);
    let second = (first * tape.input(&weights)).sum().grad(&[at])[0].value();
    // The Hessian of the second row is diag(p) - p p^T with p = 1/2.
    expect("second derivative", &second, &[0.0, 0.0, -0.5, 0.5]);
    let (g, hv) = hvp(|x| x.logsumexp(1, false).sum(), &x, &weights);
    expect("gradient beside a Hessian product", &g, &[0.0, 0.0, 0.5, 0.5]);
    expect("Hessian product", &hv, &[0.0, 0.0, -0.5, 0.5]);
    let (_, d) = jvp(|x| x.logsumexp(1, false), &x, &weights);
    expect("tangent", &d, &[0.0, 4.0]);
}
