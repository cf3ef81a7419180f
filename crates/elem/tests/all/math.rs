//! Accuracy of the `f32` functions against `f64`.

use crate::close::ulps;
use rappel_elem::{Elem, math};
use std::thread;

struct Function {
    name: &'static str,
    /// The bound its documentation states, in ulps.
    bound: f64,
    f: fn(f32) -> f32,
    exact: fn(f64) -> f64,
}

const FUNCTIONS: [Function; 25] = [
    Function { name: "exp", bound: 0.991, f: math::exp, exact: f64::exp },
    Function { name: "expm1", bound: 1.57, f: math::expm1, exact: f64::exp_m1 },
    Function { name: "ln", bound: 0.835, f: math::ln, exact: f64::ln },
    Function { name: "ln_1p", bound: 0.864, f: math::ln_1p, exact: f64::ln_1p },
    Function { name: "tanh", bound: 1.34, f: math::tanh, exact: f64::tanh },
    Function { name: "sigmoid", bound: 1.84, f: math::sigmoid, exact: |x| 1.0 / (1.0 + (-x).exp()) },
    Function { name: "sin", bound: 0.501, f: math::sin, exact: f64::sin },
    Function { name: "cos", bound: 0.501, f: math::cos, exact: f64::cos },
    Function { name: "tan", bound: 0.501, f: math::tan, exact: f64::tan },
    Function { name: "asin", bound: 0.501, f: math::asin, exact: f64::asin },
    Function { name: "acos", bound: 0.501, f: math::acos, exact: f64::acos },
    Function { name: "atan", bound: 0.501, f: math::atan, exact: f64::atan },
    Function { name: "sinh", bound: 0.52, f: math::sinh, exact: f64::sinh },
    Function { name: "cosh", bound: 0.501, f: math::cosh, exact: f64::cosh },
    Function { name: "asinh", bound: 0.501, f: math::asinh, exact: f64::asinh },
    Function { name: "acosh", bound: 0.501, f: math::acosh, exact: Elem::acosh },
    Function { name: "atanh", bound: 0.501, f: math::atanh, exact: f64::atanh },
    Function { name: "erf", bound: 0.501, f: math::erf, exact: Elem::erf },
    Function { name: "erfc", bound: 0.502, f: math::erfc, exact: Elem::erfc },
    Function { name: "exp2", bound: 1.19, f: math::exp2, exact: f64::exp2 },
    Function { name: "log2", bound: 0.501, f: math::log2, exact: f64::log2 },
    Function { name: "atan2 2", bound: 0.501, f: |x| math::atan2(x, -2.0), exact: |x| x.atan2(-2.0) },
    Function { name: "hypot 2", bound: 0.501, f: |x| math::hypot(x, 2.0), exact: |x| x.hypot(2.0) },
    Function { name: "powi 3", bound: 1.29, f: |x| math::powi(x, 3), exact: |x| x * x * x },
    Function { name: "powi -5", bound: 0.501, f: |x| math::powi(x, -5), exact: |x| 1.0 / (x * x * x * x * x) },
];

/// The largest error over every `stride`-th bit pattern of `range`, and where it is.
fn worst(function: &Function, range: std::ops::Range<u64>, stride: usize) -> (f64, f32) {
    range.step_by(stride).fold((0.0, 0.0), |worst, bits| {
        let x = f32::from_bits(bits as u32);
        let error = ulps((function.f)(x), (function.exact)(f64::from(x)));
        if error > worst.0 { (error, x) } else { worst }
    })
}

fn check(stride: usize) {
    let quarter = 1u64 << 30;
    for function in &FUNCTIONS {
        let (error, x) = thread::scope(|scope| {
            let parts: Vec<_> =
                (0..4).map(|i| scope.spawn(move || worst(function, i * quarter..(i + 1) * quarter, stride))).collect();
            parts.into_iter().map(|part| part.join().unwrap()).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
        });
        eprintln!("{:8} {error:.4} ulp at {x:e}", function.name);
        assert!(error <= function.bound, "{} is {error} ulp off at {x:e}, not {}", function.name, function.bound);
    }
}

/// A prime stride, so that all low bits occur: eight million arguments for each function. `RAPPEL_ULP_STRIDE=1` takes them all.
#[test]
fn errors_stay_below_the_documented_bounds() {
    let stride =
        std::env::var("RAPPEL_ULP_STRIDE").map_or(499, |s| s.parse().expect("RAPPEL_ULP_STRIDE is a whole number"));
    check(stride);
}

#[test]
fn every_argument_next_to_an_edge_is_accurate() {
    let edges = [0.0, 0.5f32.sqrt(), 0.625, 1.0, 9.02, 10.0, 17.33, 20.0, 87.33654, 88.72284, 89.0, 103.97209, 104.0];
    let edges = edges.into_iter().chain([
        0.015_625,
        0.25,
        0.5,
        0.414_213_57,
        2.414_213_7,
        3.92,
        9.2,
        10.055,
        11.0,
        89.416,
        120.0,
    ]);
    let edges = edges.chain([
        126.0,
        128.0,
        129.0,
        149.0,
        150.0,
        std::f32::consts::FRAC_PI_2,
        std::f32::consts::PI,
        16_777_216.0,
        1e30,
    ]);
    let edges = edges.chain([f32::MIN_POSITIVE, f32::MAX, f32::INFINITY]);
    for edge in edges.flat_map(|x| [x, -x]) {
        let bits = u64::from(edge.to_bits());
        for function in &FUNCTIONS {
            let (error, x) = worst(function, bits.saturating_sub(3000)..bits + 3000, 1);
            assert!(error <= function.bound, "{} is {error} ulp off at {x:e}", function.name);
        }
    }
}

#[test]
fn values_known_exactly() {
    let inf = f32::INFINITY;
    let table: [(&str, f32, f32); 36] = [
        ("exp 0", math::exp(-0.0), 1.0),
        ("exp 89", math::exp(89.0), inf),
        ("exp inf", math::exp(inf), inf),
        ("exp -inf", math::exp(-inf), 0.0),
        ("exp, least denormal", math::exp(-103.5), f32::from_bits(1)),
        ("expm1 -inf", math::expm1(-inf), -1.0),
        ("expm1 inf", math::expm1(inf), inf),
        ("expm1, least denormal", math::expm1(f32::from_bits(1)), f32::from_bits(1)),
        ("ln 1", math::ln(1.0), 0.0),
        ("ln -0", math::ln(-0.0), -inf),
        ("ln inf", math::ln(inf), inf),
        ("ln, least denormal", math::ln(f32::from_bits(1)), -149.0 * std::f32::consts::LN_2),
        ("ln_1p -1", math::ln_1p(-1.0), -inf),
        ("ln_1p inf", math::ln_1p(inf), inf),
        ("tanh inf", math::tanh(inf), 1.0),
        ("tanh -inf", math::tanh(-inf), -1.0),
        ("exp2 10", math::exp2(10.0), 1024.0),
        ("exp2, least denormal", math::exp2(-149.0), f32::from_bits(1)),
        ("exp2 -inf", math::exp2(-inf), 0.0),
        ("log2, least denormal", math::log2(f32::from_bits(1)), -149.0),
        ("log2 -0", math::log2(-0.0), -inf),
        ("sin -0", math::sin(-0.0), -0.0),
        ("tan -0", math::tan(-0.0), -0.0),
        ("atan2 -0 -0", math::atan2(-0.0, -0.0), -std::f32::consts::PI),
        ("atan2 inf -inf", math::atan2(inf, -inf), 3.0 * std::f32::consts::FRAC_PI_4),
        ("atanh -1", math::atanh(-1.0), -inf),
        ("erf -0", math::erf(-0.0), -0.0),
        ("erfc -inf", math::erfc(-inf), 2.0),
        ("sigmoid 0", math::sigmoid(0.0), 0.5),
        ("sigmoid inf", math::sigmoid(inf), 1.0),
        ("sigmoid -inf", math::sigmoid(-inf), 0.0),
        ("powi NaN 0", math::powi(f32::NAN, 0), 1.0),
        ("powi to a denormal", math::powi(2.0, -149), f32::from_bits(1)),
        ("powi, least n", math::powi(-1.0, i32::MIN), 1.0),
        ("powf NaN 0", math::powf(f32::NAN, 0.0), 1.0),
        ("powf, odd root of a negative", math::powf(-8.0, 3.0), -512.0),
    ];
    for (name, value, expected) in table {
        assert_eq!(value.to_bits(), expected.to_bits(), "{name}: {value:e} is not {expected:e}");
    }
    let nans = [
        math::ln(-1.0),
        math::ln(-inf),
        math::ln_1p(-1.1),
        math::log2(-1.0),
        math::sin(inf),
        math::cos(-inf),
        math::tan(inf),
        math::asin(1.1),
        math::acos(-1.1),
        math::acosh(0.9),
        math::acosh(-2.0),
        math::atanh(1.1),
        math::atan2(f32::NAN, 1.0),
        math::powf(-1.0, 0.5),
    ];
    assert!(nans.iter().all(|x| x.is_nan()), "{nans:?}");
}
