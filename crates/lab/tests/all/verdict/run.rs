//! Runs that are judged.

use rappel_lab::gauge::{Gauge, Reading};
use rappel_lab::optim::Stepper;
use rappel_lab::verdict::Judge;
use rappel_lab::{Problem, Trial, rules};

/// A run that is heard, and the mean of its last tenth of losses: infinite where it was lost.
pub(super) fn run(problem: &dyn Problem, optimizer: Box<dyn Stepper>, seed: u64, steps: u64) -> (Judge, f64) {
    let mut trial = Trial::new(problem, optimizer, seed, steps);
    let (mut gauge, mut judge) = (Gauge::exact(), Judge::new());
    let (mut losses, mut lost) = (Vec::new(), None);
    for step in 0..steps {
        let (loss, gradients) = trial.gradients(problem);
        losses.push(loss);
        if !loss.is_finite() {
            lost = Some(Reading::lost(step, loss));
            break;
        }
        gauge.before(&*trial.net, loss, &gradients).unwrap();
        trial.apply(&gradients).unwrap();
        gauge.after(trial.optimizer.lr()).into_iter().for_each(|r| judge.step(r));
    }
    gauge.close(&*trial.net).unwrap().into_iter().chain(&lost).for_each(|r| judge.step(r));
    let tail = &losses[losses.len() - losses.len().min(steps as usize / 10).max(1)..];
    let end = tail.iter().sum::<f64>() / tail.len() as f64;
    (judge, if end.is_finite() { end } else { f64::INFINITY })
}

/// As [`run`], of a rule by its name at a rate.
pub(super) fn at(problem: &dyn Problem, rule: &str, rate: f64, seed: u64, steps: u64) -> (Judge, f64) {
    run(problem, rules::named(rule, rate.into()).unwrap(), seed, steps)
}
