//! Is a refined schedule better? Measured on MNIST-1D, each schedule at its own best base rate.
//!
//! ```text
//! cargo run --release -p rappel-benches --bin refined_schedule            SGD
//! cargo run --release -p rappel-benches --bin refined_schedule -- adam
//! ```
//!
//! A constant rate is tuned; the gradient norms of one run with it give the refined schedule; then a constant rate, a cosine, linear
//! decay and the refined schedule are tuned alike, over the same base rates and seeds, and compared on other seeds at equal steps. Base
//! rates are tuned on the loss of all training data, which is what the theory is about; the test samples are beside it.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::env;

use anyhow::bail;
use rappel_lab::improve::Refinement;
use rappel_lab::problems::Classes;
use rappel_lab::schedule::{Schedule, constant, cosine, linear, rest};
use rappel_lab::{LabError, Problem, Trial, rules};

const STEPS: u64 = 800;
const TUNED_ON: std::ops::Range<u64> = 0..4;
const COMPARED_ON: std::ops::Range<u64> = 100..120;

/// Training loss at the end of a run, and the share of the test samples that is right. A run that diverged has an infinite loss.
fn end(problem: &dyn Problem, rule: &str, lr: &Schedule, seed: u64) -> Result<(f64, f64), LabError> {
    let mut run = Trial::<f32>::new(problem, rules::named(rule, lr.clone())?, seed, STEPS);
    for _ in 0..STEPS {
        if !run.step(problem)?.is_finite() {
            return Ok((f64::INFINITY, 0.0));
        }
    }
    let right = problem.held_out(&*run.net).and_then(|score| score.accuracy).unwrap_or(0.0);
    Ok((run.whole(problem), right))
}

/// Mean and its standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// The base rate, of a grid by the root of two, with the lowest mean loss.
fn tuned(problem: &dyn Problem, rule: &str, shape: &Schedule, around: f64) -> anyhow::Result<f64> {
    let mut best = (f64::INFINITY, 0.0, 0_i32);
    for i in -5..=5 {
        let rate = around * 2_f64.powf(f64::from(i) / 2.0);
        let losses: Result<Vec<f64>, LabError> =
            TUNED_ON.map(|seed| Ok(end(problem, rule, &(shape.clone() * rate), seed)?.0)).collect();
        let loss = mean(&losses?).0;
        if loss < best.0 {
            best = (loss, rate, i);
        }
    }
    if best.2.abs() == 5 {
        bail!("the best base rate of {shape} is {}, at the edge of the grid: tune around another", best.1);
    }
    Ok(best.1)
}

fn main() -> anyhow::Result<()> {
    let rule = env::args().nth(1).unwrap_or_else(|| "sgd".into());
    let (around, refinement) = match rule.as_str() {
        "sgd" => (0.8, Refinement::sgd()),
        "adam" => (0.012, Refinement::adam()),
        other => bail!("`{other}` is not measured; sgd and adam are"),
    };
    let problem: Classes = Classes::mnist1d()?;
    let rate = tuned(&problem, &rule, &constant(1.0), around)?;
    let mut run = Trial::<f32>::new(&problem, rules::named(&rule, rate.into())?, 0, STEPS);
    let mut norms = Vec::new();
    for _ in 0..STEPS {
        let (_, gradients) = run.gradients(&problem);
        norms.push(refinement.norm(&gradients));
        run.apply(&gradients)?;
    }
    let refined = refinement.schedule(&norms, 0.01)?;
    println!("refined from a constant rate of {rate:.4}: {refined}");
    for (name, shape) in [
        ("constant", constant(1.0)),
        ("cosine", cosine(1.0, 0.0, rest())),
        ("linear", linear(1.0, 0.0, rest())),
        ("refined", refined),
    ] {
        let rate = tuned(&problem, &rule, &shape, around)?;
        let ends: Result<Vec<_>, _> =
            COMPARED_ON.map(|seed| end(&problem, &rule, &(shape.clone() * rate), seed)).collect();
        let (losses, right): (Vec<f64>, Vec<f64>) = ends?.into_iter().unzip();
        let ((loss, off), (right, beside)) = (mean(&losses), mean(&right));
        println!(
            "{name:9} base rate {rate:.4}  training loss {loss:.4} +- {off:.4}  test {:.2} +- {:.2} %",
            100.0 * right,
            100.0 * beside
        );
    }
    Ok(())
}
