//! Functions of one number.

use rappel_autodiff::Tensor;

use super::{agrees, check, forward};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// `function(arguments) at x => value, derivative;`
macro_rules! edges {
    ($($f:ident($($arg:expr),*) at $x:expr => $y:expr, $d:expr;)*) => { $({
        let name = format!("{}{:?} at {:?}", stringify!($f), ($($arg,)*), $x);
        check(&name, |x| x[0].$f($($arg),*), |x| x[0].$f($($arg),*), &[Tensor::scalar($x)], (&[$y], &[&[$d]]));
        let d = forward(|x| x.$f($($arg),*), $x);
        assert!(agrees(d, $d, f64::EPSILON), "{name}, forward: {d} found, {} expected", $d);
    })* };
}

#[test]
fn kinks_and_jumps() {
    edges! {
        relu() at 0.0 => 0.0, 0.0;
        relu() at -0.0 => 0.0, 0.0;
        relu() at INF => INF, 1.0;
        relu() at -INF => 0.0, 0.0;
        abs() at 0.0 => 0.0, 0.0;
        abs() at -0.0 => 0.0, 0.0;
        abs() at -INF => INF, -1.0;
        floor() at 1.0 => 1.0, 0.0;
        floor() at -0.5 => -1.0, 0.0;
        clamp(-0.5, 1.0) at -0.5 => -0.5, 1.0;
        clamp(-0.5, 1.0) at 1.0 => 1.0, 1.0;
        clamp(-0.5, 1.0) at -0.625 => -0.5, 0.0;
        clamp(-0.5, 1.0) at 1.125 => 1.0, 0.0;
        clamp(2, 2) at 2.0 => 2.0, 1.0;
    }
}

#[test]
fn roots_and_powers_at_zero() {
    edges! {
        sqrt() at 0.0 => 0.0, INF;
        sqrt() at -1.0 => NAN, NAN;
        recip() at 0.0 => INF, -INF;
        powi(0) at 0.0 => 1.0, 0.0;
        powi(1) at 0.0 => 0.0, 1.0;
        powi(2) at 0.0 => 0.0, 0.0;
        powi(3) at 0.0 => 0.0, 0.0;
        powi(5) at -2.0 => -32.0, 80.0;
        powi(-1) at 0.0 => INF, -INF;
        powi(-2) at -2.0 => 0.25, 0.25;
        powf(0.0) at 0.0 => 1.0, 0.0;
        powf(0.5) at 0.0 => 0.0, INF;
        powf(1.0) at 0.0 => 0.0, 1.0;
        powf(2.5) at 0.0 => 0.0, 0.0;
        powf(-1.5) at 0.0 => INF, -INF;
        powf(3.0) at -2.0 => -8.0, 12.0;
        powf(0.5) at -1.0 => NAN, NAN;
        ln() at 0.0 => -INF, INF;
        ln() at -1.0 => NAN, -1.0;
        ln_1p() at -1.0 => -INF, INF;
    }
}

#[test]
fn nothing_overflows_or_cancels() {
    edges! {
        sigmoid() at 1000.0 => 1.0, 0.0;
        sigmoid() at -1000.0 => 0.0, 0.0;
        sigmoid() at 0.0 => 0.5, 0.25;
        softplus() at 1000.0 => 1000.0, 1.0;
        softplus() at -1000.0 => 0.0, 0.0;
        softplus() at 0.0 => std::f64::consts::LN_2, 0.5;
        tanh() at 1000.0 => 1.0, 0.0;
        tanh() at -INF => -1.0, 0.0;
        tanh() at 2f64.powi(-60) => 2f64.powi(-60), 1.0;
        expm1() at 2f64.powi(-60) => 2f64.powi(-60), 1.0;
        ln_1p() at 2f64.powi(-60) => 2f64.powi(-60), 1.0;
        exp() at 1000.0 => INF, INF;
        exp() at -INF => 0.0, 0.0;
        expm1() at -INF => -1.0, 0.0;
    }
}

type Function = fn(Tensor<f64>) -> Tensor<f64>;

/// NaN is not swallowed, whatever Rust's own `max` does.
#[test]
fn nan_stays_nan() {
    let functions: [(&str, Function); 8] = [
        ("relu", |x| x.unary::<rappel_autodiff::elem::rows::Relu>([0.0; 2])),
        ("clamp", |x| x.unary::<rappel_autodiff::elem::rows::Clamp>([-1.0, 1.0])),
        ("abs", |x| x.unary::<rappel_autodiff::elem::rows::Abs>([0.0; 2])),
        ("softplus", |x| x.unary::<rappel_autodiff::elem::rows::Softplus>([0.0; 2])),
        ("sigmoid", |x| x.unary::<rappel_autodiff::elem::rows::Sigmoid>([0.0; 2])),
        ("tanh", |x| x.unary::<rappel_autodiff::elem::rows::Tanh>([0.0; 2])),
        ("floor", |x| x.unary::<rappel_autodiff::elem::rows::Floor>([0.0; 2])),
        ("max", |x| x.max()),
    ];
    for (name, f) in functions {
        // Among other values, so that a lane of a vector is judged and not only a scalar.
        for at in [0, 7, 15, 16] {
            let mut x = Tensor::full(&[17], 0.5);
            x.data_mut()[at] = NAN;
            let y = f(x);
            assert!(y.data()[at.min(y.len() - 1)].is_nan(), "{name} lost a NaN at {at}");
        }
    }
}

/// A zero cotangent at the root of 0 is 0 times infinity: documented, and mended by selecting the argument first.
#[test]
fn a_guarded_root_has_a_finite_gradient() {
    check(
        "guarded sqrt",
        |x| {
            let positive = x[0].gt(0.0);
            positive.where_cond(positive.where_cond(x[0], 1.0).sqrt(), 0.0)
        },
        |x| {
            let positive = x[0].gt(0.0);
            positive.where_cond(positive.where_cond(x[0], 1.0).sqrt(), 0.0)
        },
        &[Tensor::from([0.0, 4.0])],
        (&[0.0, 2.0], &[&[0.0, 0.25]]),
    );
}
