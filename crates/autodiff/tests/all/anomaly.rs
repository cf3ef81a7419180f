//! The first value that is not finite is found, wherever it comes up.

use proptest::prelude::*;
use rappel_autodiff::{Anomaly, AnomalyMode, Param, Pass, Tape, Tensor, Var};
use rappel_testkit::programs;
use rappel_testkit::strategies::config;

use crate::errors::panic_of;

fn looking() -> Tape {
    let tape = Tape::new();
    tape.set_anomaly_mode(AnomalyMode::Record);
    tape
}

/// The anomaly of a function at a point, forward and backward.
fn anomaly_of(f: impl for<'t> Fn(Var<'t>) -> Var<'t>, x: &[f32]) -> Option<Anomaly> {
    let tape = looking();
    f(tape.var(&Tensor::from(x.to_vec()))).sum().backward();
    tape.anomaly()
}

#[track_caller]
fn found(a: Option<Anomaly>, pass: Pass, op: &str, index: &[usize], value: f64, hint: &str) {
    let a = a.expect("an anomaly");
    assert_eq!((a.pass, a.op, &a.index[..]), (pass, op, index), "{a}");
    assert!(a.value.to_bits() == value.to_bits() || a.value.is_nan() && value.is_nan(), "{a}");
    assert!(a.hint.is_some_and(|text| text.contains(hint)), "no {hint:?} in {a}");
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn forward() {
    let at = |f: fn(Var<'_>) -> Var<'_>, x: &[f32]| anomaly_of(f, x);
    found(at(|x| x.ln(), &[1.0, 0.0]), Pass::Forward, "ln", &[1], -INF, "the logarithm of 0");
    found(at(|x| x.ln(), &[-1.0]), Pass::Forward, "ln", &[0], NAN, "negative number");
    found(at(|x| x.ln_1p(), &[0.0, -2.0]), Pass::Forward, "ln_1p", &[1], NAN, "x > -1");
    found(at(|x| x.sqrt(), &[4.0, -4.0]), Pass::Forward, "sqrt", &[1], NAN, "clamp");
    found(at(|x| x.recip(), &[0.0]), Pass::Forward, "recip", &[0], INF, "division by 0");
    found(at(|x| 1.0 / x, &[2.0, 0.0]), Pass::Forward, "div_into", &[1], INF, "division by 0");
    found(at(|x| x / x, &[1.0, 1.0, 0.0]), Pass::Forward, "div", &[2], NAN, "denominator");
    found(at(|x| x.exp(), &[100.0]), Pass::Forward, "exp", &[0], INF, "overflows above 88.7");
    found(at(|x| x.powf(0.5), &[-1.0]), Pass::Forward, "powf", &[0], NAN, "whole exponents");
    found(at(|x| x.powi(-1), &[0.0]), Pass::Forward, "powi", &[0], INF, "negative power");
    found(at(|x| x * 1e30 * 1e30, &[1.0]), Pass::Forward, "scale", &[0], INF, "beyond the largest number");
    found(
        at(|x| x.slice_axis(0, 0..0).mean() + x.sum(), &[1.0]),
        Pass::Forward,
        "mean",
        &[],
        NAN,
        "nothing to average",
    );
}

#[test]
fn backward() {
    let at = |f: fn(Var<'_>) -> Var<'_>, x: &[f32]| anomaly_of(f, x);
    found(at(|x| x.sqrt(), &[1.0, 0.0]), Pass::Backward, "sqrt", &[1], INF, "under the root");
    found(at(|x| x.powf(0.5), &[0.0]), Pass::Backward, "powf", &[0], INF, "under the root");
    found(at(|x| x.gt(0.0).where_cond(x.sqrt(), 0.0), &[0.0]), Pass::Backward, "sqrt", &[0], NAN, "where_cond");
    found(at(|x| (x * 1e-25).ln() * 1e20, &[1e-5]), Pass::Backward, "ln", &[0], INF, "clamp");
}

#[test]
fn sums_of_gradients_overflow_too() {
    let a = anomaly_of(|x| x * 3e38 + x * 3e38, &[0.0]).unwrap();
    assert_eq!((a.pass, a.op, a.value), (Pass::Backward, "scale", INF));
}

#[test]
fn all_is_well_where_all_is_finite() {
    assert!(anomaly_of(|x| x.tanh().exp().ln() * x, &[1.0, -2.0, 3.0]).is_none());
    assert!(anomaly_of(|x| x.exp(), &[]).is_none());
}

#[test]
fn recorded_gradients_are_looked_at_by_their_results() {
    let tape = looking();
    let x = tape.var(&Tensor::from([1.0, 0.0]));
    let (line, y) = (line!(), x.sqrt());
    y.sum().grad(&[x]);
    let a = tape.anomaly().unwrap();
    assert_eq!((a.pass, a.op, &a.index[..], a.at.line()), (Pass::Backward, "sqrt", &[1][..], line));
    // The rule of `pow` computes a logarithm of 0 that it does not select.
    let tape = looking();
    let (a, b) = (tape.var(&Tensor::from([0.0])), tape.var(&Tensor::from([2.0])));
    let g = a.pow(b).sum().grad(&[a, b]);
    assert_eq!((g[0].item(), g[1].item()), (0.0, 0.0));
    assert!(tape.anomaly().is_none());
}

#[test]
fn infinite_masks_are_meant() {
    let tape = looking();
    let x = tape.var(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    let mask = tape.input(&Tensor::from([[0.0, f32::NEG_INFINITY], [0.0, 0.0]]));
    let soft = (x + mask).softmax(1) + x.lt(2.0).where_cond(x, f64::NEG_INFINITY).softmax(0);
    soft.square().slice_axis(1, 0..1).sum().backward();
    let a = tape.anomaly().expect("the second column of the selection is -inf everywhere");
    assert_eq!((a.op, &a.index[..]), ("softmax", &[0, 1][..]));
    assert!(a.value.is_nan() && a.hint.unwrap().contains("-inf everywhere"), "{a}");
}

#[test]
fn what_was_bad_on_arrival() {
    let bad = Tensor::from([1.0, f32::NAN]);
    let tape = looking();
    tape.input(&bad).exp();
    found(tape.anomaly(), Pass::Arrival, "input", &[1], NAN, "data");
    let tape = looking();
    tape.input(&Tensor::from([f32::INFINITY]));
    tape.constant(f64::NAN);
    assert!(tape.anomaly().is_none(), "constants, and infinite inputs");
    tape.var(&Tensor::from([f32::INFINITY]));
    found(tape.anomaly(), Pass::Arrival, "var", &[0], INF, "");
    let (tape, net) = (looking(), [Param::new(Tensor::ones(&[2])), Param::new(bad)]);
    tape.watch(&net);
    tape.param(&net[0]);
    tape.param(&net[1]);
    assert_eq!(tape.anomaly().unwrap().place.unwrap().path, "1");
    found(tape.anomaly(), Pass::Arrival, "param", &[1], NAN, "step");
    let tape = looking();
    let x = tape.var(&Tensor::ones(&[1]));
    x.exp().backward_with(&Tensor::from([f32::INFINITY]));
    found(tape.anomaly(), Pass::Arrival, "seed", &[0], INF, "backward_with");
}

#[test]
fn the_first_is_kept_until_the_tape_is_cleared() {
    let mut tape = looking();
    let x = tape.var(&Tensor::from([0.0]));
    let y = x.ln() + x.sqrt();
    (y * -1.0).sqrt();
    y.backward();
    assert_eq!(tape.anomaly().unwrap().op, "ln");
    tape.reset();
    assert!(tape.anomaly().is_none());
    tape.var(&Tensor::from([0.0])).recip();
    assert_eq!(tape.anomaly().unwrap().op, "recip", "and the mode stays");
    tape.set_anomaly_mode(AnomalyMode::Off);
    tape.reset();
    tape.var(&Tensor::from([0.0])).recip();
    assert!(tape.anomaly().is_none());
}

#[test]
fn evidence_stands_under_broadcasting() {
    let tape = looking();
    let a = tape.var(&Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    let b = tape.var(&Tensor::from([[2.0], [0.0]]));
    let _ = a / b;
    let found = tape.anomaly().unwrap();
    assert_eq!((&found.index[..], found.value), (&[1, 0][..], INF));
    let at: Vec<_> = found.evidence.iter().map(|e| (&e.values[0].0[..], e.values[0].1)).collect();
    assert_eq!(at, [(&[1, 0][..], 4.0), (&[1, 0], 0.0)]);
    let tape = looking();
    let root = tape.var(&Tensor::from([4.0, 0.0, 9.0])).sqrt();
    (root * tape.input(&Tensor::ones(&[2, 3]))).sum().backward();
    let found = tape.anomaly().unwrap();
    assert_eq!(
        (found.op, found.evidence[0].values[0].1),
        ("sqrt", 2.0),
        "the gradient, summed over what was stretched"
    );
}

#[test]
fn other_operations_show_their_extremes() {
    let tape = looking();
    let a = tape.var(&Tensor::from([[1.0, 3e38], [0.0, -1.0]]));
    a.matmul(tape.var(&Tensor::full(&[2, 1], 3.0)));
    let found = tape.anomaly().unwrap();
    assert_eq!((found.op, &found.index[..]), ("matmul", &[0, 0][..]));
    let text = found.evidence[0].to_string();
    assert_eq!(text, "left operand, shape [2, 2]: from -1.0 at [1, 1] to 3e38 at [0, 1]");
}

#[test]
fn may_panic_at_the_line_that_did_it() {
    let tape = Tape::new();
    tape.set_anomaly_mode(AnomalyMode::Panic);
    let x = tape.var(&Tensor::from([0.0]));
    let root = x.sqrt().sum();
    let calls: [&dyn Fn(); 3] = [
        &|| {
            x.ln();
        },
        &|| {
            root.backward();
        },
        &|| {
            root.grad(&[x]);
        },
    ];
    for call in calls {
        let (file, message) = panic_of(call).expect("a panic");
        assert_eq!(file, file!(), "{message}");
        assert!(message.contains("anomaly in") && message.contains("hint"), "{message}");
    }
    tape.set_anomaly_mode(AnomalyMode::Off);
    assert_eq!(x.exp().item(), 1.0, "the tape is as it was");
}

proptest! {
    #![proptest_config(config(32, file!()))]

    #[test]
    fn looking_changes_no_bit(program in programs(5..20)) {
        let run = |mode| {
            let tape = Tape::<f64>::training_in(3);
            tape.set_anomaly_mode(mode);
            let leaves: Vec<_> = program.leaves().iter().map(|x| tape.var(x)).collect();
            let y = leaves.iter().fold(program.run(&leaves).sum(), |sum, x| sum + x.sum());
            let g = y.backward();
            let bits = |x: &Tensor<f64>| x.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            let gradients: Vec<_> = leaves.iter().map(|x| g.wrt(*x).map(bits)).collect();
            (y.item().to_bits(), gradients)
        };
        prop_assert_eq!(run(AnomalyMode::Record), run(AnomalyMode::Off));
    }
}
