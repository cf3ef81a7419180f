//! Largest values, products, variances, norms, and sums of exponentials.

use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// `method(arguments) of values in a shape => values; gradient`
macro_rules! edges {
    ($($f:ident($($arg:expr),*)$(.$part:tt)? of $x:expr, $shape:expr => $y:expr; $d:expr)*) => { $({
        let x = Tensor::<f64>::new($x, &$shape);
        let name = format!("{} of {x:?}", stringify!($f($($arg),*)));
        let one = std::slice::from_ref(&x);
        check(&name, |x| x[0].$f($($arg),*)$(.$part)?, |x| x[0].$f($($arg),*)$(.$part)?, one, (&$y, &[&$d]));
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
        min_axes(&[1], false) of [5.0, 1.0, 4.0, 4.0], [2, 2] => [1.0, 4.0]; [0.0, 1.0, 0.5, 0.5]
        min() of [INF, INF], [2] => [INF]; [0.5, 0.5]
        norm_axes(INF, &[0], false) of [3.0, -3.0, 1.0], [3] => [3.0]; [0.5, -0.5, 0.0]
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

/// Where an index is asked for too, the gradient goes there.
#[test]
fn with_an_index_the_first_takes_all() {
    edges! {
        max_with_index(0, false).0 of [1.0, 3.0, 3.0], [3] => [3.0]; [0.0, 1.0, 0.0]
        min_with_index(0, true).0 of [1.0, 3.0, 1.0], [3] => [1.0]; [1.0, 0.0, 0.0]
        max_with_index(-1, false).0 of [1.0, NAN, NAN, 2.0], [2, 2] => [NAN, NAN]; [0.0, 1.0, 1.0, 0.0]
        median(0, false).0 of [4.0, 1.0, 2.0, 2.0], [4] => [2.0]; [0.0, 0.0, 1.0, 0.0]
        median(0, false).0 of [4.0, NAN, 2.0, NAN], [4] => [NAN]; [0.0, 1.0, 0.0, 0.0]
    }
}

/// A product has no division in its derivative, so one zero among the factors leaves its own derivative, and two leave none.
#[test]
fn products_with_zeros() {
    edges! {
        prod() of [2.0, 3.0, 4.0], [3] => [24.0]; [12.0, 8.0, 6.0]
        prod() of [2.0, 0.0, 4.0], [3] => [0.0]; [0.0, 8.0, 0.0]
        prod() of [0.0, 3.0, 0.0], [3] => [0.0]; [0.0, 0.0, 0.0]
        prod() of [], [0] => [1.0]; []
        prod_axes(&[0], false) of [2.0, 0.0, 0.0, 5.0], [2, 2] => [0.0, 0.0]; [0.0, 5.0, 2.0, 0.0]
        prod_axes(&[0, 2], true) of [2.0, 3.0, 0.0, 5.0], [2, 1, 2] => [0.0]; [0.0, 0.0, 30.0, 0.0]
    }
}

/// Counting zeros would lose this: of the product of 0, 3 and 0, the mixed second derivative in the zeros is 3.
#[test]
fn second_derivatives_of_products_with_two_zeros() {
    let x = Tensor::from([0.0, 3.0, 0.0]);
    for (v, want) in
        [([1.0, 0.0, 0.0], [0.0, 0.0, 3.0]), ([0.0, 0.0, 1.0], [3.0, 0.0, 0.0]), ([0.0, 1.0, 0.0], [0.0; 3])]
    {
        let v = Tensor::from(v);
        expect("forward over reverse", &hvp(|x| x.prod(), &x, &v).1, &want);
        let tape = Tape::<f64>::default();
        let at = tape.var(&x);
        let first = at.prod().grad(&[at])[0];
        expect("reverse over reverse", &(first * tape.input(&v)).sum().grad(&[at])[0].value(), &want);
    }
    // To the third order, with three zeros.
    let tape = Tape::<f64>::default();
    let at = tape.var(&Tensor::from([0.0, 0.0, 0.0, 2.0]));
    let first = at.prod().grad(&[at])[0].slice_axis(0, 0..1).sum();
    let second = first.grad(&[at])[0].slice_axis(0, 1..2).sum();
    expect("third derivative", &second.grad(&[at])[0].value(), &[0.0, 0.0, 2.0, 0.0]);
}

/// A deviation of 0 is the smallest there is: its derivative is 0, not 0 / 0.
#[test]
fn deviations_of_equals() {
    edges! {
        std() of [0.1; 5], [5] => [0.0]; [0.0; 5]
        std_axes(&[1], 0, false) of [2.0, 2.0, 1.0, 3.0], [2, 2] => [0.0, 1.0]; [0.0, 0.0, -0.5, 0.5]
        var() of [1.0, 2.0, 3.0], [3] => [1.0]; [-1.0, 0.0, 1.0]
    }
    let ones = Tensor::ones(&[3]);
    let (g, hv) = hvp(|x| x.std(), &Tensor::full(&[3], 0.1), &ones);
    expect("gradient", &g, &[0.0; 3]);
    expect("Hessian product", &hv, &[0.0; 3]);
}

#[test]
fn variances_of_too_few_values_are_nan() {
    edges! {
        var() of [1.0], [1] => [NAN]; [NAN]
        std_axes(&[0], 1, true) of [1.0], [1] => [NAN]; [NAN]
        var_axes(&[0], 3, false) of [1.0, 2.0], [2] => [NAN]; [NAN, NAN]
        var_axes(&[0], 0, false) of [7.0], [1] => [0.0]; [0.0]
    }
}

/// The norm at 0 has a kink; its derivatives there count as 0, to any order.
#[test]
fn norms_at_zero() {
    edges! {
        norm() of [0.0, 0.0], [2] => [0.0]; [0.0, 0.0]
        norm() of [], [0] => [0.0]; []
        norm_axes(2, &[1], false) of [0.0, 0.0, 3.0, -4.0], [2, 2] => [0.0, 5.0]; [0.0, 0.0, 0.6, -0.8]
        norm_axes(1, &[0], false) of [0.0, -2.0], [2] => [2.0]; [0.0, -1.0]
        norm_axes(3, &[0], false) of [0.0, 0.0], [2] => [0.0]; [0.0, 0.0]
        norm_axes(1.5, &[0], false) of [0.0, -2.0], [2] => [2.0]; [0.0, -1.0]
        norm_axes(0.5, &[0], false) of [0.0, 4.0], [2] => [4.0]; [0.0, 1.0]
    }
    let v = Tensor::from([1.0_f64, 2.0]);
    for p in [1.0, 1.5, 2.0, 3.0] {
        let (g, hv) = hvp(|x| x.norm_axes(p, &[0], false), &Tensor::zeros(&[2]), &v);
        expect("gradient at 0", &g, &[0.0, 0.0]);
        expect("Hessian product at 0", &hv, &[0.0, 0.0]);
        let (_, hv) = hvp(|x| x.norm_axes(p, &[0], false), &Tensor::from([0.0, 4.0]), &v);
        assert!(hv.data().iter().all(|v: &f64| v.is_finite()), "beside a 0, p = {p}: {hv}");
    }
}

/// Squares of these leave the range of `f32`; the norm and its gradient do not.
#[test]
fn norms_of_huge_and_tiny_values() {
    for scale in [1e-30, 1e30] {
        edges! {
            norm() of [3.0 * scale, -4.0 * scale], [2] => [5.0 * scale]; [0.6, -0.8]
            norm_axes(2, &[0], false) of [0.0, 3.0 * scale, 1.0, -4.0 * scale], [2, 2]
                => [1.0, 5.0 * scale]; [0.0, 0.6, 1.0, -0.8]
        }
    }
    for scale in [1e-200, 1e200] {
        let (y, g) = {
            let tape = Tape::<f64>::default();
            let x = tape.var(&Tensor::from([3.0 * scale, -4.0 * scale]));
            let y = x.norm();
            (y.value(), y.backward().wrt(x).unwrap().clone())
        };
        expect("norm", &y, &[5.0 * scale]);
        expect("gradient", &g, &[0.6, -0.8]);
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
        logsumexp_axes(&[0, 1], false) of [-INF; 4], [2, 2] => [-INF]; [0.0; 4]
        logsumexp_axes(&[0, 2], false) of [-INF, 0.0, 0.0, -INF], [2, 1, 2] => [ln_2]; [0.0, 0.5, 0.5, 0.0]
        logsumexp_axes(&[], false) of [-INF, 1.0], [2] => [-INF, 1.0]; [0.0, 1.0]
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
