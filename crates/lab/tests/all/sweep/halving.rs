use std::sync::Mutex;

use rappel_lab::LabError;

use super::{arms, sweep, valley};

/// Nine rates: all for a ninth of the steps, three for a third, one for all; the better by median over seeds go on, the lower rate of equals.
#[test]
fn the_better_go_on() {
    let rates: Vec<f64> = (1..=9).map(|i| i as f64).collect();
    let runs = Mutex::new(Vec::new());
    let sweep = arms(&rates, &["a"]).seeds(0..3).steps(90).halving(3).threads(2);
    let outcome = sweep.run_with(|member| {
        runs.lock().unwrap().push((member.steps(), member.rate(), member.seed()));
        assert_eq!(member.total(), 90);
        // One seed that is far off, at a rate that stays all the same; three rates that are equal.
        let odd = if member.seed() == 1 && member.rate() == 5.0 { 100.0 } else { 0.0 };
        Ok::<_, LabError>((member.rate() - 5.0).abs().max(1.0) + odd)
    });
    let outcome = outcome.unwrap();
    let mut runs = runs.into_inner().unwrap();
    runs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let at = |steps: u64| -> Vec<f64> {
        let mut rates: Vec<f64> = runs.iter().filter(|run| run.0 == steps).map(|run| run.1).collect();
        assert_eq!(rates.len() % 3, 0);
        rates.dedup();
        rates
    };
    assert_eq!((at(10), at(30), at(90)), (rates, vec![4.0, 5.0, 6.0], vec![4.0]));
    assert_eq!(runs.len(), 3 * (9 + 3 + 1));
    let arm = &outcome.arms[0];
    assert_eq!(arm.best.unwrap().rate, 4.0);
    assert_eq!(arm.points.iter().map(|p| p.steps).collect::<Vec<_>>(), [10, 10, 10, 90, 30, 30, 10, 10, 10]);
    assert!(arm.basin.is_none() && arm.sensitivity.is_none() && arm.edge.is_none());
}

/// A run that is gone on with is the run that was never stopped, and each arm keeps one rate.
#[test]
fn the_last_rung_is_the_whole_run() {
    let (halved, whole) = (sweep().halving(3).run(&valley()).unwrap(), sweep().run(&valley()).unwrap());
    let mut last = 0;
    for (a, b) in halved.runs.iter().zip(&whole.runs).filter(|(a, _)| a.steps == 40) {
        assert_eq!(a, b);
        last += 1;
    }
    assert_eq!(last, 2 * 2, "one rate of each arm, with two seeds");
    for (a, b) in halved.arms.iter().zip(&whole.arms) {
        assert!(a.best.unwrap().median >= b.best.unwrap().median);
    }
}

/// Rungs of no step at all are left out.
#[test]
fn short_runs_have_fewer_rungs() {
    let outcome = sweep().steps(1).halving(2).run(&valley()).unwrap();
    assert!(outcome.runs.iter().all(|run| run.steps == 1));
}
