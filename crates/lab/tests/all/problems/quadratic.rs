//! Both valleys.

use super::walk;
use rappel_lab::autodiff::transform::hessian_of;
use rappel_lab::autodiff::{Tape, Tensor};
use rappel_lab::optim::{Sgd, Stepper};
use rappel_lab::problems::{NoisyQuadratic, Quadratic};
use rappel_lab::{Problem, Trial};

fn losses(problem: &dyn Problem<f64>, optimizer: impl Stepper<f64> + 'static, steps: u64) -> Vec<f64> {
    let mut run = Trial::new(problem, Box::new(optimizer), 0, steps);
    (0..steps).map(|_| run.step(problem).unwrap()).collect()
}

fn hessian(problem: &dyn Problem<f64>) -> Tensor<f64> {
    hessian_of(&*problem.net(0), |net, tape| problem.whole(net, tape))
}

#[test]
fn spectra_are_those_asked_for() {
    for (valley, spectrum) in [
        (Quadratic::linear(3, 1.0..=2.0), &[1.0, 1.5, 2.0][..]),
        (Quadratic::linear(1, 1.0..=2.0), &[2.0]),
        (Quadratic::linear(2, 3.0..=3.0), &[3.0, 3.0]),
        (Quadratic::logarithmic(5, 1.0..=16.0), &[1.0, 2.0, 4.0, 8.0, 16.0]),
        (Quadratic::logarithmic(2, 1e-300..=1e300), &[1e-300, 1e300]),
    ] {
        let valley = valley.unwrap();
        assert_eq!(valley.spectrum(), spectrum);
        assert_eq!(
            valley.condition(),
            spectrum[spectrum.len() - 1] / if spectrum.len() == 1 { 2.0 } else { spectrum[0] }
        );
    }
    let flat = Quadratic::new(&[1.0, -1.0]);
    assert_eq!(Problem::<f64>::optimum(&flat), None);
}

#[test]
fn bad_spectra_say_what_is_wrong() {
    let nan = f64::NAN;
    for (n, from, to, parts) in [
        (0, 1.0, 2.0, ["number of curvatures is 0", "one curvature at least"]),
        (3, 0.0, 2.0, ["curvatures from 0 to 2", "above 0"]),
        (3, 2.0, 1.0, ["curvatures from 2 to 1", "rise"]),
        (3, -1.0, 1.0, ["curvatures from -1 to 1", "above 0"]),
        (3, 1.0, f64::INFINITY, ["curvatures from 1 to inf", "finite"]),
        (3, nan, 1.0, ["curvatures from NaN to 1", "above 0"]),
    ] {
        for valley in [Quadratic::linear(n, from..=to), Quadratic::logarithmic(n, from..=to)] {
            let message = valley.unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }
}

/// Each coordinate by itself is `(1 - rate curvature)^t`, so the loss of a run is known; a rotation changes nothing of it.
#[test]
fn descent_is_that_of_the_closed_form_in_any_direction() {
    let valley = Quadratic::logarithmic(6, 0.1..=4.0).unwrap();
    let exact = |t: usize| valley.spectrum().iter().map(|c| 0.5 * c * (1.0 - 0.4 * c).powi(2 * t as i32)).sum::<f64>();
    for problem in [valley.clone(), valley.clone().rotated(0), valley.clone().rotated(1)] {
        for (t, loss) in losses(&problem, Sgd::new(0.4), 50).into_iter().enumerate() {
            assert!((loss - exact(t)).abs() < 1e-13, "{t}: {loss}");
        }
    }
}

/// The rotated Hessian is full and has the same invariants: its trace is the sum of the spectrum, its square's that of the squares.
#[test]
fn a_rotation_keeps_the_spectrum() {
    let spectrum = [1.0, 2.0, 4.0, 8.0, 16.0];
    let straight = hessian(&Quadratic::new(&spectrum));
    let turned = hessian(&Quadratic::new(&spectrum).rotated(3));
    let trace = |m: &Tensor<f64>| (0..5).map(|i| m.data()[6 * i]).sum::<f64>();
    assert_eq!(straight.data().iter().filter(|v| **v != 0.0).count(), 5);
    assert!(turned.data().iter().all(|v| v.abs() > 1e-3), "{turned:?}");
    let mut powers = (straight.clone(), turned.clone());
    for _ in 0..5 {
        let (straight_trace, turned_trace) = (trace(&powers.0), trace(&powers.1));
        assert!((straight_trace - turned_trace).abs() < 1e-12 * straight_trace, "{straight_trace} {turned_trace}");
        powers = (powers.0.matmul(&straight), powers.1.matmul(&turned));
    }
}

/// The mean loss of long runs, without noise, against the stated floor. Its error is estimated from the means of ten parts.
#[test]
fn sgd_wanders_at_the_stated_floor() {
    let problem = NoisyQuadratic::new(Quadratic::logarithmic(4, 0.5..=4.0).unwrap().rotated(2), 0.3);
    let (parts, length) = (10, 4_000);
    for (rate, momentum) in [(0.05, 0.0), (0.2, 0.0), (0.45, 0.0), (0.05, 0.9), (0.3, 0.5)] {
        let sgd = Sgd::<f64>::new(rate).momentum(momentum);
        let mut run = Trial::<f64>::new(&problem, Box::new(sgd), 7, 1);
        walk(&mut run, &problem, 2_000);
        let mut part = || {
            let step = |_| {
                run.step(&problem).unwrap();
                run.whole(&problem)
            };
            (0..length).map(step).sum::<f64>() / f64::from(length)
        };
        let means: Vec<f64> = (0..parts).map(|_| part()).collect();
        let mean = means.iter().sum::<f64>() / f64::from(parts);
        let spread = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / f64::from(parts - 1);
        let error = (spread / f64::from(parts)).sqrt();
        let floor = problem.floor(rate, momentum).expect("stable");
        assert!(
            (mean - floor).abs() < 4.0 * error && error < 0.03 * floor,
            "{rate} {momentum}: {mean} ± {error}, not {floor}"
        );
    }
}

/// The noise has the stated spread in each coordinate, and mean 0.
#[test]
fn noise_is_additive_and_of_the_stated_size() {
    let problem = NoisyQuadratic::new(Quadratic::new(&[1.0, 2.0]), 0.5);
    let net = Problem::<f64>::net(&problem, 0);
    let mut run = Trial::<f64>::new(&problem, Box::new(Sgd::new(0.0)), 0, 1);
    let clean = super::descent(&*net, problem.whole(&*net, &Tape::default())).1;
    let (n, mut sums) = (10_000, [[0.0; 2]; 2]);
    for _ in 0..n {
        let (_, gradients) = run.gradients(&problem);
        let (_, gradient) = gradients.iter().next().expect("one parameter");
        for i in 0..2 {
            let noise = gradient.data()[i] - clean[i];
            sums[i][0] += noise / f64::from(n);
            sums[i][1] += noise * noise / f64::from(n);
        }
        run.apply(&gradients).unwrap();
    }
    for [mean, square] in sums {
        assert!(mean.abs() < 0.02 && (square - 0.25).abs() < 0.015, "{mean} {square}");
    }
}

#[test]
fn no_floor_where_runs_do_not_settle() {
    let problem = NoisyQuadratic::new(Quadratic::new(&[1.0, 10.0]), 0.1);
    for (rate, momentum, stable) in [
        (0.19, 0.0, true),
        (0.2, 0.0, false),
        (0.37, 0.9, true),
        (0.38, 0.9, false),
        (0.0, 0.0, false),
        (0.1, 1.0, false),
    ] {
        assert_eq!(problem.floor(rate, momentum).is_some(), stable, "{rate} {momentum}");
    }
    assert_eq!(NoisyQuadratic::new(Quadratic::new(&[0.0]), 0.1).floor(0.1, 0.0), None);
    assert_eq!(problem.valley().spectrum(), [1.0, 10.0]);
}
