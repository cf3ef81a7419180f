//! Functions of one number.

use rappel_autodiff::{Tape, Tensor, Var};

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
        leaky_relu(0.25) at 0.0 => 0.0, 0.25;
        elu(1.5) at 0.0 => 0.0, 1.5;
        celu(1.5) at 0.0 => 0.0, 1.0;
        selu() at 0.0 => 0.0, 1.758_099_340_847_376_6;
        hard_tanh() at 1.0 => 1.0, 0.0;
        hard_tanh() at -1.0 => -1.0, 0.0;
        hard_sigmoid() at 3.0 => 1.0, 0.0;
        hard_sigmoid() at -3.0 => 0.0, 0.0;
        hard_swish() at -3.0 => 0.0, 0.0;
        hard_swish() at 3.0 => 3.0, 1.0;
        clamp(-0.5, 1.0) at -0.5 => -0.5, 1.0;
        clamp(-0.5, 1.0) at 1.0 => 1.0, 1.0;
        clamp(-0.5, 1.0) at -0.625 => -0.5, 0.0;
        clamp(-0.5, 1.0) at 1.125 => 1.0, 0.0;
        clamp(2, 2) at 2.0 => 2.0, 1.0;
    }
}

/// Constants: no gradient reaches what is under them.
#[test]
fn steps_are_constants() {
    edges! {
        floor() at 1.0 => 1.0, 0.0;
        floor() at -0.5 => -1.0, 0.0;
        ceil() at -0.5 => 0.0, 0.0;
        trunc() at -1.5 => -1.0, 0.0;
        round() at 0.5 => 0.0, 0.0;
        round() at 1.5 => 2.0, 0.0;
        round() at -2.5 => -2.0, 0.0;
        sign() at 0.0 => 0.0, 0.0;
        sign() at -INF => -1.0, 0.0;
    }
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([0.5, -1.5]));
    let y = (x * x.floor() + x.sign()).sum();
    assert_eq!(y.backward().wrt(x).unwrap().data(), [0.0, -2.0]);
}

#[test]
fn arcs_at_their_ends() {
    use std::f64::consts::{FRAC_PI_2, PI};
    edges! {
        asin() at 1.0 => FRAC_PI_2, INF;
        asin() at -1.5 => NAN, NAN;
        acos() at -1.0 => PI, -INF;
        acos() at 1.0 => 0.0, -INF;
        atan() at -INF => -FRAC_PI_2, 0.0;
        acosh() at 1.0 => 0.0, INF;
        acosh() at 0.5 => NAN, NAN;
        atanh() at -1.0 => -INF, INF;
        tan() at INF => NAN, NAN;
    }
}

/// 2^-20 from the end of the interval, where `1 - x^2` has lost half of its digits in f32: the derivative is `1 / sqrt(d (2 - d))`.
#[test]
fn arcs_keep_the_digits_of_their_derivatives() {
    let d = 2f64.powi(-20);
    let end = 1.0 - d;
    edges! {
        asin() at end => end.asin(), (d * (2.0 - d)).sqrt().recip();
        acos() at end => end.acos(), -(d * (2.0 - d)).sqrt().recip();
        atanh() at end => end.atanh(), (d * (2.0 - d)).recip();
        acosh() at 1.0 + d => 0.001_381_067_822_247_581_1, (d * (2.0 + d)).sqrt().recip();
    }
}

#[test]
fn gates_at_infinity() {
    edges! {
        silu() at -INF => 0.0, 0.0;
        silu() at INF => INF, 1.0;
        silu() at -1000.0 => 0.0, 0.0;
        gelu() at -INF => 0.0, 0.0;
        gelu() at INF => INF, 1.0;
        gelu_tanh() at -INF => 0.0, 0.0;
        gelu_tanh() at INF => INF, 1.0;
        mish() at -INF => 0.0, 0.0;
        mish() at INF => INF, 1.0;
        mish() at 1000.0 => 1000.0, 1.0;
        hard_swish() at -INF => 0.0, 0.0;
        softsign() at -INF => -1.0, 0.0;
        elu(1.5) at -INF => -1.5, 0.0;
        celu(1.5) at -INF => -1.5, 0.0;
    }
}

/// The second derivative at an infinity is 0, not NaN.
#[test]
fn gates_are_flat_at_infinity_in_second_order() {
    type Gate = for<'t> fn(Var<'t, f64>) -> Var<'t, f64>;
    let gates: [(&str, Gate); 4] =
        [("silu", |x| x.silu()), ("gelu", |x| x.gelu()), ("gelu_tanh", |x| x.gelu_tanh()), ("mish", |x| x.mish())];
    for (name, gate) in gates {
        for end in [INF, -INF] {
            let tape = Tape::<f64>::default();
            let x = tape.var(&Tensor::scalar(end));
            let second = gate(x).grad(&[x])[0].grad(&[x])[0].item();
            assert_eq!(second, 0.0, "{name} at {end}");
        }
    }
}

/// Far on the left `x P(x)` is about `-p(x)`: 1 + erf would be 0 there.
#[test]
fn the_left_tail_of_gelu() {
    for (x, exact) in [(-6.0, -5.919_525_870_226_189e-9), (-10.0, -7.619_853_024_160_526e-23)] {
        let tape = Tape::<f64>::default();
        let y = tape.input(&Tensor::scalar(x)).gelu().item();
        assert!((y / exact - 1.0).abs() < 1e-13, "{y} at {x}");
        let tape = Tape::new();
        let y = f64::from(tape.input(&Tensor::scalar(x as f32)).gelu().item());
        // The argument, divided by the root of 2, is rounded: x^2 half ulps.
        assert!((y / exact - 1.0).abs() < 1e-5, "{y} at {x} in f32");
    }
}

#[test]
fn roots_and_powers_at_zero() {
    edges! {
        rsqrt() at 0.0 => INF, -INF;
        rsqrt() at -1.0 => NAN, NAN;
        rsqrt() at INF => 0.0, 0.0;
        log2() at 0.0 => -INF, INF;
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
        log_sigmoid() at 1000.0 => 0.0, 0.0;
        log_sigmoid() at -1000.0 => -1000.0, 1.0;
        log_sigmoid() at -INF => -INF, 1.0;
        erf() at INF => 1.0, 0.0;
        erfc() at 5.0 => 1.537_459_794_428_034_8e-12, -std::f64::consts::FRAC_2_SQRT_PI * (-25.0_f64).exp();
        erfc() at -INF => 2.0, 0.0;
        asinh() at 1e30 => 1e30_f64.asinh(), 1e-30;
        acosh() at 1e30 => 1e30_f64.acosh(), 1e-30;
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
    let functions: [(&str, Function); 21] = [
        ("relu", |x| x.unary::<rappel_autodiff::elem::rows::Relu>([0.0; 2])),
        ("clamp", |x| x.unary::<rappel_autodiff::elem::rows::Clamp>([-1.0, 1.0])),
        ("abs", |x| x.unary::<rappel_autodiff::elem::rows::Abs>([0.0; 2])),
        ("softplus", |x| x.unary::<rappel_autodiff::elem::rows::Softplus>([0.0; 2])),
        ("sigmoid", |x| x.unary::<rappel_autodiff::elem::rows::Sigmoid>([0.0; 2])),
        ("tanh", |x| x.unary::<rappel_autodiff::elem::rows::Tanh>([0.0; 2])),
        ("floor", |x| x.unary::<rappel_autodiff::elem::rows::Floor>([0.0; 2])),
        ("ceil", |x| x.ceil()),
        ("round", |x| x.round()),
        ("sign", |x| x.sign()),
        ("leaky_relu", |x| x.leaky_relu(0.1)),
        ("elu", |x| x.elu(1.0)),
        ("hard_tanh", |x| x.hard_tanh()),
        ("hard_sigmoid", |x| x.hard_sigmoid()),
        ("hard_swish", |x| x.hard_swish()),
        ("silu", |x| x.silu()),
        ("gelu", |x| x.gelu()),
        ("mish", |x| x.mish()),
        ("softsign", |x| x.softsign()),
        ("log_sigmoid", |x| x.log_sigmoid()),
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
