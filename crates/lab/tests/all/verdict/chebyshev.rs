//! The three runs of `three_rates`: 0.2 comes to the edge of stability, 0.4169 jumps to where it is flatter, 0.5495 diverges.

use rappel_lab::autodiff::transform::Linearised;
use rappel_lab::autodiff::{Gradients, Param, Rng, Tape, Tensor};
use rappel_lab::gauge::Gauge;
use rappel_lab::optim::Sgd;
use rappel_lab::problems::Chebyshev;
use rappel_lab::verdict::{Judge, Kind};
use rappel_lab::{Problem, Trial};

/// The largest eigenvalue of the Hessian, by power iteration from where the last one ended; shifted, so that it is the largest in size.
fn sharpness(run: &Trial<f64>, problem: &dyn Problem<f64>, v: &mut Gradients<f64>) -> f64 {
    let tape = Tape::default();
    let loss = Linearised::new(problem.whole(&*run.net, &tape));
    let mut eigenvalue = 0.0;
    for _ in 0..30 {
        v.scale(1.0 / v.norm());
        let (_, mut next) = loss.hvp(v);
        eigenvalue = next.dot(v);
        next.axpy(10.0, v);
        *v = next;
    }
    eigenvalue
}

/// The kinds of the verdict on the rate after so many steps, with and without sharpness, which is looked at every 20 steps.
fn kinds(rate: f64, at: &[u64]) -> Vec<[Kind; 2]> {
    let problem: &dyn Problem<f64> = &Chebyshev::new();
    let mut run = Trial::new(problem, Box::new(Sgd::new(rate)), 0, 4_000);
    let mut random = Rng::seed(0);
    let normal = |_: &str, p: &Param<f64>| Tensor::normal(p.value.shape(), 0.0, 1.0, &mut random);
    let mut v = Gradients::from_fn(&*run.net, normal);
    let (mut gauge, mut sharp, mut plain) = (Gauge::exact(), Judge::new(), Judge::new());
    let mut kinds = Vec::new();
    for step in 0..=*at.last().unwrap() {
        if step % 20 == 0 {
            sharp.sharpness(sharpness(&run, problem, &mut v), 2.0 / rate);
        }
        if at.contains(&step) {
            kinds.push([&sharp, &plain].map(|judge| judge.verdicts()[0].kind));
        }
        let (loss, gradients) = run.gradients(problem);
        let Ok(reading) = gauge.step(&mut *run.optimizer, &mut *run.net, loss, &gradients) else { break };
        for judge in [&mut sharp, &mut plain] {
            reading.iter().for_each(|r| judge.step(r));
        }
    }
    kinds
}

#[test]
fn slow_then_at_the_edge() {
    let kinds = kinds(0.2, &[100, 300, 1_000, 2_000]);
    assert_eq!(kinds[0], [Kind::Fine, Kind::TooLow], "longer steps go further, but not three times as long ones");
    assert_eq!(kinds[1][0], Kind::Fine);
    assert_eq!(kinds[2][0], Kind::EdgeOfStability);
    assert_eq!(kinds[3][0], Kind::EdgeOfStability);
    // Without noise and without sharpness, steps do not show their limit.
    assert_eq!(kinds[3][1], Kind::TooLow);
}

#[test]
fn jumps_to_where_it_is_flatter() {
    let kinds = kinds(0.4169, &[1, 80, 500, 1_000]);
    assert_eq!(kinds[0], [Kind::TooHigh, Kind::TooEarly], "the start is 1.4 times too sharp");
    assert_eq!(kinds[1][0], Kind::Fine);
    assert!(kinds[2..].iter().all(|k| matches!(k[0], Kind::Fine | Kind::EdgeOfStability)), "{kinds:?}");
}

#[test]
fn diverges() {
    let kinds = kinds(0.5495, &[1, 120, 160, 172]);
    let found: Vec<Kind> = kinds.iter().map(|k| k[0]).collect();
    assert_eq!(found, [Kind::TooHigh, Kind::TooHigh, Kind::TooHigh, Kind::Diverging]);
    assert_eq!(kinds[3][1], Kind::Diverging);
}
