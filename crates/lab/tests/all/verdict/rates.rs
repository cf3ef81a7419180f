//! A tenth of a good rate is too low, a good rate is not, and ten times a good rate is too high.

use rappel_lab::Problem;
use rappel_lab::problems::Classes;
use rappel_lab::verdict::{Kind, Verdict};

use super::run::at;

/// Checks the verdicts on a tenth of, at, and ten times a good rate.
fn check(problem: &dyn Problem, rule: &str, good: f64, seed: u64, steps: u64) {
    let ends = [0.1, 1.0, 10.0].map(|times| {
        let rate = times * good;
        let (judge, end) = at(problem, rule, rate, seed, steps);
        let verdict: &Verdict = &judge.verdicts()[0];
        let right = match times {
            0.1 => verdict.kind == Kind::TooLow,
            1.0 => matches!(verdict.kind, Kind::Fine | Kind::NoiseFloor | Kind::EdgeOfStability),
            _ => matches!(verdict.kind, Kind::TooHigh | Kind::Diverging),
        };
        assert!(right, "{} with {rule} at {rate} ({times} of a good rate), seed {seed}: {verdict}", problem.name());
        end
    });
    assert!(ends[1] < ends[0] && ends[1] < ends[2], "{rule} at {good} is no good rate: {ends:?}");
}

/// The rate of a grid, four to a decade, at which the loss ends lowest on average over two seeds.
fn best(problem: &dyn Problem, rule: &str, from: f64, steps: u64) -> f64 {
    let grid = (0..=5).map(|i| from * 10_f64.powf(f64::from(i) / 4.0));
    let end = |rate: f64| (0..2).map(|seed| at(problem, rule, rate, seed, steps).1).sum::<f64>();
    let ends: Vec<(f64, f64)> = grid.map(|rate| (rate, end(rate))).collect();
    let lowest = ends.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert!(lowest.0 > ends[0].0 && lowest.0 < ends[5].0, "{rule}: the best is at the end of the grid: {ends:?}");
    lowest.0
}

#[test]
fn mnist1d() {
    let problem = Classes::mnist1d().unwrap();
    for (rule, from) in [("sgd", 0.178), ("momentum", 0.0178), ("adam", 0.00316)] {
        let good = best(&problem, rule, from, 500);
        for seed in 0..4 {
            check(&problem, rule, good, seed, 500);
        }
    }
}

/// Another net, other batches, another length.
#[test]
fn mnist1d_relu() {
    let problem = Classes::mnist1d_relu().unwrap();
    for (rule, from) in [("sgd", 0.316), ("momentum", 0.0316), ("adam", 0.00178)] {
        let good = best(&problem, rule, from, 400);
        for seed in 0..2 {
            check(&problem, rule, good, seed, 400);
        }
    }
}

/// The good rates are those of a grid of four to a decade, after 300 steps: mean losses of the last 30 steps, seed 0.
#[cfg(feature = "mnist")]
#[test]
fn mnist() {
    let problem = Classes::mnist().unwrap();
    for (rule, good) in [("sgd", 0.562), ("momentum", 0.1), ("adam", 0.01)] {
        check(&problem, rule, good, 0, 300);
    }
}
