//! Tests of sweeps: `src/sweep`.

mod curve;
mod engine;
mod flip;
mod halving;
mod journal;
mod outcome;
mod rates;

use rappel_lab::LabError;
use rappel_lab::optim::{Adam, Sgd};
use rappel_lab::problems::Quadratic;
use rappel_lab::sweep::{Outcome, Rates, Sweep};

/// The valley that most of these tests walk: stable below a rate of 0.2 for SGD.
fn valley() -> Quadratic {
    Quadratic::new(&[1.0, 10.0])
}

/// Two arms, seven rates of which the upper diverge, two seeds.
fn sweep() -> Sweep<f64> {
    Sweep::<f64>::new_in(Rates::log(1e-2, 10.0, 7).unwrap())
        .seeds(0..2)
        .arm("sgd", |lr| Box::new(Sgd::new(lr)))
        .arm("adam", |lr| Box::new(Adam::new(lr)))
        .steps(40)
}

/// A sweep whose scores are a function of arm, rate and seed; the losses on the way start at 1.
fn scored(sweep: Sweep<f32>, score: impl Fn(&str, f64, u64) -> f64 + Sync) -> Result<Outcome, LabError> {
    sweep.run_with(|member| {
        let going = member.report(1.0);
        assert!(going);
        Ok::<_, LabError>(score(member.arm(), member.rate(), member.seed()))
    })
}

/// A sweep of closures with these arms.
fn arms(rates: &[f64], names: &[&str]) -> Sweep<f32> {
    let sweep = Sweep::new(Rates::grid(rates.iter().copied()).unwrap()).steps(1);
    names.iter().fold(sweep, |sweep, name| sweep.arm(name, |lr| Box::new(Sgd::new(lr))))
}
