//! Cumulative products with zeros, and sums of exponentials of infinities.

use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;

/// No division: zeros are exact, wherever they are and however many.
#[test]
fn products_with_zeros() {
    let check = |x: &[f64], y: &[f64], d: &[f64]| {
        let x = Tensor::from(x.to_vec());
        check("cumprod", |x| x[0].cumprod(0), |x| x[0].cumprod(0), std::slice::from_ref(&x), (y, &[d]));
    };
    check(&[2.0, 3.0, 4.0], &[2.0, 6.0, 24.0], &[1.0 + 3.0 + 12.0, 2.0 + 8.0, 6.0]);
    check(&[2.0, 0.0, 4.0], &[2.0, 0.0, 0.0], &[1.0, 2.0 + 8.0, 0.0]);
    check(&[0.0, 3.0, 0.0], &[0.0, 0.0, 0.0], &[1.0 + 3.0, 0.0, 0.0]);
    check(&[], &[], &[]);
}

/// The last of the products of 0, 3 and 0 has a mixed second derivative of 3 in the zeros.
#[test]
fn second_derivatives_of_products_with_two_zeros() {
    let x = Tensor::from([0.0, 3.0, 0.0]);
    for (v, want) in [([1.0, 0.0, 0.0], [0.0, 1.0, 3.0]), ([0.0, 0.0, 1.0], [3.0, 0.0, 0.0])] {
        let v = Tensor::from(v);
        expect("forward over reverse", &hvp(|x| x.cumprod(0).sum(), &x, &v).1, &want);
        let tape = Tape::<f64>::default();
        let at = tape.var(&x);
        let first = at.cumprod(0).sum().grad(&[at])[0];
        expect("reverse over reverse", &(first * tape.input(&v)).sum().grad(&[at])[0].value(), &want);
    }
}

/// What is `-inf` adds nothing and gets nothing, to any order.
#[test]
fn sums_of_exponentials_of_infinities() {
    let x = Tensor::from([-INF, -INF, 0.0, 0.0]);
    let one = std::slice::from_ref(&x);
    let want = [-INF, -INF, 0.0, std::f64::consts::LN_2];
    check("logcumsumexp", |x| x[0].logcumsumexp(0), |x| x[0].logcumsumexp(0), one, (&want, &[&[0.0, 0.0, 1.5, 0.5]]));
    let v = Tensor::from([1.0, 2.0, 3.0, 5.0]);
    // The first two results are held at -inf; of the last the Hessian is diag(p) - p p^T with p = 1/2.
    let (g, hv) = hvp(|x| x.logcumsumexp(0).slice_axis(0, 3..4).sum(), &x, &v);
    expect("gradient", &g, &[0.0, 0.0, 0.5, 0.5]);
    expect("Hessian product", &hv, &[0.0, 0.0, -0.5, 0.5]);
    expect("tangent", &jvp(|x| x.logcumsumexp(0), &x, &v).1, &[0.0, 0.0, 3.0, 4.0]);
}
