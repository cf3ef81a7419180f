//! Runs that are judged.

use rappel_lab::gauge::Gauge;
use rappel_lab::optim::Stepper;
use rappel_lab::verdict::{Judge, Kind, Verdict};
use rappel_lab::{Problem, Trial, rules};

/// A run that is heard, and the mean of its last tenth of losses: infinite where it was lost.
pub fn run(problem: &dyn Problem, optimizer: Box<dyn Stepper>, seed: u64, steps: u64) -> (Judge, f64) {
    let mut trial = Trial::new(problem, optimizer, seed, steps);
    let (mut gauge, mut judge) = (Gauge::exact(), Judge::new());
    let mut losses = Vec::new();
    for _ in 0..steps {
        let (loss, gradients) = trial.gradients(problem);
        losses.push(loss);
        match gauge.step(&mut *trial.optimizer, &mut *trial.net, loss, &gradients) {
            Ok(reading) => reading.into_iter().for_each(|r| judge.step(r)),
            Err(_) => break, // it refuses gradients that are no numbers
        }
        if !loss.is_finite() {
            break;
        }
    }
    gauge.close(&*trial.net).unwrap().into_iter().for_each(|r| judge.step(r));
    let tail = &losses[losses.len() - losses.len().min(steps as usize / 10).max(1)..];
    let end = tail.iter().sum::<f64>() / tail.len() as f64;
    (judge, if end.is_finite() { end } else { f64::INFINITY })
}

/// As [`run`], of a rule by its name at a rate.
pub fn at(problem: &dyn Problem, rule: &str, rate: f64, seed: u64, steps: u64) -> (Judge, f64) {
    run(problem, rules::named(rule, rate.into()).unwrap(), seed, steps)
}

/// The kinds of verdicts, that on the rate first.
pub fn kinds(verdicts: &[Verdict]) -> Vec<Kind> {
    verdicts.iter().map(|v| v.kind).collect()
}
