//! The formulas: against PyTorch, and differentiated.

mod adabelief;
mod adadelta;
mod adafactor;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod adan;
mod ademamix;
mod adopt;
mod amsgrad;
mod armijo;
mod asgd;
mod dadapt_adamw;
mod dog;
mod dowg;
mod hd;
mod lamb;
mod lars;
mod laws;
mod lbfgs;
mod lion;
mod momo;
mod momo_adam;
mod muon;
mod nadam;
mod nadamw;
mod polyak_sgd;
mod prodigy;
mod radam;
mod rate_free;
mod rmsprop;
mod rprop;
mod scale;
mod search;
mod sgd;
mod soap;
mod yogi;

use rappel_autodiff::{Param, Tape};
use rappel_optim::rules::{correction, root};
use rappel_optim::{Optimizer, Rule};
use rappel_tensor::Tensor;

use crate::support::{gradients, pair, slope};

const GOLDEN: &str = include_str!("../../golden/golden.txt");

/// The loss of `golden/make.py`.
const A: [f64; 4] = [1.0, 0.5, 2.0, 0.1];
const B: [f64; 4] = [0.1, -0.2, 0.3, 0.05];
const START: [f64; 4] = [1.0, -0.7, 0.3, 2.0];

/// Holds every trajectory of a rule in the golden file; returns how many there are.
fn golden<R: Rule>() -> usize {
    let runs = GOLDEN.lines().filter_map(|line| {
        let (head, values) = line.split_once(": ").expect("a head and values");
        let (rule, settings) = head.split_once(' ').expect("a rule and its settings");
        (rule == R::NAME).then_some((head, settings, values))
    });
    runs.map(|(head, settings, values)| {
        let expected: Vec<f64> = values.split(' ').map(|v| v.parse().expect("a number")).collect();
        assert_eq!(expected.len(), 20 * START.len());
        let mut optimizer = Optimizer::<R, f64>::with_rule(f64::NAN);
        let mut frozen = 0;
        for setting in settings.split(' ') {
            let (name, value) = setting.split_once('=').expect("name=value");
            let value: f64 = value.parse().expect("a number");
            match name {
                "lr" => optimizer.set_lr(value),
                "frozen" => frozen = value as usize,
                name => optimizer = optimizer.knob(name, value),
            }
        }
        let mut net = (Param::new(Tensor::from(START)), pair(1.0, 2.0));
        for (k, expected) in expected.chunks(START.len()).enumerate() {
            net.0.trainable = k >= frozen;
            let p = net.0.value.data();
            let g = Tensor::from_fn(&[4], |i| A[i] * p[i] + B[i] * p[i] * p[i]);
            let g = gradients(&Tape::default(), &[(&net.0, &g), (&net.1, &slope(&net.1))]);
            optimizer.step(&mut net, &g).unwrap();
            for (found, expected) in net.0.value.data().iter().zip(expected) {
                assert!((found - expected).abs() <= 1e-12, "{head}, step {k}: {found}, not {expected}");
            }
        }
    })
    .count()
}

#[test]
fn a_correction_keeps_its_digits_where_beta_is_close_to_1() {
    // 1 - beta^2 is 2^-29 - 2^-60, which the rounded square has lost the last part of.
    let expected = 2.0_f64.powi(29) / (1.0 - 2.0_f64.powi(-31));
    let found = correction(1.0 - 2.0_f64.powi(-30), 1);
    assert!((found / expected - 1.0).abs() < 1e-14, "{found}, not {expected}");
}

#[test]
fn the_root_is_the_root_with_slope_0_at_0() {
    for v in [1e-320, 1e-300, 0.25, 1.0, 2.0, 1e300, f64::INFINITY] {
        assert_eq!(root(v), v.sqrt());
        assert_eq!(root(v as f32), (v as f32).sqrt());
    }
    assert_eq!([root(0.0), root(-0.0)], [0.0, 0.0]);
    assert!(root(f64::NAN).is_nan());
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([0.0, 4.0, 0.25]));
    let slope = root(x.square()).sum().backward();
    assert_eq!(slope.wrt(x).unwrap().data(), [0.0, 1.0, 1.0]);
}
