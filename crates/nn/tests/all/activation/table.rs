//! Every activation that is a function of one number, beside that function.

use proptest::prelude::*;
use rappel_nn::autodiff::{Tape, Tensor, Var};
use rappel_nn::{
    Celu, Elu, Gelu, GeluTanh, Hardshrink, Hardsigmoid, Hardswish, Hardtanh, Layer, LayerExt, LeakyRelu, LogSigmoid,
    Mish, PRelu, RRelu, Relu, Relu6, Selu, Sigmoid, Silu, Softplus, Softshrink, Softsign, Tanh, Tanhshrink, Threshold,
};
use rappel_testkit::strategies::{MARGIN, config, one};
use rappel_testkit::{gradcheck, gradgradcheck};

use crate::panics::panic_here;

/// A layer, its kind, its function, and where that has kinks or jumps.
type Row = (Box<dyn Layer<f64>>, &'static str, fn(f64) -> f64, &'static [f64]);

/// A layer in either number type.
fn row<L: Layer<f64> + 'static>(layer: L, kind: &'static str, f: fn(f64) -> f64, kinks: &'static [f64]) -> Row {
    (Box::new(layer), kind, f, kinks)
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

/// The probability that a standard normal number is below `x`, by a sum over a fine grid.
fn normal_below(x: f64) -> f64 {
    let (n, low) = (20_000, -12.0);
    let width = (x - low) / f64::from(n);
    let density = |t: f64| (-t * t / 2.0).exp() / std::f64::consts::TAU.sqrt();
    // Simpson's rule.
    let sum: f64 = (0..n)
        .map(|i| {
            let a = low + width * f64::from(i);
            density(a) + 4.0 * density(a + width / 2.0) + density(a + width)
        })
        .sum();
    sum * width / 6.0
}

fn table() -> Vec<Row> {
    vec![
        row(Relu, "Relu", |x| x.max(0.0), &[0.0]),
        row(Relu6, "Relu6", |x| x.clamp(0.0, 6.0), &[0.0, 6.0]),
        row(Tanh, "Tanh", f64::tanh, &[]),
        row(Tanhshrink, "Tanhshrink", |x| x - x.tanh(), &[]),
        row(Sigmoid, "Sigmoid", sigmoid, &[]),
        row(LogSigmoid, "LogSigmoid", |x| sigmoid(x).ln(), &[]),
        row(Softsign, "Softsign", |x| x / (1.0 + x.abs()), &[0.0]),
        row(
            Selu,
            "Selu",
            |x| 1.050_700_987_355_480_5 * if x > 0.0 { x } else { 1.673_263_242_354_377_3 * x.exp_m1() },
            &[0.0],
        ),
        row(Gelu, "Gelu", |x| x * normal_below(x), &[]),
        row(
            GeluTanh,
            "GeluTanh",
            |x| x * (1.0 + (std::f64::consts::FRAC_2_PI.sqrt() * (x + 0.044_715 * x.powi(3))).tanh()) / 2.0,
            &[],
        ),
        row(Silu, "Silu", |x| x * sigmoid(x), &[]),
        row(Mish, "Mish", |x| x * softplus(x).tanh(), &[]),
        row(Hardsigmoid, "Hardsigmoid", |x| (x / 6.0 + 0.5).clamp(0.0, 1.0), &[-3.0, 3.0]),
        row(Hardswish, "Hardswish", |x| x * (x / 6.0 + 0.5).clamp(0.0, 1.0), &[-3.0, 3.0]),
        row(LeakyRelu::default(), "LeakyRelu(0.01)", |x| if x > 0.0 { x } else { 0.01 * x }, &[0.0]),
        row(LeakyRelu::new(-0.5), "LeakyRelu(-0.5)", |x| if x > 0.0 { x } else { -0.5 * x }, &[0.0]),
        row(Elu::default(), "Elu(1)", |x| if x > 0.0 { x } else { x.exp_m1() }, &[0.0]),
        row(Elu::new(1.5), "Elu(1.5)", |x| if x > 0.0 { x } else { 1.5 * x.exp_m1() }, &[0.0]),
        row(Celu::default(), "Celu(1)", |x| if x > 0.0 { x } else { x.exp_m1() }, &[0.0]),
        row(Celu::new(0.5), "Celu(0.5)", |x| if x > 0.0 { x } else { 0.5 * (x / 0.5).exp_m1() }, &[0.0]),
        row(Softplus::default(), "Softplus(1)", softplus, &[]),
        row(
            Softplus::new(2.0).threshold(3.0),
            "Softplus(2)",
            |x| if 2.0 * x > 3.0 { x } else { softplus(2.0 * x) / 2.0 },
            &[1.5],
        ),
        row(Hardtanh::default(), "Hardtanh(-1, 1)", |x| x.clamp(-1.0, 1.0), &[-1.0, 1.0]),
        row(Hardtanh::new(-0.5, 2.0), "Hardtanh(-0.5, 2)", |x| x.clamp(-0.5, 2.0), &[-0.5, 2.0]),
        row(Hardshrink::default(), "Hardshrink(0.5)", |x| if x.abs() > 0.5 { x } else { 0.0 }, &[-0.5, 0.5]),
        row(Hardshrink::new(1.0), "Hardshrink(1)", |x| if x.abs() > 1.0 { x } else { 0.0 }, &[-1.0, 1.0]),
        row(Softshrink::default(), "Softshrink(0.5)", |x| x.signum() * (x.abs() - 0.5).max(0.0), &[-0.5, 0.5]),
        row(Softshrink::new(1.0), "Softshrink(1)", |x| x.signum() * (x.abs() - 1.0).max(0.0), &[-1.0, 1.0]),
        row(Threshold::new(0.3, -7.0), "Threshold(0.3, -7)", |x| if x > 0.3 { x } else { -7.0 }, &[0.3]),
        row(PRelu::new(), "PRelu(1)", |x| if x > 0.0 { x } else { 0.25 * x }, &[0.0]),
        // In evaluation mode.
        row(
            RRelu::default(),
            "RRelu(0.125, 0.3333333333333333)",
            |x| if x > 0.0 { x } else { (0.125 + 1.0 / 3.0) / 2.0 * x },
            &[0.0],
        ),
    ]
}

#[test]
fn layers_are_their_functions() {
    let x = Tensor::from([-8.0, -3.1, -2.0, -0.7, -0.1, 0.4, 0.9, 2.2, 3.3, 7.0]);
    for (layer, kind, f, _) in table() {
        assert_eq!(layer.kind(), kind);
        let tape = Tape::default();
        let y = layer.forward(tape.input(&x)).value();
        for (&x, &y) in x.data().iter().zip(y.data()) {
            assert!((y - f(x)).abs() < 1e-13 * y.abs().max(1.0), "{kind} at {x}: {y}, not {}", f(x));
        }
        let report = layer.check(&[2, 0, 3]).unwrap();
        assert_eq!(report.output[..], [2, 0, 3], "{kind}");
    }
    let tape = Tape::new();
    let single: Var<'_, f32> = Relu6.forward(tape.input(&Tensor::from([-1.0, 2.0, 9.0])));
    assert_eq!(single.value().data(), [0.0, 2.0, 6.0]);
}

/// PyTorch's choices where a function has a kink: value and derivative.
#[test]
fn kinks_are_pytorchs() {
    let cases: [(&dyn Layer<f64>, f64, f64, f64); 16] = [
        (&Relu, 0.0, 0.0, 0.0),
        (&Relu6, 0.0, 0.0, 0.0),
        (&Relu6, 6.0, 6.0, 0.0),
        (&Hardtanh::new(-2.0, 3.0), -2.0, -2.0, 0.0),
        (&Hardtanh::new(-2.0, 3.0), 3.0, 3.0, 0.0),
        (&LeakyRelu::new(0.2), 0.0, 0.0, 0.2),
        (&Hardshrink::default(), 0.5, 0.0, 0.0),
        (&Hardshrink::default(), -0.5, 0.0, 0.0),
        (&Softshrink::default(), 0.5, 0.0, 0.0),
        (&Softshrink::default(), -0.5, 0.0, 0.0),
        (&Threshold::new(1.0, 5.0), 1.0, 5.0, 0.0),
        (&Softplus::default(), 20.5, 20.5, 1.0),
        (
            &Softplus::default().threshold(f64::INFINITY),
            20.0,
            20.0 + (-20.0_f64).exp().ln_1p(),
            1.0 / (1.0 + (-20.0_f64).exp()),
        ),
        (&Hardsigmoid, 3.0, 1.0, 0.0),
        (&PRelu::new(), 0.0, 0.0, 0.25),
        (&Elu::new(2.0), 0.0, 0.0, 2.0),
    ];
    for (layer, at, value, slope) in cases {
        let tape = Tape::default();
        let x = tape.var(&Tensor::scalar(at));
        let y = layer.forward(x);
        let got = (y.item(), y.backward().wrt(x).unwrap().item());
        assert!(
            (got.0 - value).abs() < 1e-15 * value.abs().max(1.0) && got.1 == slope,
            "{} at {at}: {got:?}",
            layer.kind()
        );
    }
}

#[test]
fn nan_stays_nan_and_infinities_have_values() {
    for (layer, kind, ..) in table() {
        let tape = Tape::default();
        let y = layer.forward(tape.input(&Tensor::from([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]))).value();
        assert!(y.data()[0].is_nan(), "{kind}");
        // Infinity less its tangent, or less itself held back, is infinity still.
        assert!(!y.data()[1].is_nan() && !y.data()[2].is_nan(), "{kind}: {:?}", y.data());
    }
}

#[test]
fn numbers_without_sense_are_refused_at_the_users_line() {
    assert_eq!(panic_here!(Softplus::new(0.0)), "Softplus::new(0): beta must be finite and not 0");
    assert!(panic_here!(Softplus::default().threshold(f64::NAN)).starts_with("Softplus::threshold: "));
    assert!(panic_here!(Hardtanh::new(1.0, 0.0)).starts_with("Hardtanh::new(1, 0): "));
    assert!(panic_here!(Hardshrink::new(-1.0)).starts_with("Hardshrink::new(-1): "));
    assert!(panic_here!(Softshrink::new(f64::NAN)).starts_with("Softshrink::new(NaN): "));
    assert!(panic_here!(RRelu::new(0.5, 0.1)).starts_with("RRelu::new(0.5, 0.1): "));
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[2]));
    assert!(panic_here!(LeakyRelu::new(f64::NAN).forward(x)).contains("NaN"));
    assert!(panic_here!(Celu::new(0.0).forward(x)).contains("alpha"));
}

proptest! {
    #![proptest_config(config(12, file!()))]

    #[test]
    fn gradients_are_right(x in one(-8.0..8.0)) {
        for (layer, kind, _, kinks) in table() {
            let x = x.map(|&x| {
                let near = kinks.iter().find(|&&k| (x - k).abs() < MARGIN);
                near.map_or(x, |&k| k + MARGIN.copysign(x - k) * 2.0)
            });
            gradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(format!("{kind}: {e}")))?;
            gradgradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(format!("{kind}: {e}")))?;
        }
    }
}
